"""Files named on the command line: read, or refused with a code before any work is done."""

from __future__ import annotations

import os
from pathlib import Path

from generation.errors import InputRefused


def target(out: Path, suffix: str, given: Path | None) -> None:
    """Refuse a name that cannot be written, before the work and not after it."""
    if out.suffix.lower() != suffix:
        raise InputRefused("bad_out", f"“{out.name}” is no {suffix} file.", f"Give a name that ends in {suffix}.")
    if out.is_dir() or not os.access(out.parent, os.W_OK):
        raise InputRefused(
            "bad_out",
            f"Nothing can be written at “{out}”.",
            "Choose a folder that exists and that you may write to.",
        )
    if given and out.resolve() == given.resolve():
        raise InputRefused("bad_out", f"“{out}” would overwrite what it is made from.", "Choose another name.")


def read(place: Path, code: str, what: str, limit: int = -1) -> bytes:
    """The first `limit` bytes of a file, or all of them."""
    try:
        with place.open("rb") as stream:
            return stream.read(limit)
    except OSError as fault:
        raise InputRefused(
            code, f"The {what} “{place}” could not be read ({fault.strerror}).", "Check its path."
        ) from fault
