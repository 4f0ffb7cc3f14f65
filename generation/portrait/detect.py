"""Find faces: 478 landmarks, 52 blendshapes and the head's pose, by MediaPipe's Face Landmarker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from generation.types import ARKIT, Face, FloatArray, Frame

if TYPE_CHECKING:
    from mediapipe.tasks.python.vision import FaceLandmarker

MAX_FACES = 10
PRESENCE = 0.8  # 0..1; people and paintings reach 0.95, a cat's face in a magnified tile stays below
SEARCH_SIDE = 1600  # px; larger pictures are searched at this size, and landmarks measured again on the crop
TILE_SCALES = (2, 4)  # then half-overlapping tiles of 1/2 and 1/4 of each side, magnified: faces down to ~1/30
LARGE_FACE = 0.4  # of the longer side; below it, a neighbour half as tall would be missed without tiles
SAME_FACE = 0.4  # share of the smaller box that two findings of one face have in common
HALF_PIXEL = np.array((0.5, 0.5, 0), np.float32)
FOREHEAD, CHIN = 10, 152  # topmost and lowest point of the oval


class Detector:
    """An open landmarker; make it with `detector()`, which closes it."""

    def __init__(self, landmarker: FaceLandmarker) -> None:
        self._landmarker = landmarker

    def faces(self, image: Frame) -> tuple[Face, ...]:
        """All faces of an upright picture from left to right; small ones by searching magnified tiles."""
        longer = max(image.shape[:2])
        scale = min(1.0, SEARCH_SIDE / longer)
        if scale < 1.0:
            image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        found = list(self._faces(image))
        for parts in TILE_SCALES:
            tallest = max(map(height, found), default=0.0)
            if tallest * parts / 2 >= LARGE_FACE * longer * scale:
                break
            found = _distinct(found + list(self._tiles(image, parts)))
        return tuple(sorted((moved(face, 1 / scale) for face in found), key=lambda face: face.box[0]))

    def face(self, image: Frame) -> Face | None:
        """The largest face of a crop, or None."""
        return max(self._faces(image), key=height, default=None)

    def _tiles(self, image: Frame, parts: int) -> Iterator[Face]:
        rows, columns = image.shape[:2]
        tile_h, tile_w = rows // parts, columns // parts
        for top in range(0, rows - tile_h + 1, max(tile_h // 2, 1)):
            for left in range(0, columns - tile_w + 1, max(tile_w // 2, 1)):
                tile = image[top : top + tile_h, left : left + tile_w]
                magnified = cv2.resize(tile, None, fx=parts, fy=parts, interpolation=cv2.INTER_CUBIC)
                for face in self._faces(magnified):
                    yield moved(face, 1 / parts, left, top)

    def _faces(self, image: Frame) -> Iterator[Face]:
        from mediapipe import Image, ImageFormat

        rows, columns = image.shape[:2]
        picture = Image(image_format=ImageFormat.SRGB, data=np.ascontiguousarray(image))
        result = self._landmarker.detect(picture)
        for points, scores, pose in zip(
            result.face_landmarks,
            result.face_blendshapes,
            result.facial_transformation_matrixes,
            strict=True,
        ):
            # MediaPipe counts from the picture's edge; OpenCV, and we, from the first pixel's centre.
            landmarks = np.array(
                [(p.x * columns - 0.5, p.y * rows - 0.5, p.z * columns) for p in points], np.float32
            )
            measured = {score.category_name: float(score.score) for score in scores}
            yaw, pitch, roll = _angles(np.asarray(pose, np.float64)[:3, :3])
            yield Face(
                landmarks, {name: measured.get(name, 0.0) for name in ARKIT}, yaw, pitch, roll, _box(landmarks)
            )


@contextmanager
def detector(model: Path) -> Iterator[Detector]:
    """Open the landmarker and close it at the end: left open, it prints a fault when the interpreter exits."""
    from mediapipe.tasks.python import BaseOptions, vision  # half a second: a portrait known already does without

    options = vision.FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(model)),
        num_faces=MAX_FACES,
        min_face_presence_confidence=PRESENCE,
        output_face_blendshapes=True,
        output_facial_transformation_matrixes=True,
    )
    with vision.FaceLandmarker.create_from_options(options) as landmarker:
        yield Detector(landmarker)


def height(face: Face) -> float:
    """Forehead to chin in px of its picture, along the face."""
    return float(np.linalg.norm(face.landmarks[FOREHEAD, :2] - face.landmarks[CHIN, :2]))


def _angles(rotation: npt.NDArray[np.float64]) -> tuple[float, float, float]:
    """Yaw, pitch, roll in degrees, our signs, of MediaPipe's pose (x right, y up, z toward the camera).

    On rendered heads true yaws of ±15° and ±25° read 12–14° and 19–22°; true pitches of ±12° read as differences
    of 8–9° around a resting value of −3°. The numbers are kept as measured.
    """
    rotation = rotation / np.cbrt(np.linalg.det(rotation))  # (3, 3)
    nose = rotation[:, 2]  # where the face looks
    yaw = np.arctan2(nose[0], nose[2])
    pitch = np.arcsin(np.clip(-nose[1], -1, 1))
    roll = -np.arctan2(rotation[1, 0], rotation[1, 1])
    return float(np.degrees(yaw)), float(np.degrees(pitch)), float(np.degrees(roll))


def _box(landmarks: FloatArray) -> tuple[float, float, float, float]:
    (x0, y0), (x1, y1) = landmarks[:, :2].min(0), landmarks[:, :2].max(0)
    return float(x0), float(y0), float(x1), float(y1)


def moved(face: Face, scale: float, left: float = 0.0, top: float = 0.0) -> Face:
    """The face in px of a picture that shows it `scale` times as large, with its origin moved."""
    landmarks = (face.landmarks + HALF_PIXEL) * np.float32(scale) - HALF_PIXEL
    landmarks += np.array((left, top, 0), np.float32)
    return replace(face, landmarks=landmarks, box=_box(landmarks))


def _distinct(faces: list[Face]) -> list[Face]:
    """Each face once, larger boxes first."""
    kept: list[Face] = []
    for face in sorted(faces, key=height, reverse=True):
        if all(_shared(face.box, other.box) < SAME_FACE for other in kept):
            kept.append(face)
    return kept


def _shared(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> float:
    """The intersection of two boxes as a share of the smaller one."""
    width = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    tall = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    return width * tall / min((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))
