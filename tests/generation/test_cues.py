"""Words become captions that can be read."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pytest

from generation.captions import srt, vtt
from generation.cues import MAX_LETTERS, MAX_LINES, MAX_SECONDS, SHORTEST_S, cues

LONG = (
    "But everyone agrees that it said something kind, and that the room, which had been full of people talking, "
    "fell completely silent for a while and stayed that way until somebody laughed."
)


@dataclass(frozen=True)
class Said:
    text: str
    start_s: float
    end_s: float


def spoken(text: str, *, pace: float = 0.3, start: float = 0.0) -> list[Said]:
    words = text.split()
    return [Said(word, start + k * pace, start + k * pace + pace * 0.9) for k, word in enumerate(words)]


def texts(words: list[Said]) -> list[str]:
    return [cue.text.replace("\n", " ") for cue in cues(words)]


@pytest.mark.parametrize("text", [LONG, "word " * 100, "It is. " * 40])
def test_captions_have_two_short_lines_and_lose_no_word(text: str) -> None:
    found = list(cues(spoken(text)))
    lines = [cue.text.split("\n") for cue in found]
    assert max(map(len, lines)) <= MAX_LINES
    assert all(len(line) <= MAX_LETTERS for cue in lines for line in cue)
    assert all(cue.end_s - cue.start_s <= MAX_SECONDS for cue in found)
    assert " ".join(cue.text for cue in found).split() == text.split()


def test_no_caption_goes_on_beyond_the_end_of_a_sentence() -> None:
    text = "Then one of them learned to speak. Nobody's memory of it is the same, but they agree."
    assert texts(spoken(text)) == [
        "Then one of them learned to speak.",
        "Nobody's memory of it is the same, but they agree.",
    ]


def test_a_pause_ends_a_caption() -> None:
    assert texts(spoken("one two") + spoken("three", start=5.0)) == ["one two", "three"]


def test_long_sentences_break_where_a_clause_ends() -> None:
    assert texts(spoken(LONG))[0].endswith(",")


def test_two_lines_are_about_as_long() -> None:
    [cue] = cues(spoken("The quiet portrait in the hall had learned to speak at last"))
    first, second = map(len, cue.text.split("\n"))
    assert abs(first - second) < MAX_LETTERS / 2


def test_a_word_said_quickly_stands_long_enough_to_be_read() -> None:
    [cue] = cues(spoken("Yes."))
    assert cue.end_s - cue.start_s == pytest.approx(SHORTEST_S)
    assert texts(spoken("Yes. It did speak to us.")) == ["Yes. It did speak to us."]


def test_captions_do_not_overlap() -> None:
    found = list(cues(spoken("one", start=0.0) + spoken("two", start=0.95) + spoken("three", start=3.0)))
    assert all(first.end_s <= second.start_s for first, second in pairwise(found))


def test_a_word_longer_than_a_line_stays_whole() -> None:
    assert texts(spoken("x" * 60)) == ["x" * 60]


def test_silence_has_no_captions() -> None:
    assert vtt([]) == "WEBVTT\n"
    assert srt([]) == ""


def test_hours_are_counted() -> None:
    assert "01:02:05,500 -->" in srt(spoken("late", start=3725.5))
