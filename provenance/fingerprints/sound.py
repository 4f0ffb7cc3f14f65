"""Chromaprint of a file's sound, by ffmpeg's own muxer: a 32-bit word every 0.124 s, over the 2.6 s that follow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .. import media

STEP_S = 1365 / 11025  # between words; Chromaprint's own hop and sampling rate
SPAN_S = 2.6  # of sound behind one word
BITS = 32

Words = NDArray[np.uint32]  # (n,)


def sound_words(path: Path, *, start_s: float = 0.0, length_s: float | None = None) -> Words:
    """The words of a stretch, by default of the whole; empty without sound or when it is shorter than a word."""
    raw = media.chromaprint(path, start_s=start_s, length_s=length_s)
    return np.frombuffer(raw[: len(raw) // 4 * 4], "<u4").astype(np.uint32)


def error_at(suspect: Words, known: Words, least: int) -> tuple[float, int]:
    """The smallest share of differing bits over all shifts that overlap by `least` words, and that shift.

    The shift is the number of words by which the suspect starts later than the known sound. 1.0 when nothing
    overlaps so far.
    """
    best, at = 1.0, 0
    for shift in range(least - len(suspect), len(known) - least + 1):
        here = suspect[max(0, -shift) : len(known) - shift]
        there = known[max(0, shift) : shift + len(suspect)]
        error = float(np.bitwise_count(here ^ there).sum(dtype=np.intp)) / (BITS * len(here))
        if error < best:
            best, at = error, shift
    return best, at
