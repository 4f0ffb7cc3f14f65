"""Held voices, which no detector of speech hears, move the mouth; tones, chords and noise do not."""

from __future__ import annotations

import numpy as np
import pytest

from generation import motion
from generation.speech import listen
from generation.speech.held import held
from generation.speech.prosody import loudness_db
from generation.types import CHANNELS, FEATURE_RATE, Controls, Phone
from tests.generation.recordings import OWLS, ffmpeg, vowel, wave

T = np.arange(2 * 16_000) / 16_000
FLAT = np.full(2 * FEATURE_RATE, 180.0, np.float32)


def found(samples, pitch=FLAT, taken=()):
    samples = samples.astype(np.float32)
    return held(samples, pitch, loudness_db(samples), taken)


def test_a_held_vowel_opens_the_mouth_as_long_as_it_sounds():
    (phone,) = found(vowel(2.0))
    assert phone.ipa == "ɑ"
    assert phone.end_s - phone.start_s > 1.6


@pytest.mark.parametrize(
    "sound",
    [
        0.3 * np.sin(2 * np.pi * 180 * T),
        sum(0.1 * np.sin(2 * np.pi * hz * T) for hz in (180.0, 226.8, 269.7, 404.5)),
        sum(0.3 / k * np.sin(2 * np.pi * 180 * k * T) for k in range(1, 9)),
        vowel(2.0, formants=(250.0, 1000.0, 2200.0)),
        np.random.default_rng(0).normal(size=len(T)) * 0.1,
        np.zeros(len(T)),
    ],
    ids=["tone", "chord", "string", "hum", "noise", "silence"],
)
def test_what_is_no_voice_is_not_held(sound):
    assert found(sound) == ()


def test_a_melody_that_glides_is_not_one_held_sound():
    glide = FLAT * 2 ** np.linspace(0, 20, len(FLAT), dtype=np.float32)
    assert found(vowel(2.0), glide) == ()


def test_phones_that_were_recognised_are_left_alone():
    assert found(vowel(2.0), taken=[Phone("a", 0.0, 2.0)]) == ()


@pytest.mark.slow
def test_a_face_opens_its_mouth_for_a_long_aaah(tmp_path):
    quiet = np.zeros(8000)
    speech = listen(wave(tmp_path / "a.wav", np.concatenate([quiet, vowel(2.0), quiet])))
    assert speech.method == "phones"
    assert speech.evidence["held"] > 0.5
    jaw = motion.plan(speech, Controls(), frames=75).coefficients[:, CHANNELS.index("jawOpen")]
    assert jaw[25:55].mean() > 0.25
    assert jaw[:8].mean() < 0.1


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        ["-af", "volume=30dB,alimiter=limit=0.9"],
        ["-filter_complex", "[0]asplit[a][b];[b]adelay=900,areverse,volume=0.4[c];[a][c]amix=duration=first"],
        ["-filter_complex", "anoisesrc=r=24000:a=0.02:seed=1:d=6.9[n];[0][n]amix=duration=first:normalize=0"],
        ["-ar", "8000"],
    ],
    ids=["shouted", "two speakers", "noise", "telephone"],
)
def test_speech_in_trouble_is_still_followed(tmp_path, change):
    ffmpeg("-i", OWLS, *change, "-t", "3.5", tmp_path / "v.wav")
    speech = listen(tmp_path / "v.wav")
    assert speech.method in ("transcript", "phones")
    assert speech.evidence["phones"] > 0.5
