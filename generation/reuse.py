"""A film made before, of which some frames change: these are painted, the others are taken over as they are.

Films are cut at their keyframes, so that nothing which stays is encoded again. The old film brings its motion along
in a JSON file beside it, with what else decides its pictures.
"""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path

import ffmpeg
import numpy as np
import numpy.typing as npt

from generation import archive, motion_file
from generation.encode import encode, failure, keyframe_distance
from generation.errors import InputRefused
from generation.join import form, join
from generation.plan import Plan
from generation.render.changed import changed
from generation.shelf import made_with
from generation.sound_source import ffmpeg_program
from generation.types import Frame, Motion

WHOLE = "Leave --reuse out; then the whole film is painted."
DIFFERS = {
    "recording": "has the sound of another recording",
    "pictures": "shows something else: another portrait, size, shape or background",
}


@dataclass(frozen=True)
class Made:
    """A finished film and what it was made from."""

    film: Path
    motion: Motion
    facts: dict[str, str]


@dataclass(frozen=True)
class Stretch:
    """Frames from one keyframe to another."""

    rows: range
    painted: bool  # or taken over


def facts(plan: Plan, recording: Path) -> dict[str, str]:
    """What decides a film's frames beside its motion and the engine."""
    return {
        "recording": _sha256(recording),
        "pictures": archive.digest((plan.stage, plan.gains)),
    }


def remember(plan: Plan, recording: Path, film: Path, place: Path) -> None:
    """Write the motion of a finished film to `place`, and what else it takes to make parts of it anew."""
    motion_file.write(
        plan.motion, place, film=facts(plan, recording) | {"film": _sha256(film), "engine": made_with()}
    )


def recall(film: Path) -> Made:
    """The film, with the motion from the JSON file beside it.

    Raises InputRefused with codes reuse_unknown and reuse_differs.
    """
    place = film.with_suffix(".json")
    if not film.is_file() or not place.is_file():
        missing = place if film.is_file() else film
        raise InputRefused(
            "reuse_unknown",
            f"There is no “{missing.name}” in “{missing.parent}”.",
            f"Make it with --out {film.name} --motion-out {place.name} first; then parts of it can be renewed.",
        )
    known = motion_file.film_of(place)
    if known.get("film") != _sha256(film):
        raise InputRefused(
            "reuse_unknown", f"“{place.name}” does not hold the motion of this very “{film.name}”.", WHOLE
        )
    if known.get("engine") != made_with():
        raise InputRefused("reuse_differs", f"“{film.name}” was made by another version of this program.", WHOLE)
    return Made(film, motion_file.read(place), known)


def stretches(old: Made, plan: Plan, recording: Path) -> list[Stretch]:
    """What of the old film can stay under a new plan. Raises InputRefused with code reuse_differs."""
    now = facts(plan, recording)
    wrong = [said for name, said in DIFFERS.items() if old.facts.get(name) != now[name]]
    new = motion_file.as_read(plan.motion)
    if (len(old.motion), old.motion.fps) != (len(new), new.fps):
        wrong.append(f"has {len(old.motion)} frames at {old.motion.fps:g} a second, not {len(new)} at {new.fps:g}")
    if wrong:
        raise InputRefused("reuse_differs", f"“{old.film.name}” {'; it '.join(wrong)}.", WHOLE)
    return cut_at_keyframes(changed(old.motion, new), keyframe_distance(new.fps))


def cut_at_keyframes(differs: npt.NDArray[np.bool_], distance: int) -> list[Stretch]:
    """Cut a film into stretches that begin at keyframes: each holds changed frames between any two, or none."""
    starts = range(0, len(differs), distance)
    found = []
    for painted, group in groupby(starts, lambda start: bool(differs[start : start + distance].any())):
        blocks = list(group)
        found.append(Stretch(range(blocks[0], min(blocks[-1] + distance, len(differs))), painted))
    return found


def renew(
    frames: Iterator[Frame],
    parts: Sequence[Stretch],
    *,
    old: Path,
    recording: Path,
    out: Path,
    fps: float,
    size: tuple[int, int],
) -> None:
    """Write `out` from the old film and the frames of the stretches that are painted, in order.

    Raises InputRefused with code reuse_differs, and what `encode` and `join` raise.
    """
    with tempfile.TemporaryDirectory(prefix="sitter-reuse-") as name:
        folder = Path(name)
        pieces = _cut(old, [part.rows.start for part in parts[1:]] or [parts[-1].rows.stop], folder)
        for piece, part in zip(pieces, parts, strict=True):
            if part.painted:
                before = form(piece)
                encode(islice(frames, len(part.rows)), recording=None, out=piece, fps=fps, size=size)
                if form(piece) != before:
                    raise InputRefused("reuse_differs", f"“{old.name}” was encoded in another way.", WHOLE)
        join(pieces, recording=recording, out=out, frames=parts[-1].rows.stop)


def _cut(film: Path, starts: Sequence[int], folder: Path) -> list[Path]:
    """The pictures of a film in pieces that begin at 0 and at these frames, all of them keyframes."""
    node = ffmpeg.output(
        ffmpeg.input(f"file:{film.resolve()}")["v:0"],
        str(folder / "%06d.mp4"),
        vcodec="copy",
        f="segment",
        segment_frames=",".join(map(str, starts)),
        reset_timestamps=1,
        segment_format="mp4",
        segment_format_options="movflags=+faststart",
    ).global_args("-hide_banner", "-loglevel", "error", "-nostats")
    command = [str(word) for word in ffmpeg.compile(node, cmd=ffmpeg_program())]
    with tempfile.TemporaryFile() as words:
        if subprocess.run(command, stdin=subprocess.DEVNULL, stderr=words, check=False).returncode:
            raise failure(words)
    return sorted(folder.glob("*.mp4"))


def _sha256(place: Path) -> str:
    with place.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
