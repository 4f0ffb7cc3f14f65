"""Seeded chance: one generator per named stream, so that adding a stream never changes another."""

from __future__ import annotations

import hashlib

import numpy as np
from scipy.signal import lfilter

from generation.motion.clock import TICK_RATE, Track, smooth


def stream(seed: int, name: str) -> np.random.Generator:
    """The random generator of one process of the motion; same seed and name, same numbers on any machine."""
    digest = hashlib.sha256(name.encode()).digest()
    return np.random.default_rng([abs(seed), int(seed < 0), int.from_bytes(digest[:8], "big")])


def wander(rng: np.random.Generator, ticks: int, *, settle_s: float, soften_s: float) -> Track:
    """(ticks,) an Ornstein–Uhlenbeck drift about 0 with standard deviation 1.

    `settle_s` is its time constant; `soften_s` the Gaussian that takes away the jitter of Brownian motion.
    """
    keep = float(np.exp(-1 / (settle_s * TICK_RATE)))
    lead = int(4 * soften_s * TICK_RATE)  # so that neither end is smoothed against a padded edge
    push = rng.standard_normal(ticks + 2 * lead)
    push[1:] *= np.sqrt(1 - keep**2)  # the first stands for all the past: the drift starts in its own distribution
    drift = smooth(np.asarray(lfilter([1.0], [1.0, -keep], push)), soften_s)
    return drift[lead : lead + ticks] / _softened_sd(settle_s, soften_s)


def _softened_sd(settle_s: float, soften_s: float) -> float:
    """Standard deviation of a unit Ornstein–Uhlenbeck process after Gaussian smoothing.

    The smoothed variance is E[exp(−|d| / settle)] for d normal with sd √2 · soften.
    """
    lag = np.linspace(-6, 6, 1201)
    weight = np.exp(-(lag**2) / 2)
    kept = np.exp(-np.abs(lag) * np.sqrt(2) * soften_s / settle_s)
    return float(np.sqrt((weight * kept).sum() / weight.sum()))


def sway(rng: np.random.Generator, ticks: int, *, slow_hz: float, fast_hz: float) -> Track:
    """(ticks,) smooth noise between two frequencies with standard deviation 1."""
    # A Gaussian of sigma s passes exp(−2π²f²s²): its half-power point is at f = 0.1325 / s.
    narrow, wide = 0.1325 / fast_hz * TICK_RATE, 0.1325 / slow_hz * TICK_RATE
    at = np.arange(-int(4 * wide), int(4 * wide) + 1)
    kernel = np.exp(-(at**2) / (2 * narrow**2)) / narrow - np.exp(-(at**2) / (2 * wide**2)) / wide
    kernel /= np.sqrt((kernel**2).sum())
    noise = rng.standard_normal(ticks + len(kernel) - 1)
    return np.convolve(noise, kernel, mode="valid")
