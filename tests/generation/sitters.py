"""The sample portraits, analysed and rigged once per test process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from skimage import data

from generation.portrait import analyse
from generation.portrait.rig import Rig, build
from generation.render import Renderer
from generation.types import Portrait

SAMPLES = Path(__file__).parents[2] / "samples"


@cache
def portrait(name: str = "portrait_a") -> Portrait:
    """A sample by file name, or "astronaut" (NASA, public domain): a smile that shows its teeth."""
    if name == "astronaut":
        return analyse(_png(data.astronaut()))
    return analyse((SAMPLES / f"{name}.png").read_bytes())


@cache
def rig(name: str = "portrait_a") -> Rig:
    return build(portrait(name))


@cache
def renderer(name: str = "portrait_a") -> Renderer:
    return Renderer(rig(name))


def _png(picture: np.ndarray) -> bytes:
    import cv2

    return bytes(cv2.imencode(".png", picture[..., ::-1])[1])
