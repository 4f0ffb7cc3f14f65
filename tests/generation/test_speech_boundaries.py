"""The beginning of a phone lies where the sound changes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from generation.speech import spans
from generation.speech.boundaries import placed
from generation.types import SAMPLE_RATE

CHANGE_S = 0.30


def vowel_then_hiss(seconds: float = 0.6) -> np.ndarray:
    """A low tone that gives way to noise at CHANGE_S."""
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    noise = np.random.default_rng(0).normal(size=len(t)) * 0.05
    return np.where(t < CHANGE_S, 0.3 * np.sin(2 * np.pi * 200 * t), noise).astype(np.float32)


@pytest.mark.parametrize("moments", [(0.12, 0.34), (0.24, 0.43)], ids=["late", "early"])
def test_a_phone_begins_nearer_to_the_change_than_half_way_between_two_spikes(moments: tuple[float, float]) -> None:
    halfway = spans.stretch(["a", "s"], moments)[1].start_s
    found = placed(["a", "s"], np.array(moments), vowel_then_hiss())
    assert abs(found[1].start_s - CHANGE_S) < 0.6 * abs(halfway - CHANGE_S)
    assert found[0].end_s <= found[1].start_s


def test_phones_follow_one_another_whatever_the_sound() -> None:
    rng = np.random.default_rng(1)
    moments = np.sort(rng.uniform(0, 3, 40)) - 0.03
    for samples in (rng.normal(size=3 * SAMPLE_RATE) * 0.1, np.zeros(3 * SAMPLE_RATE)):
        found = placed(["a", "m", "i", "s"] * 10, moments, samples.astype(np.float32))
        assert all(a.end_s <= b.start_s for a, b in pairwise(found))
        assert all(0 <= phone.start_s <= phone.end_s for phone in found)
