"""How old does a face look? The age network of dlib-models (Cydral Technology), a ResNet-10 with 81 classes.

It was trained on about 110 000 photographs. How often it errs on children is not known to us: docs/faces.md.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import onnxruntime

from generation import weights
from generation.evaluate.identity import similarity
from generation.onnx import session
from generation.types import Face, Frame

SIDE = 64  # px of the network's input
FINER = 4  # the face is first cut out so many times as large, then averaged
# Where dlib's alignment puts the outer and inner corners of both eyes, then the base of the nose; shares of a face
# that is padded by a fifth on each side.
POINTS = (263, 362, 33, 133, 2)
PADDING = 0.2
PLACES = np.array(
    (
        (0.8595674595992, 0.2134981538014),
        (0.6460604764104, 0.2289674387677),
        (0.1205750620789, 0.2137274526848),
        (0.3340850613712, 0.2290642403242),
        (0.4901123135679, 0.6277975316475),
    ),
    np.float32,
)
MEANS = np.array((122.782, 117.001, 104.298), np.float32)  # red, green, blue
YEARS = np.array((0.25, *range(1, 81)), np.float32)  # of each class


def apparent_age(picture: Frame, face: Face) -> float:
    """Years, by the mean of the face and its mirror image. Raises MissingOnMachine."""
    network = _network()
    seen = (aligned(picture, face).astype(np.float32) - MEANS) / 256  # (64, 64, 3)
    both = np.stack((seen, seen[:, ::-1])).transpose(0, 3, 1, 2)  # (2, 3, 64, 64)
    (found,) = network.run(None, {network.get_inputs()[0].name: np.ascontiguousarray(both)})
    return float(found.mean(0) @ YEARS)


def aligned(picture: Frame, face: Face) -> Frame:
    """(64, 64, 3) the face as the network knows faces; `face` holds landmarks in px of the picture."""
    large = SIDE * FINER
    places = np.asarray((PLACES + PADDING) / (1 + 2 * PADDING) * large, np.float32)
    turned = similarity(np.asarray(face.landmarks[list(POINTS), :2], np.float32), places)
    cut = cv2.warpAffine(picture, turned, (large, large))
    return np.asarray(cv2.resize(cut, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


@cache
def _network() -> onnxruntime.InferenceSession:
    return session(weights.path("dlib_age"))
