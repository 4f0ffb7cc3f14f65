"""The release gate: does the mark of a finished film survive what will be done to it?

The part of the film in which the mark is weakest is re-encoded, cropped and made smaller, and the mark is read from
that copy as a stranger's would be. A film whose mark doesn't pass should be marked STRONGER, once, or not leave.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .marks import Piece, look, naming_mark
from .survive.attacks import Encode, h264, run
from .watermark.detect import Hit, Miss, Search, carries
from .watermark.pattern import Pattern
from .watermark.residual import whitened

STRONGER = 1.35  # strength of the second try, 2.6 dB
NEEDED_SCORE = 7.3  # standard deviations that finding a code among a million issued ones takes
TESTED_S = 4.0  # seconds of film that are tested, the same as a piece that `look` searches by itself
COPY = Encode("crop=iw*0.9:ih*0.9:iw*0.03:ih*0.07,scale=trunc(iw*0.375)*2:trunc(ih*0.375)*2", h264(28))


@dataclass(frozen=True)
class Passage:
    """What was read from the damaged copy."""

    survived: bool
    score: float  # standard deviations of the code's own pattern; 0 when it was not found
    blind: bool  # read without a list of codes
    start_s: float  # where the tested stretch begins

    @property
    def sentence(self) -> str:
        """The result for people."""
        how = "read without a list" if self.blind else "found by its code" if self.score else "not found"
        return f"The mark was {how} in a cropped, smaller copy at CRF 28 ({self.score:.1f} of {NEEDED_SCORE} σ)."


def check(film: Path, code: int, key: bytes) -> Passage:
    """Read the mark of `code` from a damaged copy of the film's weakest stretch; a few seconds of CPU.

    Long films are judged by the stretches that `marks.look` samples. FileRefused when there is no picture.
    """
    pattern = Pattern(key)
    pieces = look(Path(film))
    mark = naming_mark(pieces, pattern, [code], Search.AS_DELIVERED).mark
    if not isinstance(mark, Hit) or mark.code != code:
        return Passage(False, 0.0, False, 0.0)
    weakest = min(pieces, key=lambda piece: carries(whitened([piece.residual]), pattern, mark))
    with tempfile.TemporaryDirectory(prefix="sitter-gate-") as name:
        copy = run(Path(film), COPY, Path(name) / "copy.mp4", start_s=weakest.start_s, length_s=TESTED_S)
        found = _read(look(copy), pattern, code)
    if not isinstance(found, Hit) or found.code != code:
        return Passage(False, 0.0, False, weakest.start_s)
    passed = not found.listed or found.score >= NEEDED_SCORE
    return Passage(passed, round(found.score, 2), not found.listed, weakest.start_s)


def _read(pieces: Sequence[Piece], pattern: Pattern, code: int) -> Hit | Miss:
    """Without a list if that succeeds: a list of one code is content with a place found only roughly."""
    mark = naming_mark(pieces, pattern, None, Search.UPRIGHT).mark
    return mark if isinstance(mark, Hit) else naming_mark(pieces, pattern, [code], Search.UPRIGHT).mark
