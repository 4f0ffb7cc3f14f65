"""`--reuse` of `render`: a film made before lends the frames that stay the same."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from generation.commands import checks
from generation.errors import InputRefused

if TYPE_CHECKING:  # the engine is heavy: `--help` does without
    from generation.pipeline import Performance
    from generation.reuse import Made


def add(render: argparse.ArgumentParser) -> None:
    """Let `render` take over frames."""
    render.add_argument(
        "--reuse",
        type=Path,
        metavar="OLD.mp4",
        help="take over what stays the same; OLD.json with its motion lies beside it",
    )


def read(options: argparse.Namespace) -> Made | None:
    """The film that `--reuse` names. Raises InputRefused."""
    if options.reuse is None:
        return None
    if options.out.suffix.lower() != ".mp4" or options.stream or options.record:
        raise InputRefused(
            "usage",
            "--reuse puts a whole .mp4 together and paints only some of its frames.",
            "Leave out --stream and --record, and give --out a name that ends in .mp4.",
        )
    checks.target(options.out, ".mp4", options.reuse)

    from generation.reuse import recall

    return recall(options.reuse)


def write_motion(options: argparse.Namespace, performance: Performance, recording: Path) -> None:
    """Write what `--motion-out` asks for; beside an .mp4 also what `--reuse` wants to know about it."""
    from generation import motion_file, reuse

    place: Path = options.motion_out
    whole_mp4 = options.out.suffix.lower() == ".mp4" and not options.stream
    if performance.plan and whole_mp4 and place.suffix.lower() == ".json":
        reuse.remember(performance.plan, recording, options.out, place)
    else:
        motion_file.write(performance.motion, place)
