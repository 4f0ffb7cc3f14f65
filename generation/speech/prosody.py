"""How loud and how high: the tracks that drive jaw, brows and head."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from generation import weights
from generation.speech.activity import times
from generation.types import FEATURE_RATE, SAMPLE_RATE, FloatArray

HOP = SAMPLE_RATE // FEATURE_RATE  # samples
LOUDNESS_WINDOW = 400  # samples, 25 ms: two periods of the lowest voice
FLOOR_DB = -100.0  # what digital silence reads
VOICED_CONFIDENCE = 0.5  # swift-f0's own threshold
VOICE_HZ = (60.0, 1100.0)  # the lowest speaker to the highest singer


def loudness_db(samples: FloatArray) -> FloatArray:
    """(n,) samples → (t,) RMS level in dB re full scale over 25 ms, at FEATURE_RATE."""
    frames = len(times(len(samples)))
    energy = np.concatenate(([0.0], np.cumsum(np.square(samples, dtype=np.float64))))
    centre = np.arange(frames) * HOP + HOP // 2
    first = np.clip(centre - LOUDNESS_WINDOW // 2, 0, len(samples))
    last = np.clip(centre + LOUDNESS_WINDOW // 2, 0, len(samples))
    power = (energy[last] - energy[first]) / np.maximum(last - first, 1)
    return np.asarray(10 * np.log10(np.maximum(power, 10 ** (FLOOR_DB / 10))), dtype=np.float32)


def pitch_hz(samples: FloatArray) -> FloatArray:
    """(n,) samples at 16 kHz → (t,) fundamental frequency at FEATURE_RATE, 0 where there is none."""
    heard = _detector().detect(samples, SAMPLE_RATE, *VOICE_HZ)
    nearest = np.searchsorted(heard.timestamps[1:] - np.diff(heard.timestamps) / 2, times(len(samples)))
    pitch = np.where(heard.confidence >= VOICED_CONFIDENCE, heard.pitch_hz, 0.0)
    return np.asarray(pitch[nearest], dtype=np.float32)


@cache
def _detector() -> Any:
    from swift_f0 import SwiftF0

    weights.path("swift_f0")  # checks the file that the package is about to load
    return SwiftF0(threads=1, spin=False)
