"""Listening with the real recognisers: what is said, when, how loud and how high."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from generation.errors import Cancelled, InputRefused, RecordingRefused
from generation.speech import decode, listen
from generation.speech.visemes import classes, is_vowel
from generation.types import FEATURE_RATE, Progress, Speech
from tests.generation.recordings import OWLS, OWLS_TEXT, ffmpeg, noise, tone, wave

WRONG_TEXT = (
    "The committee will publish its annual report on the state of the railways next Thursday evening at nine."
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def owls() -> Speech:
    """A sentence full of lips, heard without any help."""
    return listen(OWLS)


@pytest.fixture(scope="session")
def again() -> tuple[Speech, str]:
    """The same once more, and all that was logged on the way at the finest level."""
    told = io.StringIO()
    handler, root = logging.StreamHandler(told), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        return listen(OWLS), told.getvalue()
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def letters(text: str) -> str:
    """What remains of a text without case, blanks and marks."""
    return "".join(c for c in text.lower() if c.isalpha())


def likeness(text: str) -> float:
    """Of a transcript and the owls' sentence, 0..1; the synthetic voice says "why" for "while"."""
    return SequenceMatcher(None, letters(text), letters(OWLS_TEXT), autojunk=False).ratio()


def test_a_sentence_is_transcribed_and_its_language_named(owls: Speech) -> None:
    assert likeness(owls.transcript) > 0.95
    assert (owls.method, owls.language) == ("transcript", "en")
    assert owls.evidence["text"] > 0.8
    assert owls.evidence["language"] > 0.5


def test_numbers_are_written_as_they_were_spoken(owls: Speech) -> None:
    assert {"five", "four"} <= {letters(word.text) for word in owls.words}


def test_every_bilabial_of_the_sentence_closes_the_lips(owls: Speech) -> None:
    written = sum(letter in "bpm" for letter in letters(OWLS_TEXT).replace("pp", "p"))
    assert sum("PP" in classes(phone.ipa) for phone in owls.phones) == written


def test_phones_and_words_follow_one_another_within_the_recording(owls: Speech) -> None:
    assert all(a.end_s <= b.start_s + 1e-6 for a, b in pairwise(owls.phones))
    assert all(a.start_s <= b.start_s for a, b in pairwise(owls.words))
    assert owls.phones[0].start_s >= 0.0
    assert owls.phones[-1].end_s <= owls.duration_s
    assert " ".join(word.text for word in owls.words) == owls.transcript
    assert likeness(owls.said) > 0.95


def test_vowels_are_louder_than_the_pause_of_the_sentence(owls: Speech) -> None:
    vowels = [phone for phone in owls.phones if is_vowel(phone.ipa)]
    level = [owls.loudness_db[round(50 * (p.start_s + p.end_s))] for p in vowels]
    assert np.median(level) > np.quantile(owls.loudness_db, 0.1) + 20


