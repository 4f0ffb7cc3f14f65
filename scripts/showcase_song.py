"""A few sung syllables made of nothing but pulses and resonances, so that the singing shown is nobody's voice."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

Doubles = npt.NDArray[np.float64]

RATE = 24_000  # Hz
VIBRATO_HZ, VIBRATO = 5.6, 0.011  # times a second, share of the pitch
FALL = 0.985  # of one sample's pulse into the next: about −12 dB an octave, as from a voice
RADIATION = 0.97  # of the difference from sample to sample that leaves the lips
# Hz and width of the first four resonances of a man's vowels (Peterson & Barney 1952), and of an l.
FORMANTS = {
    "a": ((730, 90), (1090, 110), (2440, 160), (3400, 250)),
    "o": ((570, 80), (840, 100), (2410, 160), (3300, 250)),
    "i": ((270, 60), (2290, 120), (3010, 180), (3600, 250)),
    "l": ((360, 70), (1050, 120), (2600, 200), (3400, 250)),
}
# Sound, pitch in Hz, seconds; a short l before every vowel.
MELODY = (
    ("a", 147.0, 0.75),
    ("o", 165.0, 0.6),
    ("i", 185.0, 0.6),
    ("a", 220.0, 1.1),
    ("o", 185.0, 0.5),
    ("a", 147.0, 1.0),
)
L_S = 0.09


def song() -> Doubles:
    """“La lo li laa lo la”, (n,) at RATE, −1..1; always the same."""
    parts = [np.zeros(int(0.15 * RATE))]
    for vowel, pitch, seconds in MELODY:
        parts += [0.5 * _note("l", pitch, L_S), _note(vowel, pitch, seconds - L_S)]
    whole = np.concatenate([*parts, np.zeros(int(0.25 * RATE))])
    return np.asarray(0.5 * whole / np.abs(whole).max())


def _note(sound: str, pitch: float, seconds: float) -> Doubles:
    t = np.arange(int(seconds * RATE)) / RATE
    swing = VIBRATO * np.clip(t / 0.3, 0, 1) * np.sin(2 * np.pi * VIBRATO_HZ * t)
    turns = np.cumsum(pitch * (1 + swing) / RATE)
    pulses = np.diff(np.floor(turns), prepend=0.0)
    wave = lfilter([1.0], [1.0, -2 * FALL, FALL**2], pulses)
    wave = lfilter([1.0, -RADIATION], [1.0], wave)
    for hertz, width in FORMANTS[sound]:
        radius = np.exp(-np.pi * width / RATE)
        poles = [1.0, -2 * radius * np.cos(2 * np.pi * hertz / RATE), radius**2]
        wave = lfilter([sum(poles)], poles, wave)
    ends = np.clip(np.minimum(t, t[::-1]) / 0.04, 0, 1)
    return np.asarray(wave * ends)
