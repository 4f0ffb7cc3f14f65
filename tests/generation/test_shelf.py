"""What is kept of a picture or recording, and for how long."""

import os
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from generation import archive
from generation.shelf import KEPT_S, Shelf
from generation.types import Phone, Portrait, Speech, Word
from tests.generation.sitters import portrait

SOURCE = "5" * 64


@dataclass(frozen=True)
class Finding:
    """Something that takes long to find."""

    values: np.ndarray
    place: tuple[int, int] | None = None


def _made(value: float = 1.0, size: int = 4) -> Finding:
    return Finding(np.full(size, value, np.float32), (1, 2))


def _never() -> Finding:
    raise AssertionError("should have been kept")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def test_what_was_found_once_is_not_looked_for_again(folder: Path) -> None:
    Shelf(folder).fetch(Finding, SOURCE, (512,), _made)
    again = Shelf(folder).fetch(Finding, SOURCE, (512,), _never)
    assert np.array_equal(again.values, _made().values)
    assert again.place == (1, 2)


def test_other_options_and_other_files_are_looked_at_anew(folder: Path) -> None:
    shelf = Shelf(folder)
    shelf.fetch(Finding, SOURCE, (512,), _made)
    assert shelf.fetch(Finding, SOURCE, (256,), lambda: _made(2)).values[0] == 2
    assert shelf.fetch(Finding, "6" * 64, (512,), lambda: _made(3)).values[0] == 3


def test_entries_are_private(folder: Path) -> None:
    Shelf(folder).fetch(Finding, SOURCE, (), _made)
    (entry,) = folder.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert entry.stat().st_mode & 0o777 == 0o600


def test_a_source_is_forgotten_on_demand(folder: Path) -> None:
    shelf = Shelf(folder)
    shelf.fetch(Finding, SOURCE, (), _made)
    shelf.fetch(Finding, "6" * 64, (), _made)
    shelf.forget(SOURCE)
    assert [entry.name[:64] for entry in folder.iterdir()] == ["6" * 64]


def test_entries_go_after_a_day_and_the_oldest_when_there_are_too_many(folder: Path) -> None:
    shelf = Shelf(folder, limit_bytes=10_000)
    for k in range(8):
        shelf.fetch(Finding, str(k) * 64, (), lambda: _made(size=400))
        for age, entry in enumerate(sorted(folder.iterdir(), reverse=True)):
            os.utime(entry, (time.time() - 10 * age,) * 2)
    kept = sorted(entry.name[0] for entry in folder.iterdir())
    assert "7" in kept
    assert "0" not in kept
    assert sum(entry.stat().st_size for entry in folder.iterdir()) <= 10_000
    newest = max(folder.iterdir())
    os.utime(newest, (time.time() - KEPT_S - 1,) * 2)
    shelf.fetch(Finding, "9" * 64, (), _made)
    assert not newest.exists()


def test_a_huge_entry_is_not_kept(folder: Path) -> None:
    Shelf(folder, limit_bytes=10_000).fetch(Finding, SOURCE, (), lambda: _made(size=1000))
    assert not list(folder.iterdir())


@pytest.mark.parametrize("damage", [b"", b"no archive", b"PK\x03\x04 half a one"])
def test_a_damaged_entry_is_made_anew(folder: Path, damage: bytes) -> None:
    Shelf(folder).fetch(Finding, SOURCE, (), _made)
    (entry,) = folder.iterdir()
    entry.write_bytes(damage)
    assert Shelf(folder).fetch(Finding, SOURCE, (), lambda: _made(2)).values[0] == 2
    assert Shelf(folder).fetch(Finding, SOURCE, (), _never).values[0] == 2


def test_a_shelf_that_cannot_be_written_keeps_nothing_and_breaks_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert Shelf(tmp_path / "file" / "cache").fetch(Finding, SOURCE, (), _made).values[0] == 1


def test_portraits_and_speeches_come_back_exactly(tmp_path: Path) -> None:
    tracks = np.linspace(0, 1, 7, dtype=np.float32)
    speech = Speech(
        tracks, 0.07, (Phone("a", 0.0, 0.07),), (Word("Ah!", 0.0, 0.07, 0.9),), "Ah!", "de", "transcript",
        {"voice": 1 / 3}, tracks, tracks - 60, tracks * 200,
    )  # fmt: skip
    for kind, record in ((Portrait, portrait()), (Speech, speech)):
        with (tmp_path / "record.npz").open("wb") as stream:
            archive.save(record, stream)
        again = archive.load(kind, tmp_path / "record.npz")
        for name, value in vars(record).items():
            back = getattr(again, name)
            if isinstance(value, np.ndarray):
                assert back.dtype == value.dtype
                assert np.array_equal(back, value)
            elif name == "face":
                assert np.array_equal(back.landmarks, value.landmarks)
                assert replace(back, landmarks=value.landmarks) == value
            else:
                assert back == value
