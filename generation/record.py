"""What a render needs to be made again: hashes, choices, seed, versions, and a digest of every painted frame.

A record holds everything that decides the frames. Same inputs, versions and processor give the same frames; another
processor or card may round a few pixels differently, which a digest cannot tell from a change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from generation.errors import InputRefused
from generation.types import Controls, Frame

WHAT, VERSION = "sitter render", 1
DIGITS = 8  # hexadecimal, of each frame's SHA-256


@dataclass(frozen=True)
class Digests:
    """Collects a digest of every frame that passes."""

    taken: list[str] = field(default_factory=list)

    def watch(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """The same frames."""
        for frame in frames:
            self.taken.append(hashlib.sha256(frame.tobytes()).hexdigest()[:DIGITS])
            yield frame


def record(
    *,
    portrait_sha256: str,
    recording_sha256: str,
    order: dict[str, Any],
    made_with: dict[str, str],
    digests: list[str],
) -> dict[str, Any]:
    """The record of a render, JSON. `order` is from `order_of`; `made_with` is `replay.versions()` of then."""
    return {
        "what": WHAT,
        "v": VERSION,
        "portrait_sha256": portrait_sha256,
        "recording_sha256": recording_sha256,
        "order": order,
        "made_with": made_with,
        "frames": len(digests),
        "digests": "".join(digests),
    }


def order_of(
    controls: Controls,
    *,
    size: int | None,
    face_index: int | None,
    whole: bool = False,
    aspect: str | None = None,
    background: str = "keep",
    transcript: str | None = None,
    language: str | None = None,
    script: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The choices of a render, JSON. `background` as `backdrop.read` takes it, `script` as `phones_file` does."""
    return {
        "controls": asdict(controls),
        "size": size,
        "face_index": face_index,
        "whole": whole,
        "aspect": aspect,
        "background": background,
        "transcript": transcript,
        "language": language,
        "script": script,
    }


def read(path: Path) -> dict[str, Any]:
    """A record from a file. InputRefused with code bad_record for anything else."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        whole = kept["what"] == WHAT and kept["v"] == VERSION and len(kept["digests"]) == DIGITS * kept["frames"]
        if not whole or not isinstance(kept["order"], dict):
            raise ValueError(path)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputRefused(
            "bad_record",
            f"“{path.name}” is no record of a render.",
            "Give the file that `render --record` wrote, or replay.json of a package of evidence.",
        ) from error
    return dict(kept)
