"""Looking for marks in a file: one pass over it, then the naming mark in the whole and in its pieces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import media
from .watermark import rivagan
from .watermark.coding import FloatArray
from .watermark.detect import Hit, Miss, carries, detect
from .watermark.embed import Frame
from .watermark.pattern import Pattern
from .watermark.residual import Residual, whitened

PIECE_S = 4.0  # seconds; the shortest stretch that is searched by itself
MAX_PIECES = 12  # longer files are sampled in so many pieces, evenly
MAX_READ_S = 8.0  # seconds read of each piece
PIECE_FRAMES, MIN_FRAMES = 12, 24  # read from each piece, and in all
STILL_EVERY = 3  # frames; which of the read ones the second layer may look at
STILLS = 6  # read by the second layer's decoder, 0.3 s of CPU each
SEGMENT_SCORE = 4.0  # standard deviations by which a piece shows a known codeword


@dataclass(frozen=True)
class Piece:
    """A stretch of a file and what was kept of it."""

    start_s: float
    end_s: float
    residual: Residual


@dataclass(frozen=True)
class Look:
    """What one pass over a file leaves in memory."""

    pieces: tuple[Piece, ...]  # at least one, none of them empty
    stills: tuple[Frame, ...]  # small, for the second layer


def look(path: Path) -> Look:
    """Sample the file's frames once. FileRefused when there is no picture to examine."""
    video = media.probe(path)
    duration = video.duration_s or PIECE_S
    number = min(MAX_PIECES, max(1, int(duration // PIECE_S)))
    count = max(PIECE_FRAMES, MIN_FRAMES // number)
    pieces: list[Piece] = []
    stills: list[Frame] = []
    for index in range(number):
        start, end = duration * index / number, duration * (index + 1) / number
        residual = Residual()
        length = min(end - start, MAX_READ_S)
        for order, frame in enumerate(media.frames(video, start_s=start, length_s=length, count=count)):
            residual.add(frame)
            if order % STILL_EVERY == 0:
                stills.append(rivagan.shrink(frame))
        if residual.frames:
            pieces.append(Piece(start, end, residual))
    if not pieces:
        raise media.no_picture(path)
    chosen = np.unique(np.linspace(0, len(stills) - 1, STILLS).round().astype(int))
    return Look(tuple(pieces), tuple(stills[i] for i in chosen))


def naming_mark(
    pieces: tuple[Piece, ...], pattern: Pattern, codes: Iterable[int] | None
) -> tuple[Hit | Miss, tuple[float, float] | None]:
    """The code in the whole file, else in one piece of it; and the stretch, in seconds, that shows it."""
    issued = None if codes is None else list(codes)
    result = detect(_mean(pieces), pattern, issued)
    if isinstance(result, Miss) and len(pieces) > 1:
        for piece in pieces:
            result = detect(_mean([piece]), pattern, issued, rotations=False)
            if isinstance(result, Hit):
                break
    if isinstance(result, Miss):
        return result, None
    marked = [p for p in pieces if carries(_mean([p]), pattern, result) >= SEGMENT_SCORE] or list(pieces)
    return result, (round(marked[0].start_s, 2), round(marked[-1].end_s, 2))


def second_layer(stills: Iterable[Frame], code: int, key: bytes, *, mirrored: bool) -> float:
    """How well the second layer agrees with a code, in standard deviations."""
    upright = [np.ascontiguousarray(s[:, ::-1]) if mirrored else s for s in stills]
    beliefs = np.mean([rivagan.read(still) for still in upright], axis=0)
    return rivagan.agreement(beliefs, rivagan.word(code, key))


def _mean(pieces: Iterable[Piece]) -> FloatArray:
    return whitened(piece.residual for piece in pieces)
