"""How much of each pixel is new: the lower face, from under the nose to below the chin, filmed or new."""

from __future__ import annotations

import cv2
import numpy as np

from generation.portrait.head import smoothstep
from generation.portrait.topology import CHIN
from generation.render.paint import Window, blurred, filled, rounded
from generation.types import FloatArray

UPPER_EDGE = (
    365,
    367,
    416,
    427,
    426,
    423,
    326,
    2,
    97,
    203,
    206,
    207,
    192,
    138,
    136,
)  # from the left jaw, by the nose
JAW = (136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365)
BEYOND = (1.0, 2.5, 4.0, 5.0, 5.0, 5.0, 5.0, 5.0, 4.0, 2.5, 1.0)  # mm outside the jaw
FURTHER = (0.0, 0.3, 0.7, 0.9, 1.0, 1.0, 1.0, 0.9, 0.7, 0.3, 0.0)  # share of what is added under a dropped chin
SHADOW = 1.1  # mm of neck per mm by which one chin lies below the other: the shadow of that chin must go too
MOST_SHADOW = 14.0  # mm
MIDDLE = 164  # between nose and lip
SOFT = 3.0  # mm of the blur that softens the edge
RISES = (0.5, 0.97)  # of the blurred outline: 0 on it, 1 two blurs inside


def outlines(seen: FloatArray, spoken: FloatArray, mm: float) -> list[FloatArray]:
    """Around the filmed and the new lower face, landmarks (468, 2) px: lines (k, 2) px.

    Where one chin lies below the other, the line reaches further down, beyond its shadow on the neck.
    """
    lower = float(seen[CHIN, 1] - spoken[CHIN, 1]) / mm
    return [
        outline(face, mm, min(SHADOW * max(drop, 0.0), MOST_SHADOW))
        for face, drop in ((seen, lower), (spoken, -lower))
    ]


def outline(face: FloatArray, mm: float, further: float = 0.0) -> FloatArray:
    """(k, 2) px around the lower face of landmarks (468, ≥ 2), the jaw pushed outwards, the chin `further` mm."""
    jaw = face[list(JAW), :2]
    away = jaw - face[MIDDLE, :2]
    away /= np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-6)
    down = face[CHIN, :2] - face[MIDDLE, :2]
    down /= max(float(np.linalg.norm(down)), 1e-6)
    outer = jaw + mm * (away * np.array(BEYOND)[:, None] + down * (further * np.array(FURTHER))[:, None])
    return rounded(np.concatenate([outer[:-1], face[list(UPPER_EDGE[:-1]), :2]]).astype(np.float32), 4)


def share(outlines: list[FloatArray], area: Window, mm: float) -> FloatArray:
    """(h, w) 0..1 within any of the outlines, px of the picture that `area` is a window of."""
    whole = np.max([filled(line, area) for line in outlines], axis=0)
    return smoothstep(*RISES, blurred(whole, SOFT * mm))


def around(outlines: list[FloatArray], mm: float, width: int, height: int) -> Window:
    """The window of a picture outside which nothing changes."""
    points, margin = np.concatenate(outlines), SOFT * mm
    low = np.floor(points.min(0) - margin).astype(int)
    high = np.ceil(points.max(0) + margin).astype(int) + 1
    return Window(max(low[0], 0), max(low[1], 0), min(high[0], width), min(high[1], height))


def inside(face: FloatArray, mm: float) -> FloatArray:
    """(n,) distance in mm of each landmark into the outline, negative outside."""
    line = outline(face, mm).reshape(-1, 1, 2)
    depths = [cv2.pointPolygonTest(line, (float(x), float(y)), True) for x, y in face[:, :2]]
    return np.array(depths, np.float32) / np.float32(mm)
