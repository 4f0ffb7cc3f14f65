"""python -m generation presence."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from generation.commands import checks
from generation.commands.chatter import chatter_aside


def register(commands: Any) -> argparse.ArgumentParser:
    """Add the command to argparse's group of commands, and return its parser."""
    command: argparse.ArgumentParser = commands.add_parser(
        "presence", help="measure a film of somebody before a camera against a portrait"
    )
    command.set_defaults(command=_presence)
    command.add_argument("film", type=Path)
    command.add_argument("--portrait", type=Path, required=True, help="picture with the face that is expected")
    command.add_argument("--language", help="two letters; else it is recognised")
    return command


def _presence(options: argparse.Namespace) -> dict[str, object]:
    from generation.presence import measure
    from generation.progress_bar import ProgressBar

    portrait = checks.read(options.portrait, "portrait_missing", "picture")
    with chatter_aside(), ProgressBar() as bar:
        found = measure(options.film, portrait, language=options.language, progress=bar)
    return found.as_json()
