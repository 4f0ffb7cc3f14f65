"""The benchmark behind `manage.py bench`: the composition of webapp.videos.production, timed.

One run from start to finished file gives frames per second; a second one, for which portrait and recording are on
the shelf, the first watchable fragment. Then marks and encoder run alone over frames of the first run, so that
their CPU time is their own; painting is what the whole cost beyond them.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import time
import wave
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice, takewhile
from pathlib import Path
from typing import Any

from provenance.watermark import Marker
from webapp.videos import production

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
PORTRAIT, RECORDING = SAMPLES / "portrait_a.png", SAMPLES / "portrait_a.wav"
CODE = 0x51773E0001  # any code costs the same
KEY_BYTES = 32
KEPT_FRAMES = 25  # that marks and encoder get in turn when they run alone, so that memory stays flat
WARM_UP_S = 2.0  # of video, made before the clock starts: the raster is compiled and the models read once
SHELF = "shelf"  # folder of the bench's own, so that what is known does not depend on what ran before
HEADER_BYTES = 4096  # a streamed file longer than this holds its first fragment beyond the header
CONTROLS = {"seed": 1, "gaze": [0.0, 0.0], "distance": 1.0, "emotion": "neutral", "emotion_weight": 0.0}


@dataclass
class Run:
    """One video from start to file."""

    began: float  # time.perf_counter()
    first_fragment_s: float = 0.0  # from the start; 0 until there is one
    kept: list[Any] = field(default_factory=list)  # the first marked frames


def bench(*, size: int, seconds: float) -> dict[str, Any]:
    """The contract's numbers, with a watermark key and a shelf of its own.

    CPU times are those of this process and its finished children. `first_fragment_s` is that of a portrait and a
    recording known from an earlier video, `first_fragment_unknown_s` that of ones never seen. Neither counts the
    start of the process.
    """
    key = secrets.token_bytes(KEY_BYTES)
    with tempfile.TemporaryDirectory(prefix="sitter-bench-") as name:
        folder = Path(name)
        for _ in _take(folder, _spoken(folder, WARM_UP_S), size, key).frames:
            pass
        shutil.rmtree(folder / SHELF)
        return _measure(folder, _spoken(folder, seconds), size, key)


def _measure(folder: Path, recording: Path, size: int, key: bytes) -> dict[str, Any]:
    out = folder / "bench.mp4"
    run, started_cpu = Run(time.perf_counter()), _cpu_s()
    take = _take(folder, recording, size, key)
    made, prepared_cpu, prepared = take.performance, _cpu_s(), time.perf_counter()
    frames = _observed(take.frames, out, run)
    production.write_film(frames, made, recording=recording, out=out, stream=True)
    streamed_s, streamed_cpu = time.perf_counter() - prepared, _cpu_s() - prepared_cpu
    run.first_fragment_s = run.first_fragment_s or time.perf_counter() - run.began

    known = _first_fragment_s(folder, recording, size, key)
    count = made.frame_count
    marks_cpu = _marking(run.kept, count, size, key, made.fps)
    encode_cpu = _encoding(run.kept, made, recording, folder)
    spent = {
        "prepare": prepared_cpu - started_cpu,
        "render": streamed_cpu - marks_cpu - encode_cpu,
        "marks": marks_cpu,
        "encode": encode_cpu,
    }
    return {
        "end_to_end_fps": round(count / streamed_s, 1),
        "stages_ms": {stage: round(1000 * cpu / count, 2) for stage, cpu in spent.items()},
        "cores": len(os.sched_getaffinity(0)),
        "first_fragment_s": round(known, 2),
        "first_fragment_unknown_s": round(run.first_fragment_s, 2),
        "peak_rss_mb": production.peak_rss_mb(),
    }


def _first_fragment_s(folder: Path, recording: Path, size: int, key: bytes) -> float:
    """How long the first fragment takes the second time."""
    out = folder / "again.mp4"
    run = Run(time.perf_counter())
    take = _take(folder, recording, size, key)
    frames = takewhile(lambda _: not run.first_fragment_s, _observed(take.frames, out, run))
    production.write_film(frames, take.performance, recording=recording, out=out, stream=True)
    return run.first_fragment_s or time.perf_counter() - run.began


def _take(folder: Path, recording: Path, size: int, key: bytes) -> production.Take:
    return production.perform_marked(
        portrait=PORTRAIT,
        recording=recording,
        face_index=None,
        controls=CONTROLS,
        size=size,
        code=CODE,
        watermark_key=key,
        report=lambda **_: None,
        shelf=folder / SHELF,
    )


def _observed(frames: Iterable[Any], out: Path, run: Run) -> Iterator[Any]:
    """The same frames; keeps the first few and notes when the growing file can be watched."""
    for frame in frames:
        if len(run.kept) < KEPT_FRAMES:
            run.kept.append(frame.copy())
        if not run.first_fragment_s and out.exists() and out.stat().st_size > HEADER_BYTES:
            run.first_fragment_s = time.perf_counter() - run.began
        yield frame


def _marking(kept: list[Any], count: int, size: int, key: bytes, fps: float) -> float:
    before = _cpu_s()
    for _ in Marker(CODE, key, size, size, fps).mark(islice(cycle(kept), count)):
        pass
    return _cpu_s() - before


def _encoding(kept: list[Any], made: Any, recording: Path, folder: Path) -> float:
    before = _cpu_s()
    frames = islice(cycle(kept), made.frame_count)
    production.write_film(frames, made, recording=recording, out=folder / "alone.mp4", stream=True)
    return _cpu_s() - before


def _spoken(folder: Path, seconds: float) -> Path:
    """The sample recording, repeated or cut to `seconds`."""
    path = folder / f"{seconds:g}.wav"
    with wave.open(str(RECORDING)) as source, wave.open(str(path), "wb") as target:
        target.setparams(source.getparams())
        sound = source.readframes(source.getnframes())
        wanted = round(seconds * source.getframerate()) * source.getsampwidth() * source.getnchannels()
        target.writeframes((sound * (1 + wanted // len(sound)))[:wanted])
    return path


def _cpu_s() -> float:
    """User and system seconds of this process and its finished children."""
    return sum(os.times()[:4])
