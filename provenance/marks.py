"""Looking for marks in a file: one pass over it, then the naming mark in the whole and in its pieces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from . import media
from .watermark import colour, rivagan
from .watermark.coding import FloatArray
from .watermark.detect import Hit, Miss, Search, carries, detect
from .watermark.embed import Frame, luma
from .watermark.pattern import Pattern
from .watermark.residual import Residual, whitened

PIECE_S = 4.0  # seconds; the shortest stretch that is searched by itself
MAX_PIECES = 12  # longer files are sampled in so many pieces, evenly
MAX_READ_S = 8.0  # seconds read of each piece
PIECE_FRAMES, MIN_FRAMES = 12, 24  # read from each piece, and in all
STILL_EVERY = 3  # frames; which of the read ones the second layer may look at
STILLS = 4  # read by the second layer's network, 0.3 s of CPU each
SEGMENT_SCORE = 4.0  # standard deviations by which a piece shows a known codeword
SEGMENT_SHARE = 0.75  # of the best piece's score; a piece that is only partly marked stays below


@dataclass(frozen=True)
class Piece:
    """A stretch of a file and what was kept of it."""

    start_s: float
    end_s: float
    residual: Residual
    colours: Residual
    stills: tuple[Frame, ...]  # small, for the second layer


@dataclass(frozen=True)
class Sighting:
    """The naming mark, or its absence, and the pieces that show it."""

    mark: Hit | Miss
    pieces: tuple[Piece, ...]  # all of them when there is no mark

    @property
    def segment_s(self) -> tuple[float, float] | None:
        """From the first to the last piece that shows the mark; 0, 0 in a still picture."""
        if isinstance(self.mark, Miss):
            return None
        return round(self.pieces[0].start_s, 2), round(self.pieces[-1].end_s, 2)


def look(path: Path) -> tuple[Piece, ...]:
    """Sample the file's frames once; at least one piece. FileRefused when there is no picture to examine."""
    video = media.probe(path)
    duration = video.duration_s or 0.0
    number = min(MAX_PIECES, max(1, int(duration // PIECE_S)))
    edges = np.linspace(0.0, duration, number + 1)
    count = max(PIECE_FRAMES, MIN_FRAMES // number)
    pieces = [read_piece(video, float(start), float(end), count) for start, end in pairwise(edges)]
    filled = tuple(piece for piece in pieces if piece.residual.frames)
    if not filled:
        raise media.no_picture(path)
    return filled


def naming_mark(
    pieces: Sequence[Piece],
    pattern: Pattern,
    codes: Iterable[int] | None = None,
    search: Search = Search.EVERYTHING,
) -> Sighting:
    """Search the whole file, then its pieces one by one (upright only); stop at the first code."""
    issued = None if codes is None else list(codes)
    mark = detect(_mean(pieces), pattern, issued, search)
    for piece in pieces if len(pieces) > 1 else ():
        if isinstance(mark, Hit):
            break
        mark = detect(_mean([piece]), pattern, issued, min(search, Search.UPRIGHT))
    if isinstance(mark, Miss):
        return Sighting(mark, tuple(pieces))
    scores = [carries(_mean([piece]), pattern, mark) for piece in pieces]
    needed = max(SEGMENT_SCORE, SEGMENT_SHARE * max(scores))
    showing = tuple(piece for piece, score in zip(pieces, scores, strict=True) if score >= needed)
    return Sighting(mark, showing or tuple(pieces))


def second_layer(sighting: Sighting, code: int, key: bytes) -> float:
    """How well the second layer agrees with a code where the naming mark shows, in standard deviations.

    The sum of two independent scores, colour mark and rivaGAN, scaled to unit variance. Without a naming mark there
    is no place to look for the colour mark, and rivaGAN answers alone; in a picture in a picture the other way.
    """
    if isinstance(sighting.mark, Miss):
        return _rivagan(sighting, code, key)
    pieces = [(whitened([piece.colours]), piece.residual.picture) for piece in sighting.pieces]
    parts = [(blue, bright) for blue, bright in pieces if blue.shape == pieces[0][0].shape]
    score = colour.agreement(parts, sighting.mark.place, code, key)
    return score if sighting.mark.place.window else (score + _rivagan(sighting, code, key)) / 2**0.5


def _rivagan(sighting: Sighting, code: int, key: bytes) -> float:
    stills = [still for piece in sighting.pieces for still in piece.stills]
    chosen = np.unique(np.linspace(0, len(stills) - 1, STILLS).round().astype(int))
    mirrored = isinstance(sighting.mark, Hit) and sighting.mark.place.mirrored
    upright = [np.ascontiguousarray(stills[i][:, ::-1]) if mirrored else stills[i] for i in chosen]
    beliefs = np.mean([rivagan.read(still) for still in upright], axis=0)
    return rivagan.agreement(beliefs, rivagan.word(code, key))


def read_piece(video: media.Video, start_s: float, end_s: float, count: int) -> Piece:
    """A stretch of a file, seen in `count` frames."""
    residual, colours, stills = Residual(), Residual(colour.BLUE), []
    length = min(end_s - start_s, MAX_READ_S) or PIECE_S
    for order, frame in enumerate(media.frames(video, start_s=start_s, length_s=length, count=count)):
        residual.add(luma(frame))
        colours.add(colour.blue(frame))
        if order % STILL_EVERY == 0:
            stills.append(rivagan.shrink(frame))
    return Piece(start_s, end_s, residual, colours, tuple(stills))


def _mean(pieces: Iterable[Piece]) -> FloatArray:
    return whitened(piece.residual for piece in pieces)
