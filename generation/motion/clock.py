"""The timeline of a performance: fine ticks on which motion is planned, and the frames that show it.

Everything is planned at TICK_RATE whatever the frame rate, so that one seed gives one performance at 24, 25 or
60 frames/s. A frame shows the middle of the interval during which it is on screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

from generation.types import FEATURE_RATE

Track = npt.NDArray[np.float64]  # one number per tick, or per frame

TICK_RATE = 200  # Hz; a tick is 5 ms, a third of the shortest saccade
PEAK_SHARE = 0.5  # of a frame's interval, about its middle, that `Clock.peak` looks at


@dataclass(frozen=True)
class Clock:
    """`frames` pictures at `fps`, and the ticks on which they are planned.

    A live performance is planned window by window: `first` is then the number of the window's first picture and
    `planned` its ticks, which reach back into the past and ahead as far as the sound is known.
    """

    frames: int
    fps: float
    first: int = 0
    planned: tuple[int, int] | None = None  # numbers of the first tick and of the one after the last

    @property
    def duration_s(self) -> float:
        """When the last picture ends, in seconds of the video."""
        return (self.first + self.frames) / self.fps

    @cached_property
    def ticks(self) -> Track:
        """(n,) seconds of every tick, from 0 to just past the end, or those of the window."""
        first, last = self.numbers
        return np.arange(first, last, dtype=np.float64) / TICK_RATE

    @property
    def numbers(self) -> tuple[int, int]:
        """Numbers of the first tick and of the one after the last."""
        return self.planned or (0, int(np.ceil(self.duration_s * TICK_RATE)) + 1)

    @cached_property
    def middles(self) -> Track:
        """(frames,) seconds at the middle of every frame's interval."""
        return (self.first + np.arange(self.frames, dtype=np.float64) + 0.5) / self.fps

    def span(self, start_s: float, end_s: float) -> slice:
        """The ticks from `start_s` up to `end_s`."""
        first, last = np.searchsorted(self.ticks, (start_s, end_s))
        return slice(int(first), int(last))

    def from_feature(self, feature: npt.NDArray[np.float32], *, missing: float | None, first: int = 0) -> Track:
        """(n,) a track at FEATURE_RATE brought onto the ticks, from the feature frame `first` on.

        Where the track has ended stands `missing`; None lets its last value stand.
        """
        if len(feature) == 0:
            return np.full(len(self.ticks), missing or 0.0)
        at = (first + np.arange(len(feature))) / FEATURE_RATE
        return np.interp(self.ticks, at, np.asarray(feature, dtype=np.float64), right=missing)

    def sample(self, track: Track) -> Track:
        """(frames,) the track at the middle of every frame."""
        return np.interp(self.middles, self.ticks, track)

    def mean(self, track: Track) -> Track:
        """(frames,) the track averaged over every frame's interval, as an exposure would."""
        area = np.concatenate(([0.0], np.cumsum(track)))  # (n + 1,) up to the start of each tick
        edges = np.linspace(self.first / self.fps * TICK_RATE, self.duration_s * TICK_RATE, self.frames + 1)
        edges -= self.numbers[0]
        return np.diff(np.interp(edges, np.arange(len(area)), area)) * self.fps / TICK_RATE

    def peak(self, track: Track) -> Track:
        """(frames,) the greatest value in the middle half of every frame's interval.

        A plateau of at least half a frame (20 ms at 25 frames/s) cannot fall between two frames.
        """
        reach = PEAK_SHARE / 2 / self.fps
        at = np.arange(5) / 4 * 2 - 1  # five looks, at most one tick apart from 24 frames/s up
        looks = self.middles[:, None] + reach * at
        return np.asarray(np.interp(looks, self.ticks, track).max(axis=1))


def smooth(track: Track, sigma_s: float) -> Track:
    """(n,) the track under a Gaussian of `sigma_s` seconds, without delay."""
    return np.asarray(gaussian_filter1d(track, sigma_s * TICK_RATE, mode="nearest"))


def ease(u: Track) -> Track:
    """Minimum-jerk course from 0 at u ≤ 0 to 1 at u ≥ 1 (Flash & Hogan 1985)."""
    v = np.clip(u, 0.0, 1.0)
    return np.asarray(v**3 * (10 - 15 * v + 6 * v**2))


def bump(seconds: Track, rise_s: float, hold_s: float, fall_s: float) -> Track:
    """A smooth event that starts at 0 s: up to 1 within `rise_s`, held, and down again within `fall_s`."""
    return ease(seconds / rise_s) * (1 - ease((seconds - rise_s - hold_s) / fall_s))
