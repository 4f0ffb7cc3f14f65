"""The prints of a site's videos under their job codes, and the one among them that a suspect is nearest to."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..codes import format_code, parse_code
from ..errors import FileRefused
from .compare import Likeness, compare
from .index import Index
from .prints import Prints


@dataclass(frozen=True)
class Match:
    """The nearest video and how near it is."""

    code: int
    likeness: Likeness


@dataclass(frozen=True)
class Library:
    """An index, the codes of its videos in its order, and a way to their whole prints."""

    index: Index
    codes: Sequence[int]
    prints_of: Callable[[int], Prints]  # by code

    @classmethod
    def of(cls, videos: Iterable[tuple[int, Prints]]) -> Library:
        """From pairs of code and prints, kept in memory."""
        kept = dict(videos)
        return cls(Index.of(list(kept.values())), tuple(kept), kept.__getitem__)

    @classmethod
    def read(cls, path: Path) -> Library:
        """What `write` wrote; FileRefused for other files."""
        try:
            with zipfile.ZipFile(path) as file:
                kept = {name.removesuffix(".npz"): file.read(name) for name in file.namelist()}
            return cls.of((parse_code(code), Prints.from_bytes(content)) for code, content in kept.items())
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise FileRefused(
                "prints_unreadable", f"{path} is not a file of prints.", "Export it from the site again."
            ) from error

    def nearest(self, suspect: Prints) -> Match | None:
        """The same video if it is here, else the one that shares most with it; None when nothing is alike."""
        codes = (self.codes[found.number] for found in self.index.candidates(suspect))
        return nearest(suspect, ((code, self.prints_of(code)) for code in codes))


def nearest(suspect: Prints, videos: Iterable[tuple[int, Prints]]) -> Match | None:
    """The one of these that a suspect is nearest to; None when there are none."""
    matches = [Match(code, compare(suspect, prints)) for code, prints in videos]
    return min(matches, key=_strangeness, default=None)


def write(path: Path, videos: Iterable[tuple[int, Prints]]) -> int:
    """Write a zip of CODE.npz files, for `Library.read`; how many."""
    count = 0
    with zipfile.ZipFile(path, "w") as file:
        for count, (code, prints) in enumerate(videos, start=1):  # noqa: B007 (the last one counts)
            file.writestr(f"{format_code(code)}.npz", prints.as_bytes())
    return count


def _strangeness(match: Match) -> tuple[bool, bool, float, int]:
    near = match.likeness
    return not near.same_video, not near.same_sound, near.sound_error or 0.0, near.portrait_bits
