"""Watch a video: in every frame where the face is, how far lips and lids are open, how the head is turned.

Lengths are millimetres as everywhere in this package (distance of the eye centres / 62), measured with the
landmarks' depth, so that a turned head keeps its size.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from generation import weights
from generation.errors import InputRefused
from generation.evaluate.video import opened
from generation.portrait.detect import Detector, detector, moved
from generation.portrait.measures import lid_ratio, mouth_width_mm, opening_mm
from generation.types import Face, FloatArray, Frame, Progress, ProgressCallback, silent

WINDOW = 2.4  # face heights; side of the square in which a known face is looked for again
WINDOW_SIDE = 512  # px at most that the detector sees of it
KEPT = 40  # frames that are kept as pictures, spread evenly
TILES = 48  # per side of the small brightness map of every frame
SEEN_LEAST = 0.5  # share of the frames in which a face must be found
MEASURES = 7  # of a face in a frame
LONGEST_S = 600.0  # what lies beyond is not watched

Luma = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Moment:
    """A frame kept as a picture, with the landmarks found in it."""

    picture: Frame  # (h, w, 3)
    face: Face


@dataclass(frozen=True)
class Sight:
    """What was seen, frame by frame; NaN where no face was found."""

    fps: float
    size: tuple[int, int]  # width, height in px
    opening: FloatArray  # (t,) mm between the inner lips
    width: FloatArray  # (t,) mm between the corners of the mouth
    lids: FloatArray  # (t, 2) gap between the lids / width of the eye, right and left
    head: FloatArray  # (t, 3) yaw, pitch, roll in degrees, as MediaPipe reads them
    brightness: Luma  # (t, TILES, TILES) mean luminance of each tile
    moments: tuple[Moment, ...]  # at most KEPT

    @property
    def seconds(self) -> float:
        """Length of what was watched."""
        return len(self.opening) / self.fps

    @property
    def found(self) -> npt.NDArray[np.bool_]:
        """(t,) whether a face was found."""
        return np.isfinite(self.opening)


def watch(path: Path, progress: ProgressCallback = silent) -> Sight:
    """Watch a video file, at most LONGEST_S of it.

    Raises InputRefused with code video_missing, video_unreadable or no_face, MissingOnMachine, and whatever
    `progress` raises.
    """
    with opened(path) as video, detector(weights.path("face_landmarker")) as landmarker:
        return look(video.frames, video.fps, landmarker, progress)


def look(frames: Iterable[Frame], fps: float, landmarker: Detector, progress: ProgressCallback = silent) -> Sight:
    """The same for pictures (h, w, 3) in memory."""
    rows: list[npt.NDArray[np.float64]] = []
    brightness: list[Luma] = []
    moments: list[tuple[int, Moment]] = []
    stride, face, size = 1, None, (0, 0)
    for index, frame in enumerate(frames):
        if index >= LONGEST_S * fps:
            break
        progress(Progress("watch", index, index + 1, "frames"))
        size = frame.shape[1], frame.shape[0]
        brightness.append(_tiles(frame))
        face = _face(frame, face, landmarker)
        rows.append(np.full(MEASURES, np.nan) if face is None else _measures(face))
        if face is not None and index % stride == 0:
            moments.append((index, Moment(frame, face)))
            if len(moments) > KEPT:
                stride *= 2
                moments = [kept for kept in moments if kept[0] % stride == 0]
    table = np.array(rows, np.float32).reshape(-1, MEASURES)
    if np.isfinite(table[:, 0]).sum() < max(1, SEEN_LEAST * len(table)):
        raise InputRefused(
            "no_face",
            "No face was found in most of this video.",
            "Give a video in which one face can be seen most of the time.",
        )
    return Sight(
        fps=fps,
        size=size,
        opening=table[:, 0],
        width=table[:, 1],
        lids=table[:, 2:4],
        head=table[:, 4:7],
        brightness=np.array(brightness, np.float32),
        moments=tuple(moment for _, moment in moments),
    )


def _measures(face: Face) -> npt.NDArray[np.float64]:
    points = face.landmarks
    lips = opening_mm(points), mouth_width_mm(points)
    return np.array([*lips, *lid_ratio(points), face.yaw, face.pitch, face.roll])


def _face(frame: Frame, last: Face | None, landmarker: Detector) -> Face | None:
    """Look near where the face was, then everywhere."""
    if last is not None:
        near = _near(frame, last, landmarker)
        if near is not None:
            return near
    return max(landmarker.faces(frame), key=lambda face: face.box[3] - face.box[1], default=None)


def _near(frame: Frame, last: Face, landmarker: Detector) -> Face | None:
    x0, y0, x1, y1 = last.box
    half = WINDOW * (y1 - y0) / 2
    left, top = (max(0, round(middle - half)) for middle in ((x0 + x1) / 2, (y0 + y1) / 2))
    window = frame[top : top + round(2 * half), left : left + round(2 * half)]
    scale = min(1.0, WINDOW_SIDE / max(window.shape[:2]))
    if scale < 1:
        window = np.asarray(cv2.resize(window, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    found = landmarker.face(window)
    return None if found is None else moved(found, 1 / scale, left, top)


def _tiles(frame: Frame) -> Luma:
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey.astype(np.float32), (TILES, TILES), interpolation=cv2.INTER_AREA), np.float32)
