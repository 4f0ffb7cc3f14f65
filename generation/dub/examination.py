"""The look at a film when it is uploaded: can it be dubbed, what shows the sitter, and a clean copy."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from generation.dub.reference import reference
from generation.dub.watching import watch
from generation.encode import encode
from generation.portrait.detect import height
from generation.portrait.examination import GOOD_HEIGHT
from generation.portrait.measures import opening_mm
from generation.types import Advice, ProgressCallback, silent

TURNED_YAW = 15.0  # degrees beyond the reference frame's; one picture of the jaw no longer serves both sides
OPEN_MM = 1.5  # between the lips in the most closed frame
SHORT_S = 4.0


@dataclass(frozen=True)
class FilmExamination:
    """A film that can be dubbed; its clean copy carries neither sound nor metadata."""

    still: bytes  # PNG of the frame that the mouth is made from
    width: int
    height: int
    box: tuple[float, float, float, float]  # x0, y0, x1, y1 px of the face in it
    fps: float
    duration_s: float
    advice: tuple[Advice, ...]


def examine(source: Path, *, out: Path, progress: ProgressCallback = silent) -> FilmExamination:
    """Watch a stranger's film and write its clean copy to `out`, an .mp4. Raises as `generation.dub.perform`."""
    seen = watch(source, progress)
    chosen = reference(seen.faces, seen.colours)
    face, stream = seen.faces[chosen], io.BytesIO()
    Image.fromarray(seen.frames[chosen]).save(stream, "PNG")
    pictures = (seen.frames[index] for index in range(len(seen.frames)))
    encode(pictures, recording=None, out=out, fps=seen.fps, size=seen.size)
    advice = []
    if height(face) < GOOD_HEIGHT:
        advice.append(Advice("small_face", "The face is small in this film; the new mouth will look soft."))
    if max(abs(other.yaw - face.yaw) for other in seen.faces) > TURNED_YAW:
        advice.append(Advice("turned", "The head turns a good deal; the cheek may look painted at the far ends."))
    if opening_mm(face.landmarks) > OPEN_MM:
        advice.append(
            Advice("open_mouth", "The lips are never quite closed in this film; m, b and p may look odd.")
        )
    if seen.duration_s < SHORT_S:
        advice.append(Advice("short", "This film is short: with a longer recording it plays back and forth often."))
    return FilmExamination(
        still=stream.getvalue(),
        width=seen.size[0],
        height=seen.size[1],
        box=face.box,
        fps=seen.fps,
        duration_s=seen.duration_s,
        advice=tuple(advice),
    )
