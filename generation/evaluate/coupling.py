"""Does the head move with the voice? Its liveliness, and how much of it loudness and pitch explain.

Speakers move their heads mostly below 3 Hz, and in step with loudness and pitch (Yehia et al. 2002, as recalled).
The measure is the multiple correlation of each head angle with the voice a little earlier and later; since a
regression always explains something, it stands beside the same measure for a voice shifted to another moment.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, sosfiltfilt

from generation.motion.clock import Clock
from generation.motion.prosody import hear
from generation.types import Motion, Speech

LIVELY_HZ = (0.5, 3.0)
LAGS_S = (-0.24, -0.12, 0.0, 0.12, 0.24)  # of the voice against the head
SHORTEST_S = 6.0  # below, a regression on so many lags says nothing
SHUFFLES, NEAREST_S = 40, 2.0  # shifts of the voice, none nearer than this

Rows = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Coupling:
    """Multiple correlation of head and voice, 0..1: mean over yaw, pitch and roll."""

    found: float
    by_chance: float  # 95th percentile over shifted voices


def lively(motion: Motion, talking: npt.NDArray[np.bool_]) -> Rows:
    """(3,) root mean square speed of yaw, pitch and roll within LIVELY_HZ, degrees a second, where `talking`."""
    if len(motion) <= _padding(motion.fps) or not talking.any():
        return np.zeros(3)
    speed = np.gradient(_band(motion.head[:, :3].astype(np.float64), motion.fps), 1 / motion.fps, axis=0)
    return np.asarray(np.sqrt((speed[talking] ** 2).mean(axis=0)))


def head_and_voice(motion: Motion, speech: Speech) -> Coupling:
    """How well the voice explains the head; zeros where the performance is too short to tell."""
    if len(motion) < SHORTEST_S * motion.fps:
        return Coupling(0.0, 0.0)
    clock = Clock(len(motion), motion.fps)
    prosody = hear(speech, clock)
    voice = _band(np.column_stack([clock.sample(prosody.emphasis), clock.sample(prosody.melody)]), motion.fps)
    head = _band(motion.head[:, :3].astype(np.float64), motion.fps)
    talking = clock.sample(prosody.talking) > 0.5
    if talking.sum() < SHORTEST_S * motion.fps / 2:
        return Coupling(0.0, 0.0)
    least = round(NEAREST_S * motion.fps)
    shifts = np.unique(np.linspace(least, len(motion) - least, SHUFFLES).astype(int))
    chance = [_explained(head, np.roll(voice, shift, axis=0), talking, motion.fps) for shift in shifts]
    return Coupling(_explained(head, voice, talking, motion.fps), float(np.percentile(chance, 95)))


def _explained(head: Rows, voice: Rows, talking: npt.NDArray[np.bool_], fps: float) -> float:
    """Mean multiple correlation of the head's columns with the voice at LAGS_S."""
    lagged = np.column_stack([np.roll(voice, round(lag * fps), axis=0) for lag in LAGS_S])[talking]
    lagged = lagged - lagged.mean(axis=0)
    wanted = head[talking] - head[talking].mean(axis=0)
    weights = np.linalg.lstsq(lagged, wanted, rcond=None)[0]
    total = np.maximum((wanted**2).sum(axis=0), 1e-9)
    left = ((wanted - lagged @ weights) ** 2).sum(axis=0)
    return float(np.sqrt(np.clip(1 - left / total, 0.0, 1.0)).mean())


def _band(rows: Rows, fps: float) -> Rows:
    """(t, k) what lies within LIVELY_HZ, without delay."""
    band = butter(2, LIVELY_HZ, btype="bandpass", fs=fps, output="sos")
    return np.asarray(sosfiltfilt(band, rows, axis=0))


def _padding(fps: float) -> int:
    """Frames that the filter needs at least."""
    return max(21, round(fps))
