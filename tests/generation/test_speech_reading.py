"""A text given by the user, with the times of captions or without, put to what was heard."""

from __future__ import annotations

from functools import cache

import numpy as np

from generation.captions import srt
from generation.speech import g2p
from generation.speech.account import advice
from generation.speech.phones import FRAME_S, Posteriors
from generation.speech.reading import Reading, of_known_text
from generation.speech.scene import Scene
from generation.speech.visemes import CLASSES, INDEX, classes
from generation.types import SAMPLE_RATE, Word
from tests.generation.speaker import say

SENTENCES = ("Five wise old owls watch a boy.", "Four brave puppies bark.", "Five wise old owls watch a boy.")
BEGINS_S = (0.5, 4.5, 7.5)
PACE_S = 0.1  # from phone to phone
SECONDS = 12.0


@cache
def scene() -> Scene:
    """What hama would answer if it heard every phone of the sentences clearly."""
    frames = round(SECONDS / FRAME_S)
    mass, spikes = np.zeros((frames, len(CLASSES)), np.float32), []
    for begin, said in zip(BEGINS_S, SENTENCES, strict=True):
        words = tuple(said.split())
        for k, phone in enumerate(g2p.pronounce([g2p.Utterance(words, "en", "en-us")])[0].phones):
            frame = round((begin + k * PACE_S) / FRAME_S)
            mass[frame, INDEX[classes(phone)[0]]] = 0.9
            spikes.append((frame, phone))
    heard = Posteriors(mass, 1.0 - mass.sum(axis=1), tuple(spikes))
    return Scene(
        np.zeros(round(SECONDS * SAMPLE_RATE), np.float32), np.ones(round(SECONDS * 100), np.float32), (), heard, 1
    )


def captions(begins_s: tuple[float, ...]) -> str:
    """SubRip of the sentences, each beginning at its moment."""
    times = [(begin + 0.2 * k, word) for begin, said in zip(begins_s, SENTENCES, strict=True)
             for k, word in enumerate(said.split())]  # fmt: skip
    return srt([Word(word, start, start + 0.18, 1.0) for start, word in times])


def begins(found: Reading) -> list[float]:
    return [word.start_s for word in found.words if word.text in ("Five", "Four")]


def test_the_times_of_captions_say_which_of_two_equal_sentences_is_meant() -> None:
    given = "\n\n".join(captions(BEGINS_S).split("\n\n")[1:])  # the first sentence is not in the text
    free, kept = (of_known_text(text, "en", scene()) for text in (" ".join(SENTENCES[1:]), given))
    np.testing.assert_allclose(begins(kept), BEGINS_S[1:], atol=0.15)
    assert "given_times" not in free.evidence
    assert kept.evidence["given_times"] == 1.0


def test_captions_half_a_second_late_fit_and_their_words_lie_where_they_are_heard() -> None:
    found = of_known_text(captions(tuple(begin + 0.45 for begin in BEGINS_S)), "en", scene())
    assert found.evidence["given_times"] == 1.0
    np.testing.assert_allclose(begins(found), BEGINS_S, atol=0.15)


def test_a_caption_with_a_wrong_time_is_noticed_and_placed_by_ear() -> None:
    found = of_known_text(captions((0.5, 2.6, 7.5)), "en", scene())
    assert 0 < found.evidence["given_times"] < 1
    np.testing.assert_allclose(begins(found), BEGINS_S, atol=0.15)


def test_captions_of_another_cut_keep_their_words_and_lose_their_times() -> None:
    found = of_known_text(captions(tuple(begin + 60 for begin in BEGINS_S)), "en", scene())
    assert found.evidence["given_times"] == 0.0
    np.testing.assert_allclose(begins(found), BEGINS_S, atol=0.15)
    speech = say()
    speech.evidence.update(found.evidence)
    assert [one.code for one in advice(speech)] == ["wrong_times"]
