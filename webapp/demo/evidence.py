"""What a stranger can find out about the downloaded file, with the commands that anyone has."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import imageio_ffmpeg

from webapp.demo.errors import CannotStart
from webapp.demo.site import ROOT

SHEET_COLUMNS, SHEET_ROWS = 6, 2
SHEET_TILE = 256  # px, side of one picture


def provenance(env: Mapping[str, str], command: str, video: Path) -> dict[str, Any]:
    """The JSON of `python -m provenance identify|verify VIDEO --json`."""
    done = subprocess.run(
        [sys.executable, "-m", "provenance", command, str(video), "--json"],
        env=dict(env),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.stdout.strip():
        raise CannotStart(f"python -m provenance {command} said nothing.", done.stderr[-2000:])
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def contact_sheet(video: Path, out: Path, *, frames: int) -> Path:
    """Pictures spread evenly over the video's `frames`, in one PNG."""
    every = max(1, frames // (SHEET_COLUMNS * SHEET_ROWS))
    picture = (
        f"select='not(mod(n-{every // 2},{every}))',scale={SHEET_TILE}:-2,"
        f"tile={SHEET_COLUMNS}x{SHEET_ROWS}:padding=4:color=white"
    )
    subprocess.run(
        [
            *(imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-i", str(video)),
            *("-vf", picture, "-frames:v", "1", "-fps_mode", "passthrough", str(out)),
        ],
        check=True,
    )
    return out
