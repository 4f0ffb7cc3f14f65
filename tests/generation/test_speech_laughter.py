"""A laugh is heard, opens the mouth call by call, and smiles."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from generation.motion import plan
from generation.speech.decode import read
from generation.speech.laughter import laughs, without
from generation.speech.prosody import loudness_db, pitch_hz
from generation.types import CHANNELS, Controls, FloatArray, Phone, Word
from tests.generation.recordings import OWLS, laughter
from tests.generation.speaker import speech


def found_in(
    samples: FloatArray, spoken: tuple[Phone, ...] = (), words: tuple[Word, ...] = ()
) -> tuple[tuple[Phone, ...], ...]:
    return laughs(samples, pitch_hz(samples), loudness_db(samples), spoken, words)


@pytest.mark.parametrize(("rate", "hz"), [(4.2, 140.0), (5.5, 300.0)])
def test_a_laugh_is_heard_call_by_call(rate: float, hz: float) -> None:
    [calls] = found_in(laughter(8, rate, hz))
    assert len(calls) in (7, 8)
    assert 0.4 < calls[0].start_s < 0.7
    np.testing.assert_allclose(np.diff([call.start_s for call in calls]), 1 / rate, rtol=0.2)


def test_speech_is_no_laugh() -> None:
    assert found_in(read(OWLS).samples) == ()


def test_alike_syllables_with_consonants_are_words() -> None:
    samples = laughter()
    [calls] = found_in(samples)
    dada, haha = (tuple(Phone(ipa, call.start_s - 0.05, call.start_s) for call in calls) for ipa in "dh")
    word = Word("dadada", calls[0].start_s, calls[-1].end_s, 1.0)
    assert found_in(samples, dada, (word,)) == ()
    assert found_in(samples, haha, (word,)) == (calls,)
    assert found_in(samples, dada) == (calls,)  # no word is known: it was a recogniser's guess


def test_a_laugh_takes_the_place_of_what_was_heard_in_it() -> None:
    [calls] = found_in(laughter())
    before, inside = Phone("m", 0.0, 0.2), Phone("ʌ", calls[1].start_s, calls[1].end_s)
    assert without((before, inside), [calls]) == (before,)


def test_a_laughing_face_smiles_and_its_mouth_opens_with_every_call() -> None:
    [calls] = found_in(laughter())
    serious = speech(calls, 4.0, "phones")
    laughing = replace(serious, laughs=((calls[0].start_s, calls[-1].end_s),))
    smile, jaw = CHANNELS.index("mouthSmileLeft"), CHANNELS.index("jawOpen")
    motions = [plan(said, Controls(), frames=100).coefficients for said in (serious, laughing)]
    middles = [round(25 * (call.start_s + call.end_s) / 2) for call in calls]
    assert motions[1][middles, smile].min() > motions[0][middles, smile].max() + 0.2
    between = [(a + b) // 2 for a, b in pairwise(middles)]
    assert np.median(motions[1][middles, jaw]) > 1.3 * np.median(motions[1][between, jaw])
    np.testing.assert_allclose(motions[1][-1, smile], motions[0][-1, smile], atol=0.05)
