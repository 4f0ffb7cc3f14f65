"""Words become captions that can be read."""

from __future__ import annotations

from webapp.videos.captions import MAX_LETTERS, MAX_SECONDS, cues, srt, vtt


def spoken(*words: str, pace: float = 0.4, start: float = 0.0):
    return [
        {"text": word, "start_s": start + i * pace, "end_s": start + i * pace + pace * 0.9}
        for i, word in enumerate(words)
    ]


def test_captions_are_short_enough_to_read():
    found = list(cues(spoken(*(["word"] * 100))))
    assert all(len(cue.text) <= MAX_LETTERS for cue in found)
    assert all(cue.end_s - cue.start_s <= MAX_SECONDS for cue in found)
    assert " ".join(cue.text for cue in found).split() == ["word"] * 100


def test_a_pause_ends_a_caption():
    found = list(cues(spoken("one", "two") + spoken("three", start=5.0)))
    assert [cue.text for cue in found] == ["one two", "three"]


def test_silence_has_no_captions():
    assert vtt([]) == "WEBVTT\n"
    assert srt([]) == ""


def test_hours_are_counted():
    late = spoken("late", start=3725.5)
    assert "01:02:05,500 -->" in srt(late)
