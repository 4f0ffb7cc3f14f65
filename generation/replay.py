"""Making a video again from its record, and comparing it frame by frame with what was painted then."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from generation import backdrop
from generation.device import Device
from generation.errors import InputRefused
from generation.pipeline import ENGINE, Performance, perform, weight_hashes
from generation.record import DIGITS, Digests
from generation.shelf import Shelf
from generation.types import Controls, Keyframe, ProgressCallback, silent
from generation.voice import phones_file

PARTS = ("numpy", "opencv-contrib-python-headless", "numba", "mediapipe", "torch")  # whose versions decide pixels


@dataclass(frozen=True)
class Replay:
    """What came of making a video again."""

    frames: int
    same: int
    different: tuple[int, ...]  # numbers of the frames that are not the same
    changed: dict[str, tuple[str, str]]  # part → version or hash then, and now

    @property
    def identical(self) -> bool:
        """Whether every frame is the same."""
        return self.same == self.frames


def versions() -> dict[str, str]:
    """What decides the pixels beside inputs and choices: engine, libraries, weights."""
    parts = {part: version(part) for part in PARTS}
    weights = {weight["name"]: weight["sha256"] for weight in weight_hashes()}
    return {"engine": ENGINE} | parts | weights


def replay(
    kept: dict[str, Any],
    portrait: Path,
    recording: Path,
    *,
    device: Device = "auto",
    progress: ProgressCallback = silent,
) -> Replay:
    """Make the frames again and compare. InputRefused when portrait or recording are not those of the record."""
    _require(portrait, kept["portrait_sha256"], "portrait")
    _require(recording, kept["recording_sha256"], "recording")
    digests = Digests()
    for _ in digests.watch(_perform(kept["order"], portrait, recording, device, progress).frames):
        pass
    then = [kept["digests"][start : start + DIGITS] for start in range(0, len(kept["digests"]), DIGITS)]
    pairs = zip(then, digests.taken, strict=False)
    different = [number for number, (before, now) in enumerate(pairs) if before != now]
    different += range(min(len(then), len(digests.taken)), max(len(then), len(digests.taken)))
    now = versions()
    parts = kept["made_with"]
    changed = {part: (parts[part], now.get(part, "")) for part in parts if parts[part] != now.get(part)}
    frames = max(len(then), len(digests.taken))
    return Replay(frames, frames - len(different), tuple(different), changed)


def sha256_of(path: Path) -> str:
    """Hexadecimal, of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _perform(
    order: dict[str, Any], portrait: Path, recording: Path, device: Device, progress: ProgressCallback
) -> Performance:
    asked = dict(order["controls"])
    asked["gaze"] = tuple(asked["gaze"])
    asked["timeline"] = tuple(_keyframe(**key) for key in asked.get("timeline", ()))
    script = phones_file.from_json(order["script"]) if order["script"] else None
    return perform(
        portrait.read_bytes(),
        recording,
        Controls(**asked),
        size=order["size"],
        face_index=order["face_index"],
        whole=order["whole"],
        aspect=order["aspect"],
        backdrop=backdrop.read(order["background"]),
        transcript=order["transcript"],
        language=order["language"],
        script=script,
        device=device,
        shelf=Shelf(),
        progress=progress,
    )


def _keyframe(**fields: Any) -> Keyframe:
    """JSON knows no tuples."""
    read: dict[str, Any] = {name: tuple(it) if isinstance(it, list) else it for name, it in fields.items()}
    return Keyframe(**read)


def _require(path: Path, sha256: str, what: str) -> None:
    if sha256_of(path) != sha256:
        raise InputRefused(
            "other_input",
            f"“{path.name}” is not the {what} of this record.",
            f"Give the file whose SHA-256 is {sha256}.",
        )
