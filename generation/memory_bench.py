"""How much memory does a long recording take? The sample speaks for one minute, then for many."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import wave
from collections.abc import Sequence
from pathlib import Path

from generation.errors import GenerationError

SAMPLES = Path(__file__).parents[1] / "samples"
MINUTES = (1.0, 2.0, 5.0, 10.0)


def memory(*, size: int = 512, minutes: Sequence[float] = MINUTES) -> dict[str, object]:
    """Peak memory (MB, this engine's process and its encoder's together) of whole renders, by minutes of speech.

    Every render is a process of its own that has seen nothing before. `growth` is the longest's share of the
    shortest's.
    """
    peaks = {f"{length:g}": _peak(length, size) for length in minutes}
    longest, shortest = peaks[f"{max(minutes):g}"], peaks[f"{min(minutes):g}"]
    return {"size": size, "peak_rss_mb": peaks, "growth": round(longest / shortest, 3)}


def _peak(minutes: float, size: int) -> float:
    with tempfile.TemporaryDirectory(prefix="sitter-memory-") as scratch:
        voice, out = Path(scratch) / "voice.wav", Path(scratch) / "out.mp4"
        _looped(SAMPLES / "portrait_a.wav", voice, minutes * 60)
        asked = ("--portrait", SAMPLES / "portrait_a.png", "--audio", voice, "--out", out, "--size", size)
        done = subprocess.run(
            [sys.executable, "-m", "generation", "render", *map(str, asked), "--json"],
            env=os.environ | {"SITTER_CACHE": scratch},
            cwd=SAMPLES.parent,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise GenerationError("bench_failed", f"The render of {minutes:g} minutes failed.", done.stderr[-300:])
    return float(json.loads(done.stdout)["peak_rss_mb"])


def _looped(source: Path, out: Path, seconds: float) -> None:
    """The same sound again and again for so many seconds."""
    with wave.open(str(source)) as once, wave.open(str(out), "wb") as long:
        long.setparams(once.getparams())
        sound = once.readframes(once.getnframes())
        wanted = round(seconds * once.getframerate()) * once.getsampwidth() * once.getnchannels()
        for _ in range(wanted // len(sound)):
            long.writeframesraw(sound)
        long.writeframes(sound[: wanted % len(sound)])
