"""Little films for the tests of dubbing, made from the sample portraits."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from generation.sound_source import ffmpeg_program
from generation.types import Frame


def film(place: Path, frames: Iterable[Frame], fps: float = 25.0) -> Path:
    """A silent film of these frames (h, w, 3), all of one even size."""
    pictures = list(frames)
    height, width = pictures[0].shape[:2]
    subprocess.run(
        [
            *(ffmpeg_program(), "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24"),
            *("-video_size", f"{width}x{height}", "-framerate", str(fps), "-i", "pipe:"),
            *("-c:v", "libx264", "-preset", "ultrafast", "-crf", "14", "-pix_fmt", "yuv420p", str(place)),
        ],
        input=np.concatenate([np.ascontiguousarray(picture).ravel() for picture in pictures]).tobytes(),
        check=True,
    )
    return place
