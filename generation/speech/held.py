"""Held vowels: a long “aaah”, which a detector of speech takes for music or noise.

Speech detectors are trained on syllables. A steady vowel betrays itself otherwise: one pitch that hardly moves,
nearly all energy in the harmonics of that pitch, and several of them; a tone has one, a chord foreign ones.
The loudest is not the fundamental, as it is of a string and of a hum, whose lips are closed anyway.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from generation.speech.spans import bridged
from generation.types import FEATURE_RATE, SAMPLE_RATE, FloatArray, Phone

SHORTEST_S = 0.35  # below this a steady pitch is part of speech, or chance
WINDOW = 2048  # samples, 128 ms: harmonics of the lowest voices stand apart
BAND_HZ = 4000.0  # above lies hardly any harmonic of a voice
REACH = 2  # bins around a harmonic, the main lobe of a Hann window
MIN_HARMONIC_SHARE = 0.85  # of the energy; a held vowel has 0.95 and more, a chord 0.75, noise 0.4
MIN_HARMONICS = 3  # that hold more than FAINT of the energy; a whistle or a test tone has one
FAINT = 0.003
QUIET_DB = 30.0  # below the loudest moment; there nothing is held
FLOOR_DB = -50.0  # re full scale
STEADY = 0.06  # change of pitch in 10 ms, a semitone; vibrato stays below
OPEN_HZ = (450.0, 1400.0)  # where an open vowel is loudest, above its fundamental; a string or a hum is below
OPEN = "ɑ"
HARMONICS = 12  # that are counted
BLOCK = 2000  # frames judged at a time: 20 s, 32 MB


def held(
    samples: FloatArray, pitch_hz: FloatArray, loudness_db: FloatArray, taken: Sequence[Phone]
) -> tuple[Phone, ...]:
    """Stretches beside the phones `taken` in which a voice holds an open vowel."""
    steady = np.abs(np.diff(np.log(np.maximum(pitch_hz, 1.0)), n=1, prepend=0.0, append=0.0))
    likely = (pitch_hz > 0) & (loudness_db > max(FLOOR_DB, float(loudness_db.max()) - QUIET_DB))
    likely &= np.minimum(steady[:-1], steady[1:]) < STEADY
    for phone in taken:
        likely[round(phone.start_s * FEATURE_RATE) : round(phone.end_s * FEATURE_RATE)] = False
    if likely.sum() < SHORTEST_S * FEATURE_RATE:
        return ()
    voice = np.zeros(len(likely), np.bool_)
    frames = np.flatnonzero(likely)
    for block in np.array_split(frames, len(frames) // BLOCK + 1):
        voice[block] = _judge(samples, pitch_hz, block)
    return tuple(Phone(OPEN, a / FEATURE_RATE, b / FEATURE_RATE) for a, b in _runs(bridged(voice)))


def _judge(samples: FloatArray, pitch_hz: FloatArray, frames: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Whether each frame sounds like one voice with an open mouth."""
    padded = np.pad(samples, WINDOW)
    centres = WINDOW + (frames * SAMPLE_RATE) // FEATURE_RATE
    cut = padded[centres[:, None] + np.arange(-WINDOW // 2, WINDOW // 2)]  # (f, WINDOW)
    power = np.abs(np.fft.rfft(cut * np.hanning(WINDOW))) ** 2  # (f, bins)
    hz = np.arange(power.shape[1]) * SAMPLE_RATE / WINDOW
    power = power[:, hz < BAND_HZ]
    hz = hz[hz < BAND_HZ]
    share = power / np.maximum(power.sum(axis=1, keepdims=True), 1e-12)
    number = np.maximum(1.0, np.round(hz / pitch_hz[frames, None]))  # (f, bins) of the nearest harmonic
    near = np.abs(hz - number * pitch_hz[frames, None]) <= REACH * SAMPLE_RATE / WINDOW
    harmonics = np.stack([(share * (near & (number == k))).sum(axis=1) for k in range(1, HARMONICS + 1)], axis=1)
    one_voice = (share * near).sum(axis=1) >= MIN_HARMONIC_SHARE
    rich = (harmonics > FAINT).sum(axis=1) >= MIN_HARMONICS
    loudest = harmonics.argmax(axis=1)  # 0 is the fundamental
    formant_hz = (loudest + 1) * pitch_hz[frames]
    open_mouth = (loudest > 0) & (formant_hz > OPEN_HZ[0]) & (formant_hz < OPEN_HZ[1])
    return np.asarray(one_voice & rich & open_mouth, dtype=np.bool_)


def _runs(voice: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last frame of what lasts long enough."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], voice, [False])).astype(int)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2) if b - a >= SHORTEST_S * FEATURE_RATE]
