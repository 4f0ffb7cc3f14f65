"""How fast this machine paints: frames per second, and CPU time per frame for every stage."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path

from generation import motion as motions
from generation import portrait as portraits
from generation import speech as speeches
from generation.backdrop import KEPT
from generation.device import Device, chosen
from generation.encode import encode
from generation.label import labelled
from generation.peak import peak_rss_mb
from generation.plan import cores
from generation.portrait import rig as rigs
from generation.portrait.framing import Shot
from generation.render import Renderer
from generation.stage import set_up
from generation.types import Controls, Frame

SAMPLES = Path(__file__).parents[1] / "samples"
WARM_UP_FRAMES = 5  # painted before the clock starts: the compiler of the raster runs once
KEPT_FRAMES = 25  # painted frames that the encoder gets in turn, so that memory stays flat


def bench(
    *, size: int = 512, seconds: float = 10.0, whole: bool = False, device: Device = "auto"
) -> dict[str, object]:
    """Make the sample portrait speak for `seconds` and return the contract's numbers.

    CPU times are those of this process and its finished children. Stages that run once are shared out over the
    frames. `render_fps` counts painting alone; with `whole` also putting the square back into the whole picture,
    which is 1024 px square, and `size` does not count.
    """
    place = chosen(device)
    cpu: dict[str, float] = {}
    with _cpu_timed(cpu, "portrait"):
        shot = Shot(None if whole else size, whole)
        stage = set_up(portraits.analyse_shot((SAMPLES / "portrait_a.png").read_bytes(), shot), KEPT)
    with _cpu_timed(cpu, "rig"):
        rig = rigs.build(stage.portraits[0])
    with _cpu_timed(cpu, "speech"):
        speech = speeches.listen(SAMPLES / "portrait_a.wav")
    controls = Controls()
    count = max(1, round(seconds * controls.fps))
    with _cpu_timed(cpu, "motion"):
        motion = motions.plan(speech, controls, frames=count)

    renderer = Renderer(rig, place)
    for _ in islice(renderer.frames(motion), WARM_UP_FRAMES):
        pass
    started = time.perf_counter()
    with _cpu_timed(cpu, "render"):
        kept = _kept(stage.frames(lambda _: renderer.frames(motion, workers=cores())))
    render_fps = count / (time.perf_counter() - started)

    with tempfile.TemporaryDirectory(prefix="sitter-bench-") as scratch, _cpu_timed(cpu, "encode"):
        height, width = stage.still.shape[:2]
        frames = labelled(islice(cycle(kept), count), width, height)
        out = Path(scratch) / "bench.mp4"
        encode(frames, recording=SAMPLES / "portrait_a.wav", out=out, fps=controls.fps, size=(width, height))
    return {
        "render_fps": round(render_fps, 1),
        "stages_ms": {stage: round(spent * 1000 / count, 2) for stage, spent in cpu.items()},
        "cores": cores(),
        "peak_rss_mb": peak_rss_mb(),
    }


def _kept(frames: Iterator[Frame]) -> list[Frame]:
    """Take all frames and keep the first few."""
    kept = [frame.copy() for frame in islice(frames, KEPT_FRAMES)]
    for _ in frames:
        pass
    return kept


@contextmanager
def _cpu_timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    before = sum(os.times()[:4])  # user and system time, own and children's
    yield
    seconds[stage] = sum(os.times()[:4]) - before
