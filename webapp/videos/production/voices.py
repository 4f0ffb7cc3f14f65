"""Recordings and what is said in them: listened to, or said by a synthetic voice."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from webapp.videos.production.reporting import Say, telling


def examine_recording(*, source: str, folder: str, max_seconds: float, report: Say) -> dict[str, Any]:
    """Listen into an uploaded recording; write its clean copy into `folder`. Columns of Recording, and `clean`."""
    from generation.speech import examine

    report(stage="speech", done=0, total=1)
    clean = Path(folder) / "clean.flac"
    found = examine(Path(source), out=clean, max_seconds=max_seconds)
    return {
        "clean": str(clean),
        "duration_s": found.duration_s,
        "voice_share": found.voice_share,
        "warnings": [advice.message for advice in found.advice],
        "speaker": speaker_of(clean),
    }


def speaker_of(source: Path) -> str:
    """The vector of the voice in a recording or film, base64; empty where too little is said."""
    from generation.errors import RecordingRefused
    from generation.speech import decode
    from generation.speech.speaker import embed

    try:
        found = embed(decode.read(source).samples)
    except RecordingRefused:
        return ""
    return "" if found is None else base64.b64encode(found.tobytes()).decode()


def hear(*, recording: str, report: Say) -> dict[str, Any]:
    """What is said in a clean recording. Columns of Recording. A render here within a day need not listen again."""
    from generation.shelf import Shelf
    from generation.speech import listen_once

    speech = listen_once(Path(recording), shelf=Shelf(), progress=telling(report))
    return {"said": speech.said, "words": timed(speech.words), "language": speech.language}


def speak(*, text: str, language: str, voice: str, folder: str, max_seconds: float, report: Say) -> dict[str, Any]:
    """Let a synthetic voice say a text; write it into `folder`. Columns of Recording, and `clean`."""
    from generation.speech import examine
    from generation.types import Progress
    from generation.voice import phones_file
    from generation.voice import speak as say

    def tell(step: Progress) -> None:
        report(stage="speech", done=step.done, total=step.total)

    said = say(text, language=language, voice=voice or None, progress=tell)
    made, clean = Path(folder) / "made.wav", Path(folder) / "clean.flac"
    said.write(made)
    found = examine(made, out=clean, max_seconds=max_seconds)
    return {
        "clean": str(clean),
        "duration_s": found.duration_s,
        "voice_share": found.voice_share,
        "script": phones_file.as_json(said.script),
    }


def timed(words: Iterable[Any]) -> list[dict[str, Any]]:
    """Words as the site keeps them."""
    return [{"text": word.text, "start_s": word.start_s, "end_s": word.end_s} for word in words]


def captions(words: list[dict[str, Any]], *, form: str) -> str:
    """What is said, as "vtt" or "srt". `words`: text, start_s, end_s. Loads no engine."""
    from generation import captions

    shown = [SimpleNamespace(**word) for word in words]
    return captions.vtt(shown) if form == "vtt" else captions.srt(shown)


def plain_text(transcript: str) -> str:
    """The words of a transcript that its owner wrote, without the times of captions. Loads no engine."""
    from generation.captions import spoken_text

    return spoken_text(transcript) if transcript.strip() else ""
