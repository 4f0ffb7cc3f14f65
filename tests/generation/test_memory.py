"""Memory that is kept between frames, and how much there was at most."""

import subprocess
import sys

import numpy as np
import pytest

from generation import peak
from generation.heap import give_back_freed_memory, keep_freed_memory
from generation.peak import note_child, peak_rss_mb

LARGE_MB = 200


@pytest.fixture(autouse=True)
def no_child_noted_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peak, "_children", [0.0])


def test_a_child_is_counted_with_its_own_memory_and_not_with_its_parents() -> None:
    held = np.ones(LARGE_MB * 1_000_000, np.uint8)
    alone = peak_rss_mb()
    child = subprocess.Popen(
        [sys.executable, "-c", "print(); input()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout
    child.stdout.readline()
    note_child(child.pid)
    child.communicate(b"\n")
    assert held.nbytes == LARGE_MB * 1_000_000
    assert alone >= LARGE_MB
    assert alone < peak_rss_mb() < alone + LARGE_MB / 2


def test_a_child_that_is_gone_is_left_out() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    note_child(child.pid)
    assert peak._children == [0.0]


def test_asking_to_keep_memory_is_harmless_anywhere_and_twice() -> None:
    assert keep_freed_memory() is keep_freed_memory()
    give_back_freed_memory()
