"""Person against background: MediaPipe's selfie segmentation, sharpened by the picture's own edges."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter

from generation.types import Face, FloatArray, Frame

NET_SIDE = 256  # px, of the network's input
GUIDE_RADIUS = 8 / 512  # of the side (measured)
GUIDE_EPSILON = 50.0  # grey levels², as cv2.ximgproc counts on 8-bit guides
FLOOR, CEILING = 0.08, 0.92  # what the network leaves as haze inside and outside is cut away
HULL_SOFTNESS = 2 / 512  # of the side, blur of the face's hull


def matte(image: Frame, face: Face, model: Path) -> FloatArray:
    """Share of person in each pixel of a square crop, (s, s) 0..1. The face itself is always 1."""
    size = image.shape[0]
    rough = cv2.resize(segment(image, model), (size, size), interpolation=cv2.INTER_CUBIC)
    radius = max(2, round(GUIDE_RADIUS * size))
    guided = cv2.ximgproc.guidedFilter(image, rough, radius, GUIDE_EPSILON)
    alpha = np.clip((guided - FLOOR) / (CEILING - FLOOR), 0, 1)
    whole: FloatArray = np.maximum(alpha, hull(face, size)).astype(np.float32)
    return whole


def segment(image: Frame, model: Path) -> FloatArray:
    """The network's answer, averaged over the picture and its mirror image, (256, 256) 0..1."""
    small: FloatArray = cv2.resize(image, (NET_SIDE, NET_SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    small /= 255
    interpreter = Interpreter(model_path=str(model), num_threads=1)
    interpreter.allocate_tensors()
    mirrored = _run(interpreter, np.ascontiguousarray(small[:, ::-1]))[:, ::-1]
    average: FloatArray = (_run(interpreter, small) + mirrored) * np.float32(0.5)
    return average


def hull(face: Face, size: int) -> FloatArray:
    """The convex hull of the landmarks with a soft edge, (size, size) 0..1."""
    filled = np.zeros((size, size), np.uint8)
    cv2.fillConvexPoly(filled, cv2.convexHull(np.round(face.landmarks[:, :2]).astype(np.int32)), 255)
    soft: FloatArray = cv2.GaussianBlur(filled, (0, 0), max(1.0, HULL_SOFTNESS * size)).astype(np.float32) / 255
    return soft


def _run(interpreter: Interpreter, small: FloatArray) -> FloatArray:
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], small[None])  # (1, 256, 256, 3)
    interpreter.invoke()
    answer: FloatArray = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])[0, ..., 0]
    return answer