def test_feature_tracks_cover_the_recording_at_their_rate(owls: Speech) -> None:
    assert owls.duration_s == 6.875
    assert len(owls.samples) == 110_000
    expected = -(-owls.duration_s * FEATURE_RATE // 1)
    assert {len(owls.activity), len(owls.loudness_db), len(owls.pitch_hz)} == {expected}
    assert {t.dtype for t in (owls.samples, owls.activity, owls.loudness_db, owls.pitch_hz)} == {
        np.dtype(np.float32)
    }
    assert 70 < np.median(owls.pitch_hz[owls.pitch_hz > 0]) < 350


def test_the_same_recording_is_heard_the_same_way_twice(owls: Speech, again: tuple[Speech, str]) -> None:
    assert again[0].phones == owls.phones
    assert again[0].words == owls.words
    assert again[0].evidence == owls.evidence


def test_nothing_that_was_said_reaches_the_logs(again: tuple[Speech, str]) -> None:
    assert letters(again[0].transcript)
    assert "puppies" not in letters(again[1])
    assert "wiseold" not in letters(again[1])


def test_a_text_given_by_the_user_is_put_to_the_sound(owls: Speech) -> None:
    speech = listen(OWLS, transcript=OWLS_TEXT, language="en")
    assert speech.transcript == OWLS_TEXT
    assert speech.method == "transcript"
    assert [word.text for word in speech.words] == OWLS_TEXT.split()
    assert speech.evidence["given_text"] > 0.6
    assert "log_probability" not in speech.evidence  # Whisper was not asked
    drift = [a.start_s - b.start_s for a, b in zip(speech.words, owls.words, strict=True)]
    assert np.quantile(np.abs(drift), 0.9) < 0.1


def test_a_text_that_was_not_said_is_noticed_and_replaced() -> None:
    speech = listen(OWLS, transcript=WRONG_TEXT, language="en")
    assert speech.evidence["given_text"] < 0.44
    assert likeness(speech.transcript) > 0.95


def test_the_language_of_a_given_text_is_found_by_ear_and_script() -> None:
    assert listen(OWLS, transcript=OWLS_TEXT).language == "en"


def test_slow_singing_speech_holds_its_vowels(owls: Speech, tmp_path: Path) -> None:
    ffmpeg("-i", OWLS, "-af", "atempo=0.5", tmp_path / "slow.wav")
    slow = listen(tmp_path / "slow.wav", transcript=OWLS_TEXT, language="en")

    def longest(speech: Speech) -> float:
        return float(np.quantile([p.end_s - p.start_s for p in speech.phones if is_vowel(p.ipa)], 0.9))

    assert longest(slow) > 1.4 * longest(owls)


@pytest.mark.parametrize("level", [0.002, 0.1], ids=["hiss", "roar"])
def test_noise_says_nothing(level: float, tmp_path: Path) -> None:
    speech = listen(noise(tmp_path / "noise.wav", level=level))
    assert (speech.method, speech.phones, speech.transcript, speech.language) == ("energy", (), "", "")
    assert speech.said == ""
    assert speech.evidence["voice"] < 0.1


def test_an_instrument_says_nothing_but_has_a_pitch(tmp_path: Path) -> None:
    t = np.arange(3 * 16_000) / 16_000
    string = sum(0.3 / k * np.sin(2 * np.pi * 200 * k * t) for k in range(1, 9))
    speech = listen(wave(tmp_path / "cello.wav", string))
    assert (speech.method, speech.phones) == ("energy", ())
    assert np.median(speech.pitch_hz) == pytest.approx(200, rel=0.02)


def test_a_long_recording_is_heard_to_its_end_in_windows(owls: Speech, tmp_path: Path) -> None:
    once = np.concatenate([decode.read(OWLS).samples, np.zeros(16_000, np.float32)])
    speech = listen(
        wave(tmp_path / "long.wav", np.tile(once, 5)), transcript=" ".join([OWLS_TEXT] * 5), language="en"
    )
    assert speech.duration_s == pytest.approx(39.375)
    assert len(speech.words) == 5 * len(owls.words)
    starts = [[word.start_s for word in speech.words if word.text == "Five"][k] for k in range(5)]
    assert np.diff(starts) == pytest.approx(7.875, abs=0.1)


def test_progress_runs_from_the_first_step_to_the_last() -> None:
    seen: list[Progress] = []
    listen(OWLS, transcript=OWLS_TEXT, language="en", progress=seen.append)
    assert {step.stage for step in seen} == {"speech"}
    assert [step.done for step in seen] == sorted(step.done for step in seen)
    assert seen[-1].done == seen[-1].total


def test_listening_stops_when_the_caller_cancels() -> None:
    def cancel(_: Progress) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        listen(OWLS, progress=cancel)


def test_an_unknown_language_is_refused_before_anything_is_heard() -> None:
    with pytest.raises(InputRefused) as refusal:
        listen(OWLS, language="klingon")
    assert refusal.value.code == "language_unknown"


def test_a_refused_recording_is_not_listened_to(tmp_path: Path) -> None:
    with pytest.raises(RecordingRefused):
        listen(tone(tmp_path / "short.wav", 0.5))


def test_importing_the_package_loads_no_recogniser() -> None:
    code = (
        "import generation.speech, sys; print({'torch', 'onnxruntime', 'ctranslate2', 'hama'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
