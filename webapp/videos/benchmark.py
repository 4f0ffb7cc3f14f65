"""The benchmark behind `manage.py bench`: the composition of production.py, timed.

One run from start to finished file gives frames per second and the first watchable fragment. Then each stage runs
alone over the same frames, so that its CPU time is its own; painting is what the whole cost beyond marks and encoder.
"""

from __future__ import annotations

import os
import secrets
import tempfile
import time
import wave
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from webapp.videos import production

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
PORTRAIT, RECORDING = SAMPLES / "portrait_a.png", SAMPLES / "portrait_a.wav"
KEY_BYTES = 32
CODE = 0x51773E0001  # any code costs the same
KEPT_FRAMES = 25  # that the stages get in turn when they run alone, so that memory stays flat
WARM_UP_S = 0.4  # of video, made before the clock starts: the raster is compiled once per machine


def bench(*, size: int, seconds: float) -> dict[str, Any]:
    """The contract's numbers. CPU times are those of this process and its finished children."""
    key = secrets.token_bytes(KEY_BYTES)  # any key costs the same
    with tempfile.TemporaryDirectory(prefix="sitter-bench-") as name:
        folder = Path(name)
        _make(folder, size, key, WARM_UP_S)
        return _measure(folder, size, key, seconds)


def _measure(folder: Path, size: int, key: bytes, seconds: float) -> dict[str, Any]:
    run = _make(folder, size, key, seconds)
    count = run.take.performance.frame_count
    kept = [production.unmarked(frame) for frame in run.kept]
    marks = _cpu(lambda: production.mark_only(islice(cycle(kept), count), code=CODE, key=key, size=size))
    encode = _cpu(lambda: production.encode_only(islice(cycle(run.kept), count), run.recording, folder, size))
    once = {stage: 1000 * spent / count for stage, spent in run.once_cpu_s.items()}
    render = (run.streaming_cpu_s - marks - encode) * 1000 / count
    stages = once | {"render": render, "marks": marks * 1000 / count, "encode": encode * 1000 / count}
    return {
        "end_to_end_fps": round(count / run.streaming_s, 1),
        "stages_ms": {stage: round(spent, 2) for stage, spent in stages.items()},
        "cores": len(os.sched_getaffinity(0)),
        "first_fragment_s": round(run.first_fragment_s, 2),
        "peak_rss_mb": production.peak_rss_mb(),
    }
