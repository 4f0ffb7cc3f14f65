"""Watch a short film of somebody before a camera, frame by frame; numbers are kept, pictures are not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from generation import weights
from generation.errors import InputRefused
from generation.evaluate.identity import embedding
from generation.evaluate.video import opened
from generation.portrait.choice import PROMINENT
from generation.portrait.detect import Detector, detector, height
from generation.portrait.measures import lid_ratio, opening_mm, unit
from generation.types import Face, FloatArray, Frame, Progress, ProgressCallback, silent

Track = npt.NDArray[np.float64]

MOST_BYTES = 200 << 20
MOST_SIDE = 720  # px; what a face needs to be told from another, and little enough to be watched on a processor
MOST_FPS = 30.0
MOST_S = 60.0
LEAST_FPS = 8.0  # a blink lasts 0.1 to 0.3 s
LOOK_AROUND_S = 0.5  # between two looks for other faces
LOOK_AT_S = 0.25  # between two embeddings of the face
FACE = slice(0, 468)  # landmarks of the face without the irises


@dataclass(frozen=True)
class Watched:
    """One row per frame (t), NaN where no face was found."""

    fps: float
    size: tuple[int, int]  # width, height in px, as watched
    head: Track  # (t, 3) yaw, pitch, roll in degrees as MediaPipe reads them; yaw > 0 the sitter's own left
    lids: Track  # (t,) gap between the lids / width of the eye, mean of both
    opening: Track  # (t,) mm between the inner lips
    shape: FloatArray  # (t, 468, 2) landmarks in mm of the face itself
    company: tuple[int, ...]  # faces of similar size in each frame that was searched for them
    embeddings: tuple[tuple[int, FloatArray], ...]  # frame, (128,)

    @property
    def seconds(self) -> float:
        """Length of what was watched."""
        return len(self.head) / self.fps

    @property
    def found(self) -> npt.NDArray[np.bool_]:
        """(t,) whether a face was found."""
        return np.isfinite(self.lids)


def watch(film: Path, progress: ProgressCallback = silent) -> Watched:
    """Watch a stranger's film of up to MOST_S.

    Raises InputRefused with code video_missing, video_unreadable, film_too_large, film_too_long, film_too_slow or
    no_face, MissingOnMachine, and whatever `progress` raises.
    """
    if film.exists() and film.stat().st_size > MOST_BYTES:
        raise InputRefused(
            "film_too_large", f"This film is larger than {MOST_BYTES >> 20} MB.", "Record it shorter."
        )
    rows: list[tuple[float, ...]] = []
    shapes: list[FloatArray] = []
    company: list[int] = []
    embeddings: list[tuple[int, FloatArray]] = []
    with (
        opened(film, most_side=MOST_SIDE, most_fps=MOST_FPS) as video,
        detector(weights.path("face_landmarker")) as landmarker,
    ):
        if video.fps < LEAST_FPS:
            raise InputRefused(
                "film_too_slow",
                f"This film shows fewer than {LEAST_FPS:g} pictures a second.",
                "Record it again in better light, or with another browser.",
            )
        around, at = (max(1, round(step * video.fps)) for step in (LOOK_AROUND_S, LOOK_AT_S))
        for index, frame in enumerate(video.frames):
            if index > MOST_S * video.fps:
                raise InputRefused(
                    "film_too_long", f"This film is longer than {MOST_S:g} seconds.", "Record it shorter."
                )
            progress(Progress("watch", index, index + 1, "frames"))
            if index % around == 0:
                face, others = _all(frame, landmarker)
                company.append(others)
            else:
                face = landmarker.face(frame)
            rows.append(_numbers(face))
            shapes.append(_shape(face))
            if face is not None and index % at == 0:
                embeddings.append((index, embedding(frame, face)))
        fps, size = video.fps, (video.width, video.height)
    if not embeddings:
        raise InputRefused(
            "no_face", "No face was found in this film.", "Hold the camera so that your whole face can be seen."
        )
    table = np.array(rows, np.float64)
    return Watched(
        fps, size, table[:, :3], table[:, 3], table[:, 4], np.array(shapes), tuple(company), tuple(embeddings)
    )


def _all(frame: Frame, landmarker: Detector) -> tuple[Face | None, int]:
    """The largest face, and how many are of similar size."""
    faces = landmarker.faces(frame)
    largest = max(faces, key=height, default=None)
    return largest, sum(height(face) >= PROMINENT * height(largest) for face in faces) if largest else 0


def _numbers(face: Face | None) -> tuple[float, ...]:
    if face is None:
        return (np.nan,) * 5
    points = face.landmarks
    return face.yaw, face.pitch, face.roll, float(np.mean(lid_ratio(points))), opening_mm(points)


def _shape(face: Face | None) -> FloatArray:
    if face is None:
        return np.full((468, 2), np.nan, np.float32)
    return np.asarray(face.landmarks[FACE, :2] / unit(face.landmarks), np.float32)


def bending_mm(shape: FloatArray) -> float | None:
    """By how much a face changes beyond what a flat picture of it would, moved and tilted before the camera.

    `shape` (t, 468, 2) mm. Each frame is laid on the middle one by the plane projection that fits best; the 90th
    percentile over frames of the mean distance that is left, in mm. None with fewer than two frames.
    """
    known = shape[np.isfinite(shape[:, 0, 0])]
    if len(known) < 2:
        return None
    usual = known[np.argmin(np.abs(known - np.median(known, 0)).sum((1, 2)))]
    left = []
    for points in known:
        plane, _ = cv2.findHomography(points, usual, 0)
        if plane is not None:
            laid = cv2.perspectiveTransform(points[:, None], plane)[:, 0]
            left.append(float(np.linalg.norm(laid - usual, axis=1).mean()))
    return float(np.percentile(left, 90)) if len(left) > 1 else None
