"""Words with times as captions: WebVTT for players, SubRip for everything else; and captions back to a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from generation.cues import Timed, cues

_TIMING = re.compile(r"\d+:\d\d[.,:]\d.*-->")
_TAG = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")  # <i>, <v Name>, {\an8}


def vtt(words: Sequence[Timed]) -> str:
    """WebVTT."""
    blocks = (f"{_clock(c.start_s, '.')} --> {_clock(c.end_s, '.')}\n{_escape(c.text)}\n" for c in cues(words))
    return "\n".join(["WEBVTT\n", *blocks])


def srt(words: Sequence[Timed]) -> str:
    """SubRip."""
    return "\n".join(
        f"{number}\n{_clock(cue.start_s, ',')} --> {_clock(cue.end_s, ',')}\n{cue.text}\n"
        for number, cue in enumerate(cues(words), start=1)
    )


def spoken_text(given: str) -> str:
    """The words of a plain text, a SubRip or a WebVTT file, without numbers, times, notes and tags."""
    if "-->" not in given:
        return " ".join(given.split())
    lines: list[str] = []
    for block in re.split(r"\n\s*\n", given.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")):
        rows = block.strip().splitlines()
        timing = next((k for k, row in enumerate(rows) if _TIMING.search(row)), None)
        if timing is not None:
            lines += (_TAG.sub("", row) for row in rows[timing + 1 :])
    return " ".join(" ".join(lines).split())


def write(words: Sequence[Timed], out: Path) -> None:
    """In the format that the name of `out` ends in."""
    text = vtt(words) if out.suffix.lower() == ".vtt" else srt(words)
    out.write_text(text, encoding="utf-8")


def _clock(seconds: float, point: str) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}{point}{rest % 1000:03d}"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
