"""Watch a film from beginning to end: the one face in every frame, or the reason why it cannot be dubbed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from generation import weights
from generation.dub import refusals
from generation.dub.frames import Frames
from generation.errors import PortraitRefused
from generation.evaluate.video import opened
from generation.portrait import choice
from generation.portrait.detect import Detector, detector, height, moved
from generation.portrait.framing import MOST_SIDE
from generation.types import Face, FloatArray, Frame, Progress, ProgressCallback, silent

MOST_BYTES = 512 << 20
LEAST_S, MOST_S = 1.0, 60.0
RATES = (10.0, 60.0)  # frames per second
LEAST_HEIGHT = 96  # px from forehead to chin; below it a mouth is a dozen px wide
FARTHEST = (30.0, 25.0, 25.0)  # degrees of yaw, pitch, roll as measured; beyond, cheek and jaw hide each other
LOOK_AROUND_S = 2.0  # between searches for other faces
LOST_S = 0.2  # for which a face may be missing; what lies between is interpolated
WINDOW = 2.2  # face heights; side of the square in which the face is looked for again
WINDOW_SIDE = 512  # px at most that the detector sees of it
JUMP = 0.3  # face heights per frame that no head moves
CUT_LEVELS, CUT_SIDE = 28.0, 48  # mean change of a small picture from one frame to the next, its side in px
WANDERS, NEARS = 0.45, 1.35  # face heights from the median, and ratio of sizes, that one square holds
SOFT = 0.02  # face heights over which colours are averaged at a landmark
FINE_SIGMA = 2.0  # px of a blur that is taken on a reduced picture


@dataclass(frozen=True)
class Film:
    """What was seen. `faces` and `colours` have one entry per frame."""

    frames: Frames
    fps: float
    size: tuple[int, int]  # width, height in px
    faces: tuple[Face, ...]  # landmarks in px of the frame, as found, gaps interpolated
    colours: FloatArray  # (t, 478, 3) softened 0..255 at each landmark

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.frames) / self.fps


def watch(path: Path, progress: ProgressCallback = silent) -> Film:
    """Decode a stranger's film and follow its face.

    Raises FilmRefused (see generation.dub.refusals), InputRefused with code video_missing or video_unreadable,
    MissingOnMachine, and whatever `progress` raises.
    """
    if path.exists() and path.stat().st_size > MOST_BYTES:
        raise refusals.too_large(MOST_BYTES >> 20)
    frames = Frames()
    faces: list[Face | None] = []
    colours: list[FloatArray] = []
    with (
        opened(path, most_side=MOST_SIDE, most_fps=RATES[1]) as video,
        detector(weights.path("face_landmarker")) as landmarker,
    ):
        if video.fps < RATES[0]:
            raise refusals.too_slow(RATES[0])
        for frame in _uncut(video.frames, video.fps):
            at_s = len(frames) / video.fps
            if at_s > MOST_S:
                raise refusals.too_long(MOST_S)
            if len(frames) % round(LOOK_AROUND_S * video.fps) == 0:
                _refuse_company(frame, at_s, landmarker)
            last = next((face for face in reversed(faces) if face), None)
            face = _face(frame, last, landmarker, at_s)
            progress(Progress("watch", len(frames), len(frames) + 1, "frames"))
            frames.append(frame)
            faces.append(face)
            colours.append(_colours(frame, face) if face else np.full((478, 3), np.nan, np.float32))
            if not any(faces[-max(1, round(LOST_S * video.fps)) :]):
                raise refusals.face_lost(at_s)
        fps, size = video.fps, (video.width, video.height)
    if len(frames) < LEAST_S * fps:
        raise refusals.too_short(LEAST_S)
    whole = _interpolated(faces)
    _refuse_wandering(whole)
    return Film(frames, fps, size, whole, _bridged(np.stack(colours)))


def _uncut(frames: Iterator[Frame], fps: float) -> Iterator[Frame]:
    """The same frames; a change of scene is refused."""
    before: FloatArray | None = None
    for index, frame in enumerate(frames):
        grey = cv2.cvtColor(
            cv2.resize(frame, (CUT_SIDE, CUT_SIDE), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY
        )
        now = grey.astype(np.float32)
        if before is not None and float(np.abs(now - before).mean()) > CUT_LEVELS:
            raise refusals.cut(index / fps)
        before = now
        yield frame


def _refuse_company(frame: Frame, at_s: float, landmarker: Detector) -> None:
    """Look everywhere in a frame, for a usable face that is the only one of its size."""
    try:
        found = choice.faces(frame, landmarker)
    except PortraitRefused as nobody:
        raise (refusals.face_lost(at_s) if at_s else refusals.no_face()) from nobody
    chosen = choice.speaker(found, None)
    if chosen is None:
        raise refusals.two_faces(at_s)
    face = found[chosen]
    if choice.visible(face, frame) < choice.LEAST_VISIBLE:
        raise refusals.face_lost(at_s)
    if height(face) < LEAST_HEIGHT:
        raise refusals.too_small(round(height(face)), LEAST_HEIGHT)


def _face(frame: Frame, last: Face | None, landmarker: Detector, at_s: float) -> Face | None:
    face = _near(frame, last, landmarker) if last else max(landmarker.faces(frame), key=height, default=None)
    if face is None:
        return None
    if last is not None and _distance(face, last) > JUMP * height(last):
        raise refusals.cut(at_s)
    for angle, most in zip((face.yaw, face.pitch, face.roll), FARTHEST, strict=True):
        if abs(angle) > most:
            raise refusals.turned_too_far(round(abs(angle)), at_s)
    return face


def _near(frame: Frame, last: Face, landmarker: Detector) -> Face | None:
    x0, y0, x1, y1 = last.box
    half = WINDOW * height(last) / 2
    left, top = (max(0, round(middle - half)) for middle in ((x0 + x1) / 2, (y0 + y1) / 2))
    window = frame[top : top + round(2 * half), left : left + round(2 * half)]
    scale = min(1.0, WINDOW_SIDE / max(window.shape[:2]))
    if scale < 1:
        window = np.asarray(cv2.resize(window, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    found = landmarker.face(window)
    return None if found is None else moved(found, 1 / scale, left, top)


def _colours(frame: Frame, face: Face) -> FloatArray:
    """(478, 3) the frame's colours about each landmark."""
    return softened(frame, face.landmarks[:, :2], SOFT * height(face))


