"""Whose voice it is: one speaker's recordings are near to each other, another's are not, noise is nobody's."""

from __future__ import annotations

import numpy as np
import pytest

from generation.speech import decode
from generation.speech.speaker import SIZE, embed, similarity
from generation.types import SAMPLE_RATE, FloatArray
from tests.generation.recordings import OWLS, SAMPLES

HELLO = SAMPLES / "portrait_a.wav"
SAME, OTHER = 0.80, 0.75  # what webapp.videos.same_voice asks for; what strangers reach, docs/voice.md


@pytest.fixture(scope="module")
def hello() -> FloatArray:
    return decode.read(HELLO).samples


@pytest.mark.slow
def test_a_voice_is_near_to_itself_and_far_from_another(hello: FloatArray) -> None:
    half = len(hello) // 2
    first, second, other = embed(hello[:half]), embed(hello[half:]), embed(decode.read(OWLS).samples)
    assert first is not None
    assert second is not None
    assert other is not None
    assert first.shape == (SIZE,)
    assert np.linalg.norm(first) == pytest.approx(1, abs=1e-5)
    assert similarity(first, second) > SAME
    assert max(similarity(first, other), similarity(second, other)) < OTHER


@pytest.mark.slow
def test_loudness_and_a_long_silence_change_nothing(hello: FloatArray) -> None:
    plain = embed(hello)
    padded = embed(np.concatenate([np.zeros(5 * SAMPLE_RATE, np.float32), hello * 0.1]))
    assert plain is not None
    assert padded is not None
    assert similarity(plain, padded) > 0.97


def test_too_little_speech_has_no_voice(hello: FloatArray) -> None:
    noise = np.random.default_rng(0).normal(0, 0.05, 3 * SAMPLE_RATE).astype(np.float32)
    for samples in (hello[: SAMPLE_RATE // 2], noise, np.zeros(0, np.float32)):
        assert embed(samples) is None
