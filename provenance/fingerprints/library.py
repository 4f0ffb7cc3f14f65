"""The prints of a site's videos under their job codes, and the one among them that a suspect is nearest to."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
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
    """Codes and prints, in one order."""

    codes: tuple[int, ...]
    prints: tuple[Prints, ...]

    @cached_property
    def index(self) -> Index:
        """Built when first asked."""
        return Index.of(self.prints)

    def nearest(self, suspect: Prints) -> Match | None:
        """The same video if it is here, else the one that shares most with it; None when nothing is alike."""
        matches = [
            Match(self.codes[found.number], compare(suspect, self.prints[found.number]))
            for found in self.index.candidates(suspect)
        ]
        return min(matches, key=_strangeness, default=None)

    def write(self, path: Path) -> None:
        """A zip of CODE.npz files."""
        with zipfile.ZipFile(path, "w") as file:
            for code, prints in zip(self.codes, self.prints, strict=True):
                file.writestr(f"{format_code(code)}.npz", prints.as_bytes())

    @classmethod
    def read(cls, path: Path) -> Library:
        """What `write` wrote; FileRefused for other files."""
        try:
            with zipfile.ZipFile(path) as file:
                kept = {name.removesuffix(".npz"): file.read(name) for name in file.namelist()}
            codes, prints = map(parse_code, kept), map(Prints.from_bytes, kept.values())
            return cls(tuple(codes), tuple(prints))
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise FileRefused(
                "prints_unreadable", f"{path} is not a file of prints.", "Export it from the site again."
            ) from error

    @classmethod
    def of(cls, videos: Iterable[tuple[int, Prints]]) -> Library:
        """From pairs of code and prints."""
        pairs = list(videos)
        return cls(tuple(code for code, _ in pairs), tuple(prints for _, prints in pairs))


def _strangeness(match: Match) -> tuple[bool, bool, float, int]:
    near = match.likeness
    return not near.same_video, not near.same_sound, near.sound_error or 0.0, near.portrait_bits
