"""Words with times as captions: WebVTT for players, SubRip for everything else; and captions back to a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from generation.cues import Cue, Timed, cues

_TIME = r"(?:(\d+):)?(\d+):(\d\d)[.,:](\d{1,3})"  # hours may be missing
_TIMING = re.compile(rf"{_TIME}\s*-->\s*{_TIME}")
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
    return " ".join(cue.text for cue in read(given))


def read(given: str) -> list[Cue]:
    """The captions of a SubRip or WebVTT file, without tags, in the order of their times; none of a plain text."""
    found: list[Cue] = []
    for block in re.split(r"\n\s*\n", given.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")):
        rows = block.strip().splitlines()
        at, timing = next(((k, m) for k, row in enumerate(rows) if (m := _TIMING.search(row))), (0, None))
        text = " ".join(_TAG.sub("", " ".join(rows[at + 1 :])).split())
        if timing and text:
            found.append(Cue(_seconds(*timing.groups()[:4]), _seconds(*timing.groups()[4:]), text))
    return sorted(found, key=lambda cue: cue.start_s)


def write(words: Sequence[Timed], out: Path) -> None:
    """In the format that the name of `out` ends in."""
    text = vtt(words) if out.suffix.lower() == ".vtt" else srt(words)
    out.write_text(text, encoding="utf-8")


def _seconds(hours: str | None, minutes: str, seconds: str, fraction: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction}")


def _clock(seconds: float, point: str) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}{point}{rest % 1000:03d}"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
