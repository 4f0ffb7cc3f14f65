"""Person against background: selfie segmentation, sharpened by the picture, with hair solved in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter

from generation.portrait import closed_form
from generation.types import Face, FloatArray, Frame

NET_SIDE = 256  # px, of the input of MediaPipe's network
WORK_SIDE = 512  # px at most, of the refinement; larger crops get its result enlarged
GUIDE_RADIUS = 8 / 512  # of the side (measured)
GUIDE_EPSILON = 50.0  # grey levels², as cv2.ximgproc counts on 8-bit guides
FLOOR, CEILING = 0.08, 0.92  # what the network leaves as haze inside and outside is cut away
SURE_ENOUGH = 0.65  # of the network; scenery that it half takes for a person (a hill, dark corners) stays below
BAND_INSIDE, BAND_OUTSIDE = 12 / 512, 14 / 512  # of the side, how far from the outline hair may begin and end
HULL_SOFTNESS = 2 / 512  # of the side, blur of the face's hull
NOSE_BASE = 2  # landmark; above it the outline is hair or ear, below it jaw and clothes, which have hard edges


@dataclass(frozen=True)
class Wider:
    """A larger square of the photo, and where the crop lies in it."""

    image: Frame  # (n, n, 3)
    left: float  # shares of its side
    top: float
    side: float

    def inner(self, whole: FloatArray) -> FloatArray:
        """The crop's part (n, n) of what was found on the larger square (n, n)."""
        size = whole.shape[0]
        scale = float(self.side)
        shift = np.array((self.left, self.top)) * size + (scale - 1) / 2
        inverse = np.array(((scale, 0, shift[0]), (0, scale, shift[1])), np.float32)
        part = cv2.warpAffine(
            whole,
            inverse,
            (size, size),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(part, np.float32)


def matte(image: Frame, face: Face, model: Path, wider: Wider | None = None) -> FloatArray:
    """Share of person in each pixel of a square crop, (s, s) 0..1. The face itself is always 1.

    `wider` shows more of the photo around the crop: what looks like a shoulder on the crop may be a dark wall.
    """
    size = image.shape[0]
    work = min(size, WORK_SIDE)
    small = image if work == size else cv2.resize(image, (work, work), interpolation=cv2.INTER_AREA)
    inner = hull(face, work, work / size)
    nose_row = round(float(face.landmarks[NOSE_BASE, 1]) * work / size)
    rough = segment(small, model)
    if wider:
        rough = np.sqrt(rough * wider.inner(segment(wider.image, model)))  # both must say so
    alpha: FloatArray = np.maximum(_refined(small, rough, inner, nose_row), inner)
    if work < size:
        alpha = np.clip(cv2.resize(alpha, (size, size), interpolation=cv2.INTER_CUBIC), 0, 1)
    return np.asarray(alpha, np.float32)


def segment(image: Frame, model: Path) -> FloatArray:
    """The network's answer, averaged over the picture and its mirror image, (256, 256) 0..1."""
    small: FloatArray = cv2.resize(image, (NET_SIDE, NET_SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    small /= 255
    interpreter = Interpreter(model_path=str(model), num_threads=1)
    interpreter.allocate_tensors()
    mirrored = _run(interpreter, np.ascontiguousarray(small[:, ::-1]))[:, ::-1]
    average: FloatArray = (_run(interpreter, small) + mirrored) * np.float32(0.5)
    return average


def hull(face: Face, size: int, scale: float = 1.0) -> FloatArray:
    """The convex hull of the landmarks, times `scale`, with a soft edge, (size, size) 0..1."""
    filled = np.zeros((size, size), np.uint8)
    cv2.fillConvexPoly(filled, cv2.convexHull(np.round(face.landmarks[:, :2] * scale).astype(np.int32)), 255)
    soft: FloatArray = cv2.GaussianBlur(filled, (0, 0), max(1.0, HULL_SOFTNESS * size)).astype(np.float32) / 255
    return soft


def _refined(image: Frame, rough: FloatArray, inner: FloatArray, nose_row: int) -> FloatArray:
    """The network's answer brought to the picture's edges: guided filter everywhere, closed form in the hair."""
    size = image.shape[0]
    rough = cv2.resize(rough, (size, size), interpolation=cv2.INTER_CUBIC)
    guided = cv2.ximgproc.guidedFilter(image, rough, max(2, round(GUIDE_RADIUS * size)), GUIDE_EPSILON)
    person = _person(np.maximum(rough, inner))
    band = _band(person) & (inner < 0.5)
    estimate = np.where(band, np.clip((guided - FLOOR) / (CEILING - FLOOR), 0, 1), person).astype(np.float32)
    band[nose_row:] = False
    return closed_form.solve(image, estimate, band)


def _person(rough: FloatArray) -> npt.NDArray[np.uint8]:
    """1 where the network is sure enough and the place is joined to the largest such part, (s, s)."""
    sure = (rough > SURE_ENOUGH).astype(np.uint8)
    _, labels, sizes, _ = cv2.connectedComponentsWithStats(sure)
    if len(sizes) < 2:
        return sure
    largest = 1 + int(np.argmax(sizes[1:, cv2.CC_STAT_AREA]))
    return np.asarray(labels == largest, np.uint8)


def _band(person: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """The rim around the outline in which a pixel may be partly person, (s, s)."""
    size = person.shape[0]
    inside = cv2.distanceTransform(person, cv2.DIST_L2, 5)
    outside = cv2.distanceTransform(1 - person, cv2.DIST_L2, 5)
    rim: npt.NDArray[np.bool_] = (inside < BAND_INSIDE * size) & (outside < BAND_OUTSIDE * size)
    return rim


def _run(interpreter: Interpreter, small: FloatArray) -> FloatArray:
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], small[None])  # (1, 256, 256, 3)
    interpreter.invoke()
    answer: FloatArray = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])[0, ..., 0]
    return answer
