"""Does a picture show nudity? Yahoo's open_nsfw (Mahadeokar & Pesavento 2016), a ResNet-50 trained on photographs.

It knows drawings and paintings less well. Of the pictures that we have, none shows nudity: docs/faces.md.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

from generation import weights
from generation.evaluate.video import opened
from generation.onnx import session
from generation.types import Frame

SIDE, SEEN = 256, 224  # px: every picture becomes such a square, of which the middle is looked at
MEANS = np.array((104, 117, 123), np.float32)  # blue, green, red
LOOKS_PER_S = 0.5  # at a film


def nudity(picture: Frame) -> float:
    """0 none, 1 surely. Raises MissingOnMachine."""
    network, edge = _network(), (SIDE - SEEN) // 2
    square = cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    seen = square[edge : edge + SEEN, edge : edge + SEEN, ::-1].astype(np.float32) - MEANS  # (224, 224, 3) BGR
    (found,) = network.run(None, {network.get_inputs()[0].name: seen[None]})
    return float(found[0, 1])


def nudity_in_film(film: Path) -> float:
    """The most of its frames, LOOKS_PER_S of them. Raises InputRefused as `generation.evaluate.video.opened`."""
    with opened(film, most_side=SIDE, most_fps=LOOKS_PER_S) as video:
        return max(map(nudity, video.frames), default=0.0)


@cache
def _network() -> onnxruntime.InferenceSession:
    return session(weights.path("open_nsfw"))
