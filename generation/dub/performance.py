"""The whole story of a dubbing: a film and a recording become a performance, as a portrait and a recording do."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image

from generation import motion as motions
from generation import portrait as portraits
from generation import speech as speeches
from generation.dub import grain, watching
from generation.dub.blend import Blend, Course, course
from generation.dub.frames import back_and_forth
from generation.dub.pose import follow
from generation.dub.reference import reference
from generation.dub.watching import Film
from generation.heap import give_back_freed_memory
from generation.pipeline import Performance, timed, watched, weight_hashes
from generation.plan import cores
from generation.portrait import calibration
from generation.portrait import rig as rigs
from generation.portrait.crop import square
from generation.portrait.framing import Shot
from generation.portrait.gains import Gains
from generation.portrait.rig import Rig
from generation.portrait.topology import FACE_POINTS
from generation.render import Renderer
from generation.render.pose import Puppet
from generation.shelf import Shelf
from generation.types import (
    CHANNELS,
    Controls,
    Frame,
    Motion,
    Progress,
    ProgressCallback,
    Script,
    silent,
)

LEAST_FPS = 23.9  # frames per second of the video; a slower film shows each frame twice or more
PAINTED = (512, 1024)  # px, side at which the square is painted at least and at most
SPOKEN = np.array([name.startswith(("jaw", "mouth", "tongue", "lips", "cheekPuff")) for name in CHANNELS])


@dataclass(frozen=True)
class Dubbing:
    """A performance and how the film was used for it."""

    performance: Performance
    film_s: float
    played: Literal["once", "cut", "back and forth"]
    reference_s: float  # when the film shows the frame that the mouth was made from


def perform(
    film: Path,
    recording: Path,
    controls: Controls,
    *,
    transcript: str | None = None,
    language: str | None = None,
    script: Script | None = None,
    shelf: Shelf | None = None,
    progress: ProgressCallback = silent,
) -> Dubbing:
    """Watch, listen and plan now; frames are painted as they are taken. They carry neither label nor mark.

    Of the controls, seed and expressiveness count; the frame rate is the film's. Head, eyes, light and all that
    lies around the lower face stay the film's. Raises FilmRefused, InputRefused, MissingOnMachine, and Cancelled
    when `progress` does.
    """
    seconds: dict[str, float] = {}

    # 1. What is seen: one face in every frame.
    with timed(seconds, "watch"):
        seen = watching.watch(film, progress)
        chosen = reference(seen.faces, seen.colours)

    # 2. What can move: the frame in which the mouth rests, rigged.
    progress(Progress("portrait", 0, 1))
    with timed(seconds, "rig"):
        rig, noise = _rig(seen, chosen)
        where = _course(seen, chosen, Puppet(rig))
    progress(Progress("portrait", 1, 1))

    # 3. What is heard, and what the lips do.
    with timed(seconds, "speech"):
        speech = speeches.listen_once(
            recording, shelf=shelf, transcript=transcript, language=language, script=script, progress=progress
        )
    with timed(seconds, "motion"):
        repeats = max(1, int(np.ceil(LEAST_FPS / seen.fps)))
        fps = seen.fps * repeats
        count = max(1, round(speech.duration_s * fps))
        shown = [step // repeats for step in range(count)]
        shown = [back_and_forth(len(seen.frames), shown[-1] + 1)[step] for step in shown]
        asked = Controls(seed=controls.seed, expressiveness=controls.expressiveness, fps=fps, still=True)
        motion = _lips_only(motions.plan(speech, asked, frames=count), where, shown)

    # 4. The painting, frame by frame.
    give_back_freed_memory()
    frames = watched(_frames(seen, rig, where, noise, motion, shown), count, seconds, progress)
    performance = Performance(
        frames=frames,
        frame_count=count,
        fps=fps,
        width=seen.size[0],
        height=seen.size[1],
        transparent=False,
        seed=controls.seed,
        speech=speech,
        motion=motion,
        seconds=seconds,
        weights=weight_hashes(),
    )
    return Dubbing(performance, seen.duration_s, _played(len(seen.frames), shown), chosen / seen.fps)


def _rig(seen: Film, chosen: int) -> tuple[Rig, float]:
    """The rig of one frame, its jaw calibrated (its head follows the film and needs no gain); the frame's noise."""
    picture = seen.frames[chosen]
    around = square(seen.faces[chosen], picture.shape[1], picture.shape[0])
    size = int(np.clip(around.side, *PAINTED)) // 2 * 2
    top, left = (max(0, int(edge)) for edge in (around.top, around.left))
    here = slice(top, top + int(around.side)), slice(left, left + int(around.side))
    noise = grain.level(picture[here])
    picture[here] = grain.cleaned(picture[here], noise)
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "PNG", compress_level=1)
    rig = rigs.build(portraits.analyse_shot(stream.getvalue(), Shot(size)).portrait)
    return replace(rig, gains=Gains(jaw=calibration.measure(rig).jaw)), noise


def _course(seen: Film, chosen: int, puppet: Puppet) -> Course:
    """The film's landmarks in the rig's square; the rig's own frame tells how the two findings differ."""
    crop = puppet.rig.portrait.crop
    found = np.stack([face.landmarks[:FACE_POINTS, :2] for face in seen.faces])
    landmarks = found * crop[0, 0] + crop[:, 2]
    landmarks += puppet.rig.vertices[:FACE_POINTS, :2] - landmarks[chosen]
    heads = follow(puppet, landmarks, seen.fps)
    return course(seen, puppet, heads, np.asarray(landmarks, np.float32))


def _lips_only(plan: Motion, where: Course, shown: list[int]) -> Motion:
    """Mouth and jaw of the plan, the head of the film."""
    still = np.zeros(len(plan), np.float32)
    return Motion(plan.fps, plan.coefficients * SPOKEN, where.heads[shown], still[:, None].repeat(2, 1), still)


def _frames(seen: Film, rig: Rig, where: Course, noise: float, motion: Motion, shown: list[int]) -> Iterator[Frame]:
    blend = Blend(Puppet(rig), where, noise)
    squares = Renderer(rig).frames(motion, workers=cores())
    for step, (index, painted) in enumerate(zip(shown, squares, strict=True)):
        spoken, _ = rig.gains.applied(motion.coefficients[step], motion.head[step])
        yield blend.lay(seen.frames[index], painted, index, spoken)


def _played(frames: int, shown: list[int]) -> Literal["once", "cut", "back and forth"]:
    if max(shown) < frames - 1:
        return "cut"
    return "once" if shown == sorted(shown) else "back and forth"
