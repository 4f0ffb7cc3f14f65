"""A made-up talker for the motion tests: phones by a duration rule, loudness and pitch to go with them."""

from __future__ import annotations

from typing import Literal

import numpy as np

from generation.speech.visemes import classes, is_vowel
from generation.types import FEATURE_RATE, SAMPLE_RATE, Phone, Speech

VOWEL_S, CONSONANT_S, PAUSE_S = 0.105, 0.070, 0.55
SENTENCE = (
    "h ə l oʊ . aɪ æ m ə p ɔ ɹ t ɹ ɪ t ð æ t l ɜ n d t ə s p i k . n oʊ b ʌ d i z f eɪ s w ʌ z b ɑ ɹ oʊ d "
    "t ə m eɪ k m i . æ n d ɛ v ɹ i p ɪ k tʃ ə ɹ ʌ v m i k æ ɹ i z ə m ɑ ɹ k j u k æ n ɑ t s i ."
)


def say(
    text: str = SENTENCE, *, lead_s: float = 0.5, tail_s: float = 0.8,
    method: Literal["transcript", "phones", "energy"] = "transcript",
) -> Speech:  # fmt: skip
    """A Speech of blank-separated IPA phones; "." pauses, "ɑ=1.5" holds a phone for 1.5 s."""
    at, phones = lead_s, []
    for token in text.split():
        ipa, _, held = token.partition("=")
        if ipa == ".":
            at += PAUSE_S
            continue
        length = float(held) if held else (VOWEL_S if is_vowel(ipa) else CONSONANT_S) * len(classes(ipa))
        phones.append(Phone(ipa, at, at + length))
        at += length
    return speech(tuple(phones), at + tail_s, method)


def speech(
    phones: tuple[Phone, ...], duration_s: float, method: Literal["transcript", "phones", "energy"] = "transcript"
) -> Speech:
    """Wrap phones into a Speech: vowels louder than consonants, pitch in a slow wave."""
    t = np.arange(int(duration_s * FEATURE_RATE)) / FEATURE_RATE
    loudness, activity = np.full(len(t), -65.0), np.zeros(len(t))
    for phone in phones:
        inside = (t >= phone.start_s) & (t < phone.end_s)
        loudness[inside] = -22.0 if is_vowel(phone.ipa) else -34.0
        activity[inside] = 1.0
    loudness = np.where(activity > 0, loudness + 4 * np.sin(2 * np.pi * 0.9 * t), loudness)
    pitch = np.where(loudness > -30, 120 * 2 ** (0.35 * np.sin(2 * np.pi * 0.7 * t)), 0.0)
    return Speech(
        samples=np.zeros(int(duration_s * SAMPLE_RATE), np.float32),
        duration_s=duration_s,
        phones=phones,
        words=(),
        transcript="",
        language="en",
        method=method,
        evidence={},
        activity=activity.astype(np.float32),
        loudness_db=loudness.astype(np.float32),
        pitch_hz=pitch.astype(np.float32),
    )
