"""Listening at most once a day to the same recording."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from generation.shelf import Shelf, kept
from generation.speech.hearing import listen
from generation.types import ProgressCallback, Script, Speech, silent


def listen_once(
    recording: Path,
    *,
    shelf: Shelf | None,
    transcript: str | None = None,
    language: str | None = None,
    script: Script | None = None,
    progress: ProgressCallback = silent,
) -> Speech:
    """What `listen` hears, kept on the `shelf` where there is one."""
    hear = partial(listen, recording, transcript=transcript, language=language, script=script, progress=progress)
    return kept(shelf, Speech, recording, (transcript, language, script), hear)
