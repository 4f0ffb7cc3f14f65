"""Cut a recording at its pauses into pieces that the recognisers can take, so memory does not grow with length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generation.speech.activity import VOICED, smoothed
from generation.types import FEATURE_RATE, SAMPLE_RATE, FloatArray

LONGEST_S = 28.0  # Whisper hears 30 s at a time; the rest is room for the margins
SHORTEST_CUT_S = 14.0  # a window is filled at least half before a pause may end it
MARGIN_S = 0.3  # of silence kept around the voice
SMOOTHING_S = 0.3  # a pause must last this long to be worth a cut


@dataclass(frozen=True)
class Window:
    """A piece of the recording, in seconds."""

    start_s: float
    end_s: float

    def of(self, samples: FloatArray) -> FloatArray:
        """Its samples."""
        return samples[round(self.start_s * SAMPLE_RATE) : round(self.end_s * SAMPLE_RATE)]

    def mean(self, track: FloatArray) -> float:
        """Mean of a feature track in it."""
        piece = track[round(self.start_s * FEATURE_RATE) : round(self.end_s * FEATURE_RATE)]
        return float(piece.mean()) if len(piece) else 0.0


def windows(activity: FloatArray, duration_s: float) -> list[Window]:
    """Consecutive windows that hold all of the voice; stretches of silence between them are left out.

    A recording without any voice is cut all the same, since a song may hide from the voice detector.
    """
    if float(activity.max(initial=0.0)) < VOICED:
        activity = np.ones_like(activity)
    restless = smoothed(activity, SMOOTHING_S)
    voiced = np.flatnonzero(activity >= VOICED)
    last = int(voiced[-1]) + 1
    found, start = [], int(voiced[0])
    while start < last:
        end = _end(restless, start, last)
        inside = voiced[(voiced >= start) & (voiced < end)]
        if len(inside):
            first_s, last_s = float(inside[0]) / FEATURE_RATE, float(inside[-1] + 1) / FEATURE_RATE
            found.append(Window(max(0.0, first_s - MARGIN_S), min(duration_s, last_s + MARGIN_S)))
        start = end
    return _disjoint(found)


def _end(restless: FloatArray, start: int, last: int) -> int:
    """The calmest moment at which a window from `start` may end, or the end of the voice."""
    if last - start <= LONGEST_S * FEATURE_RATE:
        return last
    soonest, latest = (start + round(s * FEATURE_RATE) for s in (SHORTEST_CUT_S, LONGEST_S))
    return soonest + int(np.argmin(restless[soonest:latest]))


def _disjoint(found: list[Window]) -> list[Window]:
    """Share out the margins of neighbours that are closer than two margins."""
    for k in range(1, len(found)):
        before, after = found[k - 1], found[k]
        if after.start_s < before.end_s:
            middle = (after.start_s + before.end_s) / 2
            found[k - 1], found[k] = Window(before.start_s, middle), Window(middle, after.end_s)
    return found
