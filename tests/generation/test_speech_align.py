"""Cutting, aligning and holding: the arithmetic between a recogniser and the times of phones."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.speech import spans
from generation.speech.align import BAND, align
from generation.speech.g2p import Pronunciation
from generation.speech.phones import FRAME_S, LATENESS_S, Posteriors
from generation.speech.takes import Take
from generation.speech.transcribe import Heard
from generation.speech.visemes import CLASSES, INDEX, classes
from generation.speech.windows import MARGIN_S, Window, halves, windows
from generation.types import Phone, Word


def heard(*spikes: tuple[int, str], frames: int, mass: float = 0.9) -> Posteriors:
    """What hama would answer if it heard each phone for one frame."""
    table = np.zeros((frames, len(CLASSES)), np.float32)
    for frame, phone in spikes:
        table[frame, INDEX[classes(phone)[0]]] = mass
    return Posteriors(table, 1.0 - table.sum(axis=1), tuple(spikes))


def moment(frame: int) -> float:
    return (frame + 0.5) * FRAME_S - LATENESS_S


def test_each_phone_is_put_around_its_spike() -> None:
    found = align(["m", "a", "s"], heard((10, "m"), (20, "a"), (26, "s"), frames=40))
    assert found
    assert [phone.ipa for phone in found.phones] == ["m", "a", "s"]
    assert all(phone.start_s < moment(k) < phone.end_s for phone, k in zip(found.phones, (10, 20, 26), strict=True))
    assert (found.evidence, found.agreement) == (1.0, 1.0)


def test_a_phone_that_was_not_heard_lies_between_its_neighbours() -> None:
    found = align(["m", "f", "a"], heard((10, "m"), (30, "a"), frames=40))
    assert found
    assert found.phones[1].start_s < moment(20) < found.phones[1].end_s
    assert found.evidence == pytest.approx(2 / 3)


def test_another_text_finds_little_agreement() -> None:
    said = heard(*[(4 * k + 4, phone) for k, phone in enumerate("mapatikufosi")], frames=60)
    right, wrong = align(list("mapatikufosi"), said), align(list("fusɹilɛkθɑvʃ"), said)
    assert right
    assert right.agreement == 1.0
    assert wrong is None or wrong.agreement < 0.44


def test_a_short_text_does_not_agree_with_a_long_recording_that_happens_to_hold_its_sounds() -> None:
    said = heard(*[(4 * k + 4, phone) for k, phone in enumerate("mapatikufosi" * 3)], frames=160)
    found = align(list("mafo"), said)
    assert found
    assert found.evidence == 1.0
    assert found.agreement < 0.2


def test_more_phones_than_frames_cannot_be_aligned() -> None:
    assert align(list("mamama"), heard((1, "m"), frames=4)) is None
    assert align([], heard((1, "m"), frames=4)) is None


def test_a_recording_in_which_nothing_was_heard_cannot_be_aligned() -> None:
    assert align(list("mama"), heard(frames=50)) is None


def test_a_text_far_longer_than_the_search_band_is_aligned_to_its_end() -> None:
    rng = np.random.default_rng(1)
    phones = rng.choice(list("mafsktuiolɹ"), size=3 * BAND).tolist()
    frames = np.cumsum(rng.integers(2, 6, size=len(phones)))
    frames[1000:] += 3000  # a minute of silence in the middle
    found = align(phones, heard(*zip(frames.tolist(), phones, strict=True), frames=int(frames[-1]) + 9))
    assert found
    assert found.agreement > 0.98
    centres = np.array([(phone.start_s + phone.end_s) / 2 for phone in found.phones])
    assert np.quantile(np.abs(centres - (frames + 0.5) * FRAME_S + LATENESS_S), 0.98) < 0.08


@given(st.lists(st.floats(0, 60), min_size=1, max_size=80))
def test_spans_follow_one_another_without_overlap(moments: list[float]) -> None:
    found = spans.stretch(["a"] * len(moments), sorted(moments))
    assert all(phone.start_s <= phone.end_s for phone in found)
    assert all(a.end_s <= b.start_s + 1e-9 for a, b in pairwise(found))
    assert max(phone.end_s - phone.start_s for phone in found) <= 0.27


def test_overlapping_phones_share_and_nothing_outlasts_the_recording() -> None:
    found = spans.disjoint([Phone("a", 0.0, 0.5), Phone("m", 0.3, 0.9), Phone("i", 2.1, 2.4)], 0.8)
    assert found == (Phone("a", 0.0, 0.4), Phone("m", 0.4, 0.8))


def voiced(*stretches: tuple[float, float], seconds: float) -> np.ndarray:
    pitch = np.zeros(round(seconds * 100), np.float32)
    for start, end in stretches:
        pitch[round(start * 100) : round(end * 100)] = 220.0
    return pitch


def test_a_sung_vowel_lasts_until_the_voice_ends() -> None:
    sung = [Phone("l", 0.9, 1.0), Phone("ɑ", 1.0, 1.24), Phone("m", 3.0, 3.1)]
    held = spans.hold(sung, voiced((0.9, 2.5), (2.53, 2.8), seconds=4), 4.0)
    assert held[1] == Phone("ɑ", 1.0, pytest.approx(2.8, abs=0.02))
    assert held[2].start_s == 3.0


def test_a_voiced_gap_before_a_vowel_is_that_vowel_s() -> None:
    held = spans.hold([Phone("s", 1.0, 1.2), Phone("o", 2.0, 2.2)], voiced((1.4, 2.2), seconds=3), 3.0)
    assert held == (Phone("s", 1.0, 1.2), Phone("o", pytest.approx(1.4, abs=0.02), 2.2))


def test_without_a_voice_nothing_is_held() -> None:
    spoken = (Phone("a", 1.0, 1.2), Phone("t", 2.0, 2.1), Phone("a", 2.5, 2.6))
    assert spans.hold(spoken, voiced(seconds=3), 3.0) == spoken


def activity(*stretches: tuple[float, float], seconds: float) -> np.ndarray:
    return np.minimum(voiced(*stretches, seconds=seconds), 1.0)


def test_a_short_recording_is_one_window_around_its_voice() -> None:
    (window,) = windows(activity((2.0, 6.0), seconds=10), 10.0, longest_s=28)
    assert window.start_s == pytest.approx(2.0 - MARGIN_S)
    assert window.end_s == pytest.approx(6.0 + MARGIN_S)


def test_a_long_recording_is_cut_in_a_pause() -> None:
    first, second = windows(activity((0, 17), (18, 40), seconds=40), 40.0, longest_s=28)
    assert 17 <= first.end_s <= second.start_s <= 18


def test_an_hour_of_unbroken_voice_is_cut_all_the_same() -> None:
    found = windows(activity((0, 3600), seconds=3600), 3600.0, longest_s=28)
    assert all(window.end_s - window.start_s <= 28 + 2 * MARGIN_S for window in found)
    assert all(a.end_s == b.start_s for a, b in pairwise(found))


def test_without_a_voice_there_is_no_window() -> None:
    assert windows(activity(seconds=20), 20.0, longest_s=28) == []


def test_a_window_is_halved_in_its_pause() -> None:
    first, second = halves(Window(1.0, 11.0), activity((0, 5), (6, 20), seconds=20))
    assert (first.start_s, second.end_s) == pytest.approx((1.0 - 0.0, 11.0), abs=MARGIN_S)
    assert 5 <= first.end_s <= second.start_s <= 6


def take(written: str, said: str) -> Take:
    """A window in which `said` was heard and `written` was transcribed, one letter a phone, as one word."""
    spikes = [(5 * k + 5, phone) for k, phone in enumerate(said)]
    posteriors = heard(*spikes, frames=5 * len(said) + 10)
    answer = Heard((Word(written, 0.0, 1.0, 0.9),), -0.3, 1.0)
    spoken = Pronunciation(tuple(written), (0,) * len(written))
    return Take(Window(0.0, 9.0), answer, spoken, align(written, posteriors), posteriors.spotted())


def test_a_text_that_fits_names_the_phones_and_gives_the_words_their_times() -> None:
    fitting = take("mapatiku", "mapatiku")
    assert fitting.believed
    assert "".join(phone.ipa for phone in fitting.phones) == "mapatiku"
    assert fitting.words[0].start_s == fitting.phones[0].start_s
    assert fitting.words[0].end_s == fitting.phones[-1].end_s


def test_a_text_that_writes_a_returning_verse_once_is_not_believed() -> None:
    short = take("mapatiku", "mapatikumapatiku")
    assert short.evidence == 1.0
    assert short.omits
    assert not short.believed
    assert "".join(phone.ipa for phone in short.phones) == "mapatikumapatiku"
    assert short.words == ()


def test_an_answer_is_credible_only_with_good_numbers() -> None:
    words = (Word("hello", 0.0, 1.0, 0.9), Word("there", 1.0, 2.0, 0.5))
    assert Heard(words, -0.5, 1.4).credible
    assert not Heard(words, -1.2, 1.4).credible
    assert not Heard(words, -0.5, 2.6).credible
    assert not Heard((Word("hello", 0.0, 1.0, 0.2),), -0.5, 1.4).credible
    assert not Heard((), -0.5, 0.0).credible