def softened(picture: Frame, places: FloatArray, sigma: float) -> FloatArray:
    """(n, 3) colours of a picture, 0..255, averaged by a Gaussian of `sigma` px about `places` (n, 2) px."""
    margin = 3 * sigma
    left, top = np.maximum(np.floor(places.min(0) - margin), 0).astype(int)
    right, low = np.ceil(places.max(0) + margin).astype(int) + 1
    patch = picture[top : max(low, top + 1), left : max(right, left + 1)]
    scale = min(1.0, FINE_SIGMA / sigma)
    small = cv2.resize(patch, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), sigma * scale).astype(np.float32)
    shrunk = np.array((small.shape[1] / patch.shape[1], small.shape[0] / patch.shape[0]), np.float32)
    at = ((places - (left, top) + 0.5) * shrunk - 0.5).astype(np.float32)
    sampled = cv2.remap(soft, at[:, None], None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(sampled[:, 0], np.float32)


def _interpolated(faces: list[Face | None]) -> tuple[Face, ...]:
    """The faces, with those that are missing taken from the last one seen and moved between their neighbours."""
    rows = np.stack([face.landmarks if face else np.full((478, 3), np.nan, np.float32) for face in faces])
    smooth = _bridged(rows)
    known = [face for face in faces if face]
    whole, last = [], known[0]
    for face, landmarks in zip(faces, smooth, strict=True):
        last = face or last
        whole.append(face or replace(last, landmarks=landmarks))
    return tuple(whole)


def _bridged(rows: FloatArray) -> FloatArray:
    """(t, n, k) with rows of NaN interpolated in time."""
    known = np.flatnonzero(np.isfinite(rows[:, 0, 0]))
    if len(known) == len(rows):
        return rows
    flat = rows.reshape(len(rows), -1).copy()
    at = np.arange(len(rows))
    missing = np.setdiff1d(at, known)
    after = np.searchsorted(known, missing).clip(1, len(known) - 1)
    low, high = known[after - 1], known[after]
    share = np.clip((missing - low) / np.maximum(high - low, 1), 0, 1)[:, None]
    flat[missing] = flat[low] * (1 - share) + flat[high] * share
    return np.asarray(flat.reshape(rows.shape), np.float32)


def _refuse_wandering(faces: tuple[Face, ...]) -> None:
    middles = np.array([face.landmarks[:, :2].mean(0) for face in faces])
    sizes = np.array([height(face) for face in faces])
    usual = float(np.median(sizes))
    away = np.linalg.norm(middles - np.median(middles, 0), axis=1).max()
    if away > WANDERS * usual or max(sizes.max() / usual, usual / sizes.min()) > NEARS:
        raise refusals.unsteady()


def _distance(one: Face, other: Face) -> float:
    return float(np.linalg.norm(one.landmarks[:, :2].mean(0) - other.landmarks[:, :2].mean(0)))
