"""Searching a long file: every stretch of it by itself, several at a time, keeping only what shows something.

`marks.look` samples files of up to 48 s well; half an hour would be 450 of its pieces, too much to hold. Here each
stretch is read, searched and dropped, so that memory does not grow with the file.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from . import media
from .marks import MAX_PIECES, PIECE_S, SEGMENT_SCORE, Piece, Sighting, look, naming_mark, read_piece
from .watermark.detect import Hit, Miss, Search, carries, detect
from .watermark.pattern import Pattern
from .watermark.residual import whitened

SHORT_S = MAX_PIECES * PIECE_S  # looked at whole
STRETCH_S = 8.0  # searched by itself
MOST = 225  # stretches: half an hour; of longer files each is read in part
FRAMES = 24  # read from each
KEPT = 12  # stretches that show the mark, for the second layer
DOUBTFUL = 3  # stretches that show most of the pattern, searched for turned copies when none shows a code
EDGE_S = 1.0  # to which the ends of the marked part are found

Done = Callable[[int, int], None]  # stretches done, and all


def search(
    path: Path, pattern: Pattern, codes: Iterable[int] | None = None, done: Done = lambda done, total: None
) -> Sighting:
    """The naming mark in a file of any length, and where it shows. FileRefused when there is no picture."""
    video = media.probe(path)
    if (video.duration_s or 0.0) <= SHORT_S:
        done(0, 1)
        return naming_mark(look(path), pattern, codes)
    issued = None if codes is None else list(codes)
    return _Sweep(video, pattern, issued, done).run()


class _Sweep:
    """One long file; `_found` is what later stretches try first."""

    def __init__(self, video: media.Video, pattern: Pattern, codes: list[int] | None, done: Done) -> None:
        self._video, self._pattern, self._codes, self._done = video, pattern, codes, done
        self._found: Hit | None = None

    def run(self) -> Sighting:
        length = self._video.duration_s or 0.0
        edges = np.linspace(0.0, length, min(MOST, round(length / STRETCH_S)) + 1)
        stretches = list(pairwise(edges.tolist()))
        showing: list[Piece] = []
        doubtful: list[tuple[float, Piece]] = []
        pool = ThreadPoolExecutor(os.cpu_count() or 1)
        try:
            for number, (piece, mark) in enumerate(pool.map(self._look, stretches), start=1):
                self._done(number, len(stretches))
                if isinstance(mark, Hit):
                    showing = _thinned([*showing, piece])
                elif piece.residual.frames:
                    doubtful = sorted([*doubtful, (mark.score, piece)], key=lambda seen: -seen[0])[:DOUBTFUL]
        finally:
            pool.shutdown(cancel_futures=True)
        if self._found is not None:
            return self._sighting(self._found, showing)
        if not doubtful:
            raise media.no_picture(self._video.path)
        return naming_mark([piece for _, piece in doubtful], self._pattern, self._codes, Search.EVERYTHING)

    def _look(self, stretch: tuple[float, float]) -> tuple[Piece, Hit | Miss]:
        piece = read_piece(self._video, *stretch, FRAMES)
        if not piece.residual.frames:
            return piece, Miss(0.0)
        found = self._found
        if found and self._carries(piece, found):
            return piece, found
        mark = detect(whitened([piece.residual]), self._pattern, self._codes, Search.UPRIGHT)
        if isinstance(mark, Hit) and self._found is None:
            self._found = mark
        return piece, mark

    def _sighting(self, mark: Hit, showing: Sequence[Piece]) -> Sighting:
        """The pieces with this code, the first and the last cut to where it begins and ends."""
        marked = [piece for piece in showing if self._carries(piece, mark)] or list(showing)
        first, last = marked[0], marked[-1]
        marked[0] = replace(first, start_s=self._edge(mark, first.start_s, first.end_s))
        marked[-1] = replace(marked[-1], end_s=self._edge(mark, last.end_s, last.start_s))
        return Sighting(mark, tuple(marked))

    def _edge(self, mark: Hit, edge_s: float, inside_s: float) -> float:
        """Where the mark ends near `edge_s`, the end of a stretch that shows it, perhaps only toward `inside_s`."""
        step = EDGE_S if edge_s > inside_s else -EDGE_S
        limit = edge_s + (edge_s - inside_s)  # a whole stretch beyond showed nothing
        while abs(limit - edge_s) > EDGE_S and self._shows(mark, edge_s, edge_s + step):
            edge_s += step
        while abs(edge_s - inside_s) > EDGE_S and not self._shows(mark, edge_s - step, edge_s):
            edge_s -= step
        return float(np.clip(edge_s, 0.0, self._video.duration_s))

    def _shows(self, mark: Hit, one_s: float, other_s: float) -> bool:
        start_s, end_s = sorted((max(0.0, one_s), max(0.0, other_s)))
        piece = read_piece(self._video, start_s, end_s, FRAMES)
        return bool(piece.residual.frames) and self._carries(piece, mark)

    def _carries(self, piece: Piece, mark: Hit) -> bool:
        return carries(whitened([piece.residual]), self._pattern, mark) >= SEGMENT_SCORE


def _thinned(pieces: list[Piece]) -> list[Piece]:
    """The same, without every second one between the first and the last when they are many."""
    return pieces if len(pieces) <= 2 * KEPT else [pieces[0], *pieces[2:-1:2], pieces[-1]]
