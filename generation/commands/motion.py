"""`motion`: the performance of a recording as curves alone, for Unreal, Blender and whoever draws the face."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from generation.commands import checks, controls


def register(commands: Any) -> argparse.ArgumentParser:
    """Add the command to the subparsers."""
    motion: argparse.ArgumentParser = commands.add_parser("motion", help="write the curves alone, as JSON or CSV")
    motion.set_defaults(command=_motion)
    motion.add_argument("--audio", type=Path, required=True, help="recording, or a video whose sound is taken")
    motion.add_argument("--out", type=Path, required=True, help="the .json, or .csv of Live Link Face, to write")
    motion.add_argument("--rate", type=float, default=25.0, dest="fps", help="frames per second, 10 to 120")
    controls.add(motion)
    return motion


def check_target(out: Path, given: Path | None) -> None:
    """Refuse a name for the curves that cannot be written."""
    checks.target(out, ".csv" if out.suffix.lower() == ".csv" else ".json", given)


def _motion(options: argparse.Namespace) -> dict[str, object]:
    asked = controls.read(options, rates=controls.EXPORT_RATES)
    check_target(options.out, options.audio)
    checks.read(options.audio, "recording_missing", "recording", limit=1)

    from generation import motion_file  # the engine is heavy: a refusal does without
    from generation.motion import plan
    from generation.speech import listen

    speech = listen(options.audio)
    made = plan(speech, asked, frames=max(1, round(speech.duration_s * asked.fps)))
    motion_file.write(made, options.out)
    return {"frames": len(made), "fps": made.fps, "duration_s": round(len(made) / made.fps, 3), "seed": asked.seed}
