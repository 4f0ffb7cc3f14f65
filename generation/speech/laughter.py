"""Laughter: one vowel again and again, four to six times a second, with breath between.

Speech has the same rhythm, but its syllables differ. What is asked for here is a row of voiced bursts that are
alike in spectrum and evenly spaced, parted by clear dips in loudness without pitch (about five calls a second,
mostly vowels of one colour: Bachorowski, Smoski & Owren 2001, as recalled).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.signal import find_peaks

from generation.speech import visemes
from generation.speech.activity import smoothed
from generation.speech.boundaries import bands
from generation.types import FEATURE_RATE, SAMPLE_RATE, FloatArray, Phone, Word

SMOOTHING_S = 0.04
QUIET_DB = 30.0  # below the loudest moment nobody laughs
DIP_DB = 7.0  # between two calls
GAPS_S = (0.13, 0.34)  # from call to call
UNEVEN = 1.5  # the longest gap of a row in shortest ones
CALLS = 5  # of the shortest laugh; four alike syllables happen in speech, in 2 of 16 sentences
ALIKE = 0.90  # correlation of the spectra of neighbouring calls
CALL_S = 0.06  # around the peak of a call, in which spectrum and pitch are taken
VOICED = 0.5  # share of that with a pitch
UNVOICED = 0.25  # share of the gap between two calls without one
BREATHED = frozenset("hɦʔxχħ")  # what a recogniser may hear between two calls
MOST_OTHERS = 0.5  # other consonants for each call; with more somebody speaks
OPEN = "a"
OPEN_SHARE = 0.55  # of the time from call to call with an open mouth


def laughs(
    samples: FloatArray,
    pitch_hz: FloatArray,
    loudness_db: FloatArray,
    spoken: Sequence[Phone],
    words: Sequence[Word],
) -> tuple[tuple[Phone, ...], ...]:
    """The laughs of a recording, each as its calls: one open vowel after the other.

    Where `words` are known, their phones among `spoken` tell alike syllables from a laugh; a recogniser of phones
    that knows no words hears all kinds of consonants in laughter, and is not asked.
    """
    rows = (_calls(row) for row in _rows(samples, pitch_hz, loudness_db) if len(row) >= CALLS and _is_even(row))
    return tuple(calls for calls in rows if _others(calls, spoken, words) <= MOST_OTHERS * len(calls))


def without(spoken: Sequence[Phone], laughed: Sequence[Sequence[Phone]]) -> tuple[Phone, ...]:
    """The phones that do not lie in a laugh."""
    taken = [(calls[0].start_s, calls[-1].end_s) for calls in laughed]
    return tuple(p for p in spoken if not any(p.start_s < end and p.end_s > start for start, end in taken))


def _others(calls: Sequence[Phone], spoken: Sequence[Phone], words: Sequence[Word]) -> int:
    """How many consonants of known words are said during a laugh that are no breath."""
    if not any(word.start_s < calls[-1].end_s and word.end_s > calls[0].start_s for word in words):
        return 0
    inside = (p for p in spoken if p.start_s < calls[-1].end_s and p.end_s > calls[0].start_s)
    return sum(not visemes.is_vowel(p.ipa) and p.ipa[:1] not in BREATHED for p in inside)


def _rows(samples: FloatArray, pitch_hz: FloatArray, loudness_db: FloatArray) -> list[list[int]]:
    """The peaks (frames) of bursts that are alike, row by row."""
    level = smoothed(loudness_db, SMOOTHING_S)
    peaks, _ = find_peaks(level, height=float(level.max()) - QUIET_DB, prominence=DIP_DB)
    colours = [_colour(samples, peak) for peak in peaks.tolist()]
    found: list[list[int]] = []
    for (a, here), (b, there) in pairwise(zip(peaks.tolist(), colours, strict=True)):
        gap = pitch_hz[a:b] == 0
        like = GAPS_S[0] <= (b - a) / FEATURE_RATE <= GAPS_S[1] and float(np.corrcoef(here, there)[0, 1]) >= ALIKE
        like = like and gap.mean() >= UNVOICED and _is_voiced(pitch_hz, a) and _is_voiced(pitch_hz, b)
        if like and found and found[-1][-1] == a:
            found[-1].append(b)
        elif like:
            found.append([a, b])
    return found


def _colour(samples: FloatArray, peak: int) -> npt.NDArray[np.float64]:
    """(BANDS,) the mean spectrum of a call."""
    centre, half = peak * SAMPLE_RATE // FEATURE_RATE, round(CALL_S / 2 * SAMPLE_RATE)
    return np.asarray(bands(samples[max(0, centre - half) : centre + half]).mean(axis=0))


def _is_voiced(pitch_hz: FloatArray, peak: int) -> bool:
    half = round(CALL_S / 2 * FEATURE_RATE)
    return bool((pitch_hz[max(0, peak - half) : peak + half + 1] > 0).mean() >= VOICED)


def _is_even(row: list[int]) -> bool:
    gaps = np.diff(row)
    return bool(gaps.max() <= UNEVEN * gaps.min())


def _calls(row: list[int]) -> tuple[Phone, ...]:
    half = OPEN_SHARE / 2 * float(np.median(np.diff(row))) / FEATURE_RATE
    middles = (peak / FEATURE_RATE for peak in row)
    return tuple(Phone(OPEN, max(0.0, middle - half), middle + half) for middle in middles)
