"""Seeded chance: one generator per named stream, so that adding a stream never changes another.

Noise is a tape that is written as it is needed, so that a live performance wanders like one planned at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
from scipy.signal import lfilter

from generation.motion.clock import TICK_RATE, Clock, Track, smooth

STRETCH = 2000  # ticks that a tape grows by, 10 s


def stream(seed: int, name: str) -> np.random.Generator:
    """The random generator of one process of the motion; same seed and name, same numbers on any machine."""
    digest = hashlib.sha256(name.encode()).digest()
    return np.random.default_rng([abs(seed), int(seed < 0), int.from_bytes(digest[:8], "big")])


class Chance:
    """All chance of one performance. Windows of its noise are asked for in the order of time."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._tapes: dict[str, _Tape] = {}

    def wander(self, name: str, clock: Clock, *, settle_s: float, soften_s: float) -> Track:
        """(n,) on the clock's ticks an Ornstein–Uhlenbeck drift about 0 with standard deviation 1.

        `settle_s` is its time constant; `soften_s` the Gaussian that takes away the jitter of Brownian motion.
        """
        keep = float(np.exp(-1 / (settle_s * TICK_RATE)))
        size = _softened_sd(settle_s, soften_s)
        walk = _Walk(keep)
        margin = round(4 * soften_s * TICK_RATE)  # so that neither end is smoothed against a padded edge
        return self._tape(name, margin, lambda push: smooth(push, soften_s) / size, walk).between(*clock.numbers)

    def sway(self, name: str, clock: Clock, *, slow_hz: float, fast_hz: float) -> Track:
        """(n,) on the clock's ticks smooth noise between two frequencies with standard deviation 1."""
        # A Gaussian of sigma s passes exp(−2π²f²s²): its half-power point is at f = 0.1325 / s.
        narrow, wide = 0.1325 / fast_hz * TICK_RATE, 0.1325 / slow_hz * TICK_RATE
        margin = int(4 * wide)
        at = np.arange(-margin, margin + 1)
        kernel = np.exp(-(at**2) / (2 * narrow**2)) / narrow - np.exp(-(at**2) / (2 * wide**2)) / wide
        kernel /= np.sqrt((kernel**2).sum())
        return self._tape(name, margin, lambda noise: np.convolve(noise, kernel, "same")).between(*clock.numbers)

    def _tape(
        self,
        name: str,
        margin: int,
        shape: Callable[[Track], Track],
        source: Callable[[Track], Track] = lambda noise: noise,
    ) -> _Tape:
        if name not in self._tapes:
            self._tapes[name] = _Tape(stream(self.seed, name), margin, shape, source)
        return self._tapes[name]


class _Walk:
    """White noise → a drift with a memory, piece by piece; it starts in its own distribution."""

    def __init__(self, keep: float) -> None:
        self._keep, self._last = keep, np.zeros(0)

    def __call__(self, noise: Track) -> Track:
        push = noise * np.sqrt(1 - self._keep**2)
        if not len(self._last):
            push[0] = noise[0]  # stands for all the past
            self._last = np.zeros(1)
        drift, self._last = lfilter([1.0], [1.0, -self._keep], push, zi=self._last)
        return np.asarray(drift)


class _Tape:
    """Noise by the tick, written ahead in stretches; what lies before the last window asked for is dropped."""

    def __init__(
        self,
        rng: np.random.Generator,
        margin: int,
        shape: Callable[[Track], Track],
        source: Callable[[Track], Track],
    ) -> None:
        self._rng, self._margin, self._shape, self._source = rng, margin, shape, source
        self._raw = source(rng.standard_normal(2 * margin))  # from `margin` ticks before the first shaped one on
        self._shaped, self._first = np.zeros(0), 0

    def between(self, first: int, last: int) -> Track:
        """(last − first,) the noise of these ticks. What lies before tick 0 repeats the first."""
        missing = last - self._first - len(self._shaped)
        if missing > 0:
            count = max(missing, STRETCH)
            self._raw = np.concatenate([self._raw, self._source(self._rng.standard_normal(count))])
            whole = self._shape(self._raw)[self._margin : len(self._raw) - self._margin]
            self._shaped = np.concatenate([self._shaped, whole])
            self._raw = self._raw[len(self._raw) - 2 * self._margin :]
        past = max(first, 0) - self._first
        if past > STRETCH:
            self._shaped, self._first = self._shaped[past:], self._first + past
        window = self._shaped[max(first, 0) - self._first : last - self._first]
        return np.concatenate([np.full(-first, window[0]), window]) if first < 0 else window


def _softened_sd(settle_s: float, soften_s: float) -> float:
    """Standard deviation of a unit Ornstein–Uhlenbeck process after Gaussian smoothing.

    The smoothed variance is E[exp(−|d| / settle)] for d normal with sd √2 · soften.
    """
    lag = np.linspace(-6, 6, 1201)
    weight = np.exp(-(lag**2) / 2)
    kept = np.exp(-np.abs(lag) * np.sqrt(2) * soften_s / settle_s)
    return float(np.sqrt((weight * kept).sum() / weight.sum()))
