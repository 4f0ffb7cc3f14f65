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
FRAMES_AT_ONCE = 500  # 5 s of sound; the detector of pitch takes 3 MB a second
FLOOR_DB = -100.0  # what digital silence reads
VOICED_CONFIDENCE = 0.5  # swift-f0's own threshold
VOICE_HZ = (60.0, 1100.0)  # the lowest speaker to the highest singer


def loudness_db(samples: FloatArray) -> FloatArray:
    """(n,) samples → (t,) RMS level in dB re full scale over 25 ms, at FEATURE_RATE."""
    frames = len(times(len(samples)))
    found = []
    for start in range(0, frames, FRAMES_AT_ONCE):
        stop = min(start + FRAMES_AT_ONCE, frames)
        before = max(0, start * HOP - LOUDNESS_WINDOW)
        piece = samples[before : stop * HOP + LOUDNESS_WINDOW]
        energy = np.concatenate(([0.0], np.cumsum(np.square(piece, dtype=np.float64))))
        centre = np.arange(start, stop) * HOP + HOP // 2 - before
        first = np.clip(centre - LOUDNESS_WINDOW // 2, 0, len(piece))
        last = np.clip(centre + LOUDNESS_WINDOW // 2, 0, len(piece))
        power = (energy[last] - energy[first]) / np.maximum(last - first, 1)
        found.append(10 * np.log10(np.maximum(power, 10 ** (FLOOR_DB / 10))))
    return np.concatenate(found).astype(np.float32)


def pitch_hz(samples: FloatArray) -> FloatArray:
    """(n,) samples at 16 kHz → (t,) fundamental frequency at FEATURE_RATE, 0 where there is none."""
    ear, step = pitch_stream(), FRAMES_AT_ONCE * HOP
    parts = [ear.push(samples[k : k + step], SAMPLE_RATE) for k in range(0, len(samples), step)]
    parts.append(ear.flush())
    at = np.concatenate([part.timestamps for part in parts])
    pitch = np.concatenate([voiced(part) for part in parts])
    nearest = np.searchsorted(at[1:] - np.diff(at) / 2, times(len(samples)))
    return np.asarray(pitch[nearest], dtype=np.float32)


def pitch_stream() -> Any:
    """swift-f0 for sound that comes bit by bit: `push(samples, SAMPLE_RATE)`, 160 ms behind; see `voiced`."""
    return _detector().stream(*VOICE_HZ)


def voiced(heard: Any) -> FloatArray:
    """(k,) pitch of swift-f0's frames in Hz, 0 where it heard none."""
    return np.asarray(np.where(heard.confidence >= VOICED_CONFIDENCE, heard.pitch_hz, 0.0), np.float32)


@cache
def _detector() -> Any:
    from swift_f0 import SwiftF0

    weights.path("swift_f0")  # checks the file that the package is about to load
    return SwiftF0(threads=1, spin=False)
