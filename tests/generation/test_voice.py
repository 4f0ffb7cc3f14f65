"""Typed text → speech: what is refused, how it is cut, and whether the times are those of the sound."""

from __future__ import annotations

import json

import numpy as np
import pytest

from generation.errors import InputRefused
from generation.speech import align, listen, phones
from generation.speech.visemes import classes
from generation.speech.windows import Window
from generation.voice import phones_file, speak, text
from generation.voice.kokoro import with_output

SENTENCE = "Good morning. Five wise old owls watch a boy jump over the moon."


@pytest.mark.parametrize(
    ("script", "language", "code"),
    [
        ("", "en", "script_empty"),
        (" … !? ", "en", "script_empty"),
        ("word " * 1001, "en", "script_too_long"),
        ("Hello", "xx", "language_unknown"),
        ("Привет, музей", "en", "script_unreadable"),
        ("ສະບາຍດີ", "lo", "script_unreadable"),
    ],
)
def test_a_text_that_cannot_be_said_is_refused_in_words(script, language, code):
    with pytest.raises(InputRefused) as refused:
        text.check(script, language)
    assert refused.value.code == code
    assert refused.value.hint
    assert script not in refused.value.message or not script


def test_an_unknown_voice_is_refused():
    with pytest.raises(InputRefused) as refused:
        speak("Hello there", language="en", voice="marilyn")
    assert refused.value.code == "voice_unknown"


def test_a_text_is_cut_where_a_reader_pauses_and_nowhere_else():
    cut = text.clauses("It costs 3.50 at sitter.example, Dr Who said… “Really?” 本当。\n\nYes")
    assert [(c.text, c.mark) for c in cut] == [
        ("It costs 3.50 at sitter.example", ","), ("Dr Who said", "…"), ("“Really", "?"), ("” 本当", "."),
        ("Yes", "."),
    ]  # fmt: skip


def test_a_text_without_marks_is_cut_between_words():
    cut = text.clauses("museum " * 100)
    assert max(len(c.text) for c in cut) <= text.MAX_CLAUSE_LETTERS
    assert " ".join(c.text for c in cut).split() == ["museum"] * 100


def test_appended_bytes_name_one_more_output():
    assert with_output(b"", "ab") == b"\x3a\x06\x62\x04\x0a\x02ab"
    assert with_output(b"", "x" * 130)[:3] == b"\x3a\x88\x01"


def test_espeak_speaks_every_language_with_times(tmp_path):
    said = speak("Привет, музей. Сегодня открыто.", language="ru", voice="espeak")
    assert [word.text for word in said.script.words] == ["Привет,", "музей.", "Сегодня", "открыто."]
    assert_times_fit(said)
    phones_file.write(said.script, tmp_path / "phones.json")
    kept = phones_file.from_json(json.loads((tmp_path / "phones.json").read_text("utf-8")))
    assert [p.ipa for p in kept.phones] == [p.ipa for p in said.script.phones]


@pytest.mark.parametrize("kept", [None, [], {"text": 1}, {"text": "a", "language": "en", "voice": "x",
    "phones": [["a", 1, 0]], "words": []}])  # fmt: skip
def test_a_phones_file_that_is_none_is_refused(kept):
    with pytest.raises(InputRefused):
        phones_file.from_json(kept)


@pytest.mark.slow
def test_kokoro_speaks_with_the_times_of_its_sound_and_the_same_way_each_time(tmp_path):
    said, again = speak(SENTENCE, language="en"), speak(SENTENCE, language="en")
    np.testing.assert_array_equal(said.samples, again.samples)
    assert_times_fit(said)
    assert said.script.voice == "jm_kumo"
    assert [word.text for word in said.script.words] == SENTENCE.split()

    said.write(tmp_path / "said.wav")
    speech = listen(tmp_path / "said.wav", script=said.script)
    assert speech.method == "script"
    assert speech.synthetic_voice
    assert speech.transcript == SENTENCE
    assert speech.evidence["phones"] > 0.5
    spoken = speech.activity > 0
    assert np.median(speech.loudness_db[spoken]) > np.median(speech.loudness_db[~spoken]) + 20

    heard = align.align([p.ipa for p in said.script.phones], phones.hear(
        speech.samples, [Window(0.0, speech.duration_s)], lambda: None))  # fmt: skip
    assert heard is not None
    late = [h.start_s / 2 + h.end_s / 2 - k.start_s / 2 - k.end_s / 2
            for h, k in zip(heard.phones, said.script.phones, strict=True)]  # fmt: skip
    assert abs(np.median(late)) < 0.03
    assert np.percentile(np.abs(late), 80) < 0.08


def assert_times_fit(said) -> None:
    """Phones follow one another inside the sound, and every word lies where its phones are."""
    ends = [0.0, *(phone.end_s for phone in said.script.phones)]
    assert all(phone.start_s >= end - 1e-6 for phone, end in zip(said.script.phones, ends, strict=False))
    assert ends[-1] <= said.duration_s
    assert all(classes(phone.ipa) for phone in said.script.phones)
    assert all(a.start_s <= b.start_s for a, b in zip(said.script.words, said.script.words[1:], strict=False))
