"""The whole story: a portrait and a recording become frames, and frames with a label become a video."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from generation import motion as motions
from generation import reuse, weights
from generation import speech as speeches
from generation.backdrop import KEPT, Backdrop
from generation.captions import write as write_captions
from generation.device import Device, chosen
from generation.encode import encode
from generation.heap import give_back_freed_memory
from generation.label import labelled
from generation.peak import peak_rss_mb
from generation.plan import Plan
from generation.portrait.framing import Shot
from generation.prepare import Source
from generation.reuse import Made
from generation.shelf import Shelf
from generation.types import (
    Controls,
    Frame,
    Motion,
    Progress,
    ProgressCallback,
    RenderReport,
    Script,
    Speech,
    silent,
)

ENGINE = "geometric"


@dataclass(frozen=True)
class Performance:
    """Frames to be, and what they are made from. The frames are painted while they are taken, once."""

    frames: Iterator[Frame]  # frame_count of them, (height, width, 3), or 4 with a transparent background
    frame_count: int
    fps: float
    width: int
    height: int
    transparent: bool  # whether the frames have a fourth channel
    seed: int
    speech: Speech
    motion: Motion
    seconds: dict[str, float]  # wall time by stage; "render" grows while frames are taken
    weights: tuple[dict[str, str], ...]  # name and sha256 of every network that may have taken part
    plan: Plan | None = None  # for whoever paints only some of the frames; None where a film lies below them


def perform(
    portrait: bytes,
    recording: Path,
    controls: Controls,
    *,
    size: int | None = None,
    face_index: int | None = None,
    transcript: str | None = None,
    language: str | None = None,
    script: Script | None = None,
    motion: Motion | None = None,
    whole: bool = False,
    aspect: str | None = None,
    backdrop: Backdrop = KEPT,
    device: Device = "auto",
    shelf: Shelf | None = None,
    progress: ProgressCallback = silent,
) -> Performance:
    """Analyse, listen, plan and rig now; paint frames as they are taken. Only the `shelf`, if any, is written.

    The frames carry neither label nor mark: the caller adds one of them before anyone sees a file. `motion` takes
    the place of planning, a `script` that of listening. `size`, `whole` and `aspect` are those of
    `generation.portrait.framing.Shot`; with a `backdrop` of kind none the frames have a fourth channel. `device` is
    where they are painted: on a graphics card if there is one. Raises InputRefused, MissingOnMachine, and Cancelled
    when `progress` does.
    """
    chosen(device)  # refused before anything is looked at
    seconds: dict[str, float] = {}

    # 1. What is seen: face, square, matte, background.
    progress(Progress("portrait", 0, 2))
    with timed(seconds, "portrait"):
        source = Source(portrait, Shot(size, whole, aspect), face_index, shelf)
        stage = source.stage(backdrop)
    progress(Progress("portrait", 1, 2))

    # 2. What can move: mesh, blendshapes, eye and mouth layers.
    with timed(seconds, "rig"):
        rig = source.rig(stage)
    progress(Progress("portrait", 2, 2))

    # 3. What is heard: phones, words, pitch, loudness.
    with timed(seconds, "speech"):
        speech = speeches.listen_once(
            recording, shelf=shelf, transcript=transcript, language=language, script=script, progress=progress
        )

    # 4. What the face does in every frame.
    progress(Progress("motion", 0, 1))
    with timed(seconds, "motion"):
        count = max(1, round(speech.duration_s * controls.fps))
        motion = motion or motions.plan(speech, controls, frames=count)
    progress(Progress("motion", 1, 1))

    # 5. The painting, frame by frame.
    give_back_freed_memory()
    plan = Plan(stage, rig.gains, motion)
    frames = watched(plan.frames(rig=rig, device=device), len(motion), seconds, progress)
    return Performance(
        frames=frames,
        frame_count=len(motion),
        fps=motion.fps,
        width=plan.width,
        height=plan.height,
        transparent=stage.transparent,
        seed=controls.seed,
        speech=speech,
        motion=motion,
        seconds=seconds,
        weights=weight_hashes(),
        plan=plan,
    )


def render(
    performance: Performance,
    recording: Path,
    out: Path,
    *,
    captions: Path | None = None,
    stream: bool = False,
    old: Made | None = None,
    device: Device = "auto",
    progress: ProgressCallback = silent,
) -> RenderReport:
    """Paint a performance into a finished video with the visible label, and the sound of its recording.

    `captions` is where the words are written too, as SubRip or WebVTT by its name's ending. Of an `old` film the
    frames stay that have no changed one between their keyframes; what changes is painted on `device`.
    """
    made, show, painted = performance, (performance.width, performance.height), performance.frame_count
    with timed(made.seconds, "encode"):
        if old and made.plan:
            parts = reuse.stretches(old, made.plan, recording)
            rows = [row for part in parts if part.painted for row in part.rows]
            painted = len(rows)
            frames = watched(made.plan.frames(rows, device=device), painted, made.seconds, progress)
            shown = labelled(frames, *show)
            reuse.renew(shown, parts, old=old.film, recording=recording, out=out, fps=made.fps, size=show)
        else:
            encode(
                labelled(made.frames, *show),
                recording=recording,
                out=out,
                fps=made.fps,
                size=show,
                stream=stream,
                transparent=made.transparent,
            )
    made.seconds["encode"] -= made.seconds.setdefault("render", 0.0)
    if captions:
        write_captions(made.speech.words, captions)
    progress(Progress("encode", 1, 1))

    duration_s = made.frame_count / made.fps
    return RenderReport(
        frames=made.frame_count,
        painted=painted,
        fps=made.fps,
        width=made.width,
        height=made.height,
        duration_s=round(duration_s, 3),
        seed=made.seed,
        engine=ENGINE,
        seconds={stage: round(value, 3) for stage, value in made.seconds.items()},
        realtime_factor=round(sum(made.seconds.values()) / duration_s, 3),
        peak_rss_mb=peak_rss_mb(),
        weights=made.weights,
        speech=speeches.account(made.speech),
    )


def weight_hashes() -> tuple[dict[str, str], ...]:
    """Name and sha256 of the engine's networks, for the record of a render."""
    makers = (weight for weight in weights.registry() if not weight.judges)
    return tuple({"name": weight.name, "sha256": weight.sha256} for weight in makers)


@contextmanager
def timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    """Write down how long the block took."""
    started = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - started


def watched(
    frames: Iterator[Frame], total: int, seconds: dict[str, float], progress: ProgressCallback
) -> Iterator[Frame]:
    """The same frames, timed (`seconds["render"]`) and reported one by one."""
    seconds["render"] = 0.0
    for done in range(total):
        progress(Progress("render", done, total, "frames"))
        started = time.perf_counter()
        frame = next(frames)
        seconds["render"] += time.perf_counter() - started
        yield frame
    progress(Progress("render", total, total, "frames"))
    progress(Progress("encode", 0, 1))
