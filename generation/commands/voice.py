"""`speak`, and what `render` makes a video from: a recording, perhaps with its text, or a text alone."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generation.commands import checks
from generation.errors import InputRefused

if TYPE_CHECKING:  # the engine is heavy: `--help` does without
    from generation.types import ProgressCallback, Script

MAX_TEXT_BYTES = 1 << 20  # of a file that should hold what somebody says


@dataclass(frozen=True)
class Source:
    """What a face shall say."""

    recording: Path
    transcript: str | None = None
    language: str | None = None
    script: Script | None = None


def register(commands: Any) -> argparse.ArgumentParser:
    """Add the command to the subparsers."""
    speak: argparse.ArgumentParser = commands.add_parser("speak", help="make a recording from a text")
    speak.set_defaults(command=_speak)
    text = speak.add_mutually_exclusive_group(required=True)
    text.add_argument("--text", help="what to say")
    text.add_argument("--text-file", type=Path, metavar="FILE", help="UTF-8 text of what to say")
    speak.add_argument("--language", default="en", help="two-letter code, such as en or de (default en)")
    speak.add_argument("--voice", metavar="NAME", help="jm_kumo, jf_alpha, …, espeak (default: the clearest)")
    speak.add_argument("--out", type=Path, required=True, help="the .wav to write")
    speak.add_argument("--phones", type=Path, metavar="P.json", help="also write phones and words with their times")
    return speak


def add(render: argparse.ArgumentParser) -> None:
    """Give `render` its sources and its captions."""
    source = render.add_mutually_exclusive_group(required=True)
    source.add_argument("--audio", type=Path, help="recording, or a video whose sound is taken")
    source.add_argument("--script", metavar="TEXT", help="a text that a synthetic voice says")
    render.add_argument("--language", metavar="CODE", help="of recording or script, such as en or de")
    render.add_argument("--voice", metavar="NAME", help="of the script: jm_kumo, jf_alpha, …, espeak")
    render.add_argument(
        "--transcript", type=Path, metavar="FILE", help="what the recording says: plain text, .srt or .vtt"
    )
    render.add_argument("--captions", type=Path, metavar="FILE", help="also write captions (.srt, .vtt)")


def check(options: argparse.Namespace) -> None:
    """Refuse what cannot be used, before any work is done."""
    if options.captions:
        checks.target(options.captions, ".vtt" if options.captions.suffix.lower() == ".vtt" else ".srt", None)
    if options.audio is None:
        if options.transcript:
            raise InputRefused("usage", "A script needs no transcript.", "Leave --transcript out.")
        return
    if options.voice:
        raise InputRefused("usage", "A recording has a voice of its own.", "Give --voice with --script only.")
    checks.read(options.audio, "recording_missing", "recording", limit=1)


@contextmanager
def source(options: argparse.Namespace, progress: ProgressCallback) -> Iterator[Source]:
    """The recording that `render` was given, or one made from its script that goes with the block."""
    if options.audio is not None:
        text = _text_of(options.transcript) if options.transcript else None
        yield Source(options.audio, text, options.language)
        return
    from generation.voice import speak

    with tempfile.TemporaryDirectory(prefix="sitter-voice-") as folder:
        said = speak(options.script, language=options.language or "en", voice=options.voice, progress=progress)
        said.write(Path(folder) / "voice.wav")
        yield Source(Path(folder) / "voice.wav", script=said.script)


def _text_of(place: Path) -> str:
    given = checks.read(place, "text_missing", "text", limit=MAX_TEXT_BYTES + 1)
    try:
        if len(given) > MAX_TEXT_BYTES:
            raise ValueError
        return given.decode("utf-8-sig")
    except ValueError as fault:
        raise InputRefused(
            "bad_text", f"“{place.name}” is no text in UTF-8 of at most 1 MB.", "Save it as plain text in UTF-8."
        ) from fault


def _speak(options: argparse.Namespace) -> dict[str, object]:
    checks.target(options.out, ".wav", options.text_file)
    if options.phones:
        checks.target(options.phones, ".json", options.text_file)
    from generation.captions import spoken_text

    text = options.text if options.text_file is None else spoken_text(_text_of(options.text_file))

    from generation.progress_bar import ProgressBar
    from generation.voice import phones_file, speak

    with ProgressBar() as bar:
        said = speak(text, language=options.language, voice=options.voice, progress=bar)
    said.write(options.out)
    if options.phones:
        phones_file.write(said.script, options.phones)
    return {
        "voice": said.script.voice,
        "language": said.script.language,
        "duration_s": round(said.duration_s, 3),
        "sample_rate": said.sample_rate,
        "phones": len(said.script.phones),
        "words": len(said.script.words),
        "synthetic_voice": True,
    }
