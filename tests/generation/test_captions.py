"""Words become captions that can be read, and captions a text that can be heard again."""

from __future__ import annotations

import pytest

from generation.captions import read, spoken_text, srt, vtt
from generation.types import Word


def spoken(*words: str, pace: float = 0.4, start: float = 0.0) -> list[Word]:
    times = [start + i * pace for i in range(len(words))]
    return [Word(word, time, time + pace * 0.9, 1.0) for word, time in zip(words, times, strict=True)]


def test_silence_has_no_captions():
    assert vtt([]) == "WEBVTT\n"
    assert srt([]) == ""


def test_hours_are_counted():
    assert "01:02:05,500 -->" in srt(spoken("late", start=3725.5))


def test_captions_of_either_kind_and_plain_text_lead_back_to_what_was_said():
    said = "Five wise old owls watch a boy jump over the moon in the night"
    words = spoken(*said.split())
    assert spoken_text(srt(words)) == spoken_text(vtt(words)) == spoken_text(f"  {said}\n") == said


def test_what_is_not_said_is_left_out_of_captions():
    given = "WEBVTT\n\nNOTE by me\n\n1\r\n00:01.000 --> 00:02.000 line:0\r\n<v Ann>Hello <i>you</i>\n{\\an8}there"
    assert spoken_text(given) == "Hello you there"


def test_captions_are_read_back_with_their_times():
    words = spoken("Five", "wise", "owls.", pace=0.5) + spoken("They", "watch.", start=3605.0)
    for written in (srt(words), vtt(words)):
        first, second = read(written)
        assert (first.text, second.text) == ("Five wise owls.", "They watch.")
        assert (first.start_s, first.end_s) == (0.0, pytest.approx(1.45))
        assert second.start_s == 3605.0


def test_a_plain_text_has_no_captions():
    assert read("He said: 10:30 --> late") == []
