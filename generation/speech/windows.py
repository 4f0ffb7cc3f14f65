"""Cut a recording at its pauses into pieces that the recognisers can take, so memory does not grow with length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generation.speech.activity import VOICED, smoothed
from generation.types import FEATURE_RATE, SAMPLE_RATE, FloatArray

FILLED = 0.5  # share of its greatest length that a window fills before a pause may end it
GRID_S = 0.02  # frames of hama and of Whisper's word times
MARGIN_S = 0.3  # of silence kept around the voice
SMOOTHING_S = 0.3  # a pause must last this long to be worth a cut


@dataclass(frozen=True)
class Window:
    """A piece of the recording, in seconds."""

    start_s: float
    end_s: float

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.end_s - self.start_s

    def of(self, samples: FloatArray) -> FloatArray:
        """Its samples."""
        return samples[round(self.start_s * SAMPLE_RATE) : round(self.end_s * SAMPLE_RATE)]


def windows(activity: FloatArray, duration_s: float, *, longest_s: float) -> list[Window]:
    """Consecutive windows that hold all of the voice; longer silence between two of them belongs to neither.

    Each holds up to `longest_s` from its first voice to its last, and a margin at both ends.
    """
    restless = smoothed(activity, SMOOTHING_S)
    voiced = np.flatnonzero(activity >= VOICED)
    found: list[Window] = []
    while len(voiced):
        end = _end(restless, int(voiced[0]), int(voiced[-1]) + 1, longest_s)
        inside, voiced = voiced[voiced < end], voiced[voiced >= end]
        first_s, last_s = float(inside[0]) / FEATURE_RATE, float(inside[-1] + 1) / FEATURE_RATE
        found.append(Window(on_grid(max(0.0, first_s - MARGIN_S)), min(duration_s, on_grid(last_s + MARGIN_S))))
    return _disjoint(found)


def halves(piece: Window, activity: FloatArray) -> list[Window]:
    """A window cut once more, in the calmest moment of its second and third quarter."""
    inside = np.zeros_like(activity)
    first, last = round(piece.start_s * FEATURE_RATE), round(piece.end_s * FEATURE_RATE)
    inside[first:last] = activity[first:last]
    return windows(inside, piece.end_s, longest_s=0.75 * piece.seconds)


def on_grid(seconds: float) -> float:
    """The nearest moment at which a recogniser's frame begins."""
    return round(seconds / GRID_S) * GRID_S


def _end(restless: FloatArray, start: int, last: int, longest_s: float) -> int:
    """The calmest moment at which a window from `start` may end, or the end of the voice."""
    latest = start + round(longest_s * FEATURE_RATE)
    if last <= latest:
        return last
    soonest = start + round(FILLED * longest_s * FEATURE_RATE)
    return soonest + int(np.argmin(restless[soonest:latest]))


def _disjoint(found: list[Window]) -> list[Window]:
    """Share out the margins of neighbours that are closer than two margins."""
    for k in range(1, len(found)):
        before, after = found[k - 1], found[k]
        if after.start_s < before.end_s:
            middle = on_grid((after.start_s + before.end_s) / 2)
            found[k - 1], found[k] = Window(before.start_s, middle), Window(middle, after.end_s)
    return found
