"""From moments to spans: how long each phone lasts around the instant at which it was heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from generation.speech import visemes
from generation.types import FEATURE_RATE, FloatArray, Phone

# A phone reaches half-way to its neighbours, and no further than this from its moment.
REACH_BEFORE_S, REACH_AFTER_S = 0.12, 0.14
EDGE_BEFORE_S, EDGE_AFTER_S = 0.05, 0.09  # of the first and the last phone
BREAK_S = 0.06  # a voice that stops for longer is not holding its note


def stretch(phones: Sequence[str], centres: Sequence[float] | npt.NDArray[np.float64]) -> tuple[Phone, ...]:
    """Widen moments (s, rising) to spans that meet half-way, within the reach of a phone."""
    if not len(phones):
        return ()
    moments = np.maximum.accumulate(np.maximum(np.asarray(centres, dtype=np.float64), 0.0))
    halfway = (moments[1:] + moments[:-1]) / 2
    starts = np.maximum(moments - REACH_BEFORE_S, np.concatenate(([moments[0] - EDGE_BEFORE_S], halfway)))
    ends = np.minimum(moments + REACH_AFTER_S, np.concatenate((halfway, [moments[-1] + EDGE_AFTER_S])))
    return tuple(
        Phone(ipa, max(0.0, float(start)), float(end)) for ipa, start, end in zip(phones, starts, ends, strict=True)
    )


def disjoint(phones: Sequence[Phone], duration_s: float) -> tuple[Phone, ...]:
    """Phones one after another within the recording; where two overlap, at a seam, each gives half."""
    found: list[Phone] = []
    for phone in phones:
        if found and phone.start_s < found[-1].end_s:
            seam = max((found[-1].end_s + phone.start_s) / 2, found[-1].start_s)
            found[-1] = replace(found[-1], end_s=seam)
            phone = replace(phone, start_s=seam, end_s=max(seam, phone.end_s))
        found.append(phone)
    return tuple(replace(p, end_s=min(p.end_s, duration_s)) for p in found if p.start_s < duration_s)


def hold(phones: Sequence[Phone], pitch_hz: FloatArray, duration_s: float) -> tuple[Phone, ...]:
    """Let vowels fill the gaps in which the voice goes on, as in singing and in drawled speech.

    A recogniser marks the beginning of a sound only. The voiced gap after a vowel is that vowel's; a voiced gap
    that only a vowel follows is the following one's.
    """
    held = list(phones)
    voiced = bridged(pitch_hz > 0)
    for k, phone in enumerate(held):
        follower = held[k + 1] if k + 1 < len(held) else None
        until = follower.start_s if follower else duration_s
        silent = _silent_frames(voiced, phone.end_s, until)
        if visemes.is_vowel(phone.ipa):
            stops = silent[0] / FEATURE_RATE if len(silent) else until
            held[k] = replace(phone, end_s=max(phone.end_s, float(stops)))
        elif follower and visemes.is_vowel(follower.ipa):
            begins = (silent[-1] + 1) / FEATURE_RATE if len(silent) else phone.end_s
            held[k + 1] = replace(follower, start_s=min(until, float(begins)))
    return tuple(held)


def bridged(voiced: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Voicing with its shortest interruptions closed."""
    sounding = np.flatnonzero(voiced)
    bridged = voiced.copy()
    for before, after in pairwise(sounding):
        if 1 < after - before <= BREAK_S * FEATURE_RATE + 1:
            bridged[before:after] = True
    return bridged


def _silent_frames(voiced: npt.NDArray[np.bool_], start_s: float, until_s: float) -> npt.NDArray[np.int64]:
    """The feature frames between two moments in which there is no voice."""
    first, last = round(start_s * FEATURE_RATE), round(until_s * FEATURE_RATE)
    return first + np.flatnonzero(~voiced[first:last])
