"""The options of the command line that say what the video shows: size, shape, background, speaker, format."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from generation.commands import checks
from generation.device import DEVICES
from generation.errors import InputRefused

SIZES = range(256, 1025, 2)  # px
ASPECTS = ("1:1", "9:16", "16:9", "4:5")  # those of generation.portrait.framing, which is heavy to load
ENDINGS = (".mp4", ".webm", ".mov")
TRANSPARENT = (".webm", ".mov")  # those of generation.encode


def add(command: argparse.ArgumentParser) -> None:
    """Give a command the options that `read` reads."""
    command.add_argument("--size", type=int, help="shorter side in px, even, 256 to 1024 (default 512)")
    command.add_argument(
        "--frame", choices=("crop", "full"), default="crop", help="the square, or the whole picture"
    )
    command.add_argument("--aspect", choices=ASPECTS, help="shape of the video, framed around the person")
    command.add_argument(
        "--background",
        default="keep",
        metavar="WHAT",
        help="keep, blur, none (transparent: .webm, .mov), a colour such as #2B4C7E, or image:PATH",
    )
    command.add_argument("--face", type=int, metavar="N", help="which face speaks, counted from the left, from 1")
    command.add_argument("--stream", action="store_true", help="write fragments that can be watched at once")
    add_device(command)


def read(options: argparse.Namespace) -> dict[str, Any]:
    """What the options ask for, as keyword arguments of `generation.pipeline.perform`. Raises InputRefused."""
    if options.size is not None:
        check_size(options.size)
    _check_format(options.out, options.background == "none", options.stream)
    checks.target(options.out, options.out.suffix.lower(), options.audio)

    from generation import backdrop  # the engine is heavy: `--help` does without

    return {
        "size": options.size,
        "face_index": None if options.face is None else options.face - 1,
        "whole": options.frame == "full",
        "aspect": options.aspect,
        "backdrop": backdrop.read(options.background),
        "device": options.device,
    }


def add_device(command: argparse.ArgumentParser) -> None:
    """Let a command be told where to paint."""
    command.add_argument(
        "--device", choices=DEVICES, default="auto", help="paint on the graphics card or the processor"
    )


def check_size(size: int) -> None:
    """Refuse a side that cannot be painted."""
    if size not in SIZES:
        raise InputRefused(
            "bad_size", f"The size {size} cannot be made.", "Choose an even number from 256 to 1024."
        )


def _check_format(out: Path, transparent: bool, stream: bool) -> None:
    ending = out.suffix.lower()
    if ending not in ENDINGS:
        raise InputRefused(
            "bad_out",
            f"“{out.name}” names no kind of video made here.",
            "Give a name that ends in .mp4, .webm or .mov.",
        )
    if transparent and ending not in TRANSPARENT:
        raise InputRefused(
            "bad_out", f"An {ending} file cannot be transparent.", "Give a name that ends in .webm or .mov."
        )
    if stream and ending != ".mp4":
        raise InputRefused(
            "bad_out", f"Only an .mp4 can be watched while it grows, not a {ending} file.", "Leave out --stream."
        )
