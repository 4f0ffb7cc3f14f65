"""`dub`: a film of one person says another recording."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generation.commands import checks, voice
from generation.commands.controls import MOST_EXPRESSIVE
from generation.errors import InputRefused

if TYPE_CHECKING:  # the engine is heavy: `--help` does without
    from generation.types import ProgressCallback

ENDINGS = (".mp4", ".webm", ".mov")


def register(commands: Any) -> argparse.ArgumentParser:
    """Add the command to the subparsers."""
    dub: argparse.ArgumentParser = commands.add_parser("dub", help="let the person in a film say something else")
    dub.add_argument("--film", type=Path, required=True, help="up to a minute of one steady face, taken in one go")
    voice.add(dub)
    dub.add_argument("--out", type=Path, required=True, help="the .mp4, .webm or .mov to write")
    dub.add_argument("--seed", type=int, default=0, help="same seed, same small movements of the lips")
    dub.add_argument("--expressiveness", type=float, default=1.0, help="of the lips: 0 calm, 1 usual, 2 vivid")
    return dub


def run(options: argparse.Namespace, progress: ProgressCallback) -> dict[str, object]:
    """Make the video. `progress` may raise Cancelled."""
    ending = options.out.suffix.lower()
    for given in (options.film, options.audio):
        checks.target(options.out, ending if ending in ENDINGS else ENDINGS[0], given)
    checks.read(options.film, "video_missing", "film", limit=1)
    voice.check(options)
    if not 0 <= options.expressiveness <= MOST_EXPRESSIVE:
        raise InputRefused(
            "bad_expressiveness",
            f"The expressiveness is {options.expressiveness:g}.",
            f"Choose between 0 and {MOST_EXPRESSIVE:g}.",
        )
    from generation.dub import perform
    from generation.pipeline import render
    from generation.shelf import Shelf
    from generation.types import Controls

    with voice.source(options, progress) as said:
        made = perform(
            options.film,
            said.recording,
            Controls(seed=options.seed, expressiveness=options.expressiveness),
            transcript=said.transcript,
            language=said.language,
            script=said.script,
            shelf=Shelf(),
            progress=progress,
        )
        report = render(made.performance, said.recording, options.out, captions=options.captions, progress=progress)
    film = {
        "duration_s": round(made.film_s, 3),
        "played": made.played,
        "reference_s": round(made.reference_s, 3),
    }
    return asdict(report) | {"film": film}
