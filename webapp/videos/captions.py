"""Words with times as captions: WebVTT for players, SubRip for everything else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypedDict

MAX_LETTERS = 42  # of a line; BBC subtitle guidelines allow 37–42
MAX_SECONDS = 5.0  # that a caption stands
PAUSE_S = 0.8  # a longer silence ends a caption


class SpokenWord(TypedDict):
    """As stored in Job.words."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Cue:
    """One caption."""

    start_s: float
    end_s: float
    text: str


def cues(words: list[SpokenWord]) -> Iterator[Cue]:
    """Group words into lines that can be read."""
    line: list[SpokenWord] = []
    for word in words:
        if line and _is_full(line, word):
            yield _cue(line)
            line = []
        line.append(word)
    if line:
        yield _cue(line)


def _is_full(line: list[SpokenWord], word: SpokenWord) -> bool:
    letters = sum(len(said["text"].strip()) + 1 for said in line) + len(word["text"].strip())
    too_long = word["end_s"] - line[0]["start_s"] > MAX_SECONDS
    return letters > MAX_LETTERS or too_long or word["start_s"] - line[-1]["end_s"] > PAUSE_S


def _cue(line: list[SpokenWord]) -> Cue:
    text = " ".join(said["text"].strip() for said in line)
    return Cue(line[0]["start_s"], max(line[-1]["end_s"], line[0]["start_s"] + 0.1), text)


def vtt(words: list[SpokenWord]) -> str:
    """WebVTT."""
    blocks = (
        f"{_clock(cue.start_s, '.')} --> {_clock(cue.end_s, '.')}\n{_escape(cue.text)}\n" for cue in cues(words)
    )
    return "\n".join(["WEBVTT\n", *blocks])


def srt(words: list[SpokenWord]) -> str:
    """SubRip."""
    return "\n".join(
        f"{number}\n{_clock(cue.start_s, ',')} --> {_clock(cue.end_s, ',')}\n{cue.text}\n"
        for number, cue in enumerate(cues(words), start=1)
    )


def _clock(seconds: float, point: str) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}{point}{rest % 1000:03d}"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
