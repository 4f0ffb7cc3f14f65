"""`replay`, and the record that `render` writes for it."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generation.commands import checks, picture
from generation.errors import InputRefused

if TYPE_CHECKING:  # the engine is heavy: `--help` does without
    from generation.record import Digests
    from generation.types import Controls, ProgressCallback


def register(commands: Any) -> argparse.ArgumentParser:
    """Add the command to the subparsers."""
    replay: argparse.ArgumentParser = commands.add_parser(
        "replay", help="make a video again and compare its frames"
    )
    replay.add_argument("record", type=Path, metavar="JOB.json", help="what `render --record` or a site wrote")
    replay.add_argument("--portrait", type=Path, required=True, help="the picture of that render, the very file")
    replay.add_argument("--audio", type=Path, required=True, help="its recording, the very file")
    picture.add_device(replay)
    return replay


def add(render: argparse.ArgumentParser) -> None:
    """Let `render` write a record."""
    render.add_argument("--record", type=Path, metavar="JOB.json", help="also write what `replay` needs")


def check(options: argparse.Namespace) -> None:
    """Refuse a record of what could not be made again from it."""
    if options.record and (options.motion or options.script):
        given = "--motion" if options.motion else "--script"
        raise InputRefused(
            "bad_record",
            f"A render with {given} cannot be recorded.",
            "Make the recording first with `speak`, and let the motion be planned.",
        )


def write(
    options: argparse.Namespace,
    asked: Controls,
    transcript: str | None,
    language: str | None,
    digests: Digests,
) -> None:
    """Write the record of the render that has just been made from `options`."""
    from generation import record, replay

    order = record.order_of(
        asked,
        size=options.size,
        face_index=None if options.face is None else options.face - 1,
        whole=options.frame == "full",
        aspect=options.aspect,
        background=options.background,
        transcript=transcript,
        language=language,
    )
    kept = record.record(
        portrait_sha256=replay.sha256_of(options.portrait),
        recording_sha256=replay.sha256_of(options.audio),
        order=order,
        made_with=replay.versions(),
        digests=digests.taken,
    )
    options.record.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def run(options: argparse.Namespace, progress: ProgressCallback) -> dict[str, object]:
    """Make the frames again. `progress` may raise Cancelled."""
    checks.read(options.portrait, "portrait_missing", "picture")
    checks.read(options.audio, "audio_missing", "recording", limit=1)
    from generation import record, replay

    kept = record.read(options.record)
    found = replay.replay(kept, options.portrait, options.audio, device=options.device, progress=progress)
    return {"identical": found.identical} | asdict(found)
