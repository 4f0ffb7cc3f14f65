"""Fine lines that expressions fold into the skin: across a raised forehead, from the nose around a smile.

The measured ratio images (`light`) shade cheeks and hollows, as coarsely as the mesh; these lines are what is
finer. They are faint, broken like real ones, the same for the same portrait, and only on skin, not on a fringe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import cv2
import numpy as np
import numpy.typing as npt

from generation.portrait.rig import Rig, room
from generation.portrait.topology import CHEEKS, EYES
from generation.render.canvas import Canvas, Plane, number
from generation.render.paint import Window, blurred, window
from generation.types import CHANNELS, FloatArray

Doubles = npt.NDArray[np.float64]

FOREHEAD = (68, 104, 69, 108, 151, 337, 299, 333, 298)  # landmarks across its middle, right to left
SMILE = {"Right": (129, 203, 206, 216, 212), "Left": (358, 423, 426, 436, 432)}  # from the nose's wing downwards
FOREHEAD_LINES = (0.5, 0.92, 1.35)  # shares of the way from the brows to the forehead's middle
DEPTH = {"forehead": 0.085, "smile": 0.13}  # light lost in a line at full weight; our choice, below what age brings
LINE, RIDGE, RIDGE_AT = 0.85, 1.5, 2.0  # mm: width of the dark line, of the lit ridge beside it, between both
RIDGE_LIGHT = 0.45  # of the ridge against the line
SKIN_SPREAD = 0.28  # of luminance against the median skin, within which a pixel counts as skin
STEEP = 1.5  # weights grow like this power: small movements leave no line
SHOWS_FROM = 0.01  # light, below which a line is not painted


@dataclass(frozen=True)
class Fold:
    """One group of lines and what drives it."""

    window: Window  # px of the crop
    light: FloatArray  # (h, w) change of light at full weight
    drives: FloatArray  # (channels,)
    points: tuple[int, ...]  # landmarks around it, which tell where it is on the screen


def folds(rig: Rig) -> tuple[Fold, ...]:
    """The folds of a portrait; a smile that it shows already deepens less."""
    marks, mm = rig.mesh.points, rig.head.mm
    skin = _skin(rig)
    chance = np.random.default_rng(crc32(rig.portrait.source_sha256.encode()))
    left = room(rig.portrait)
    brows = marks[list(EYES[0].brow_upper + EYES[1].brow_upper[::-1])]
    across = marks[list(FOREHEAD)]
    brow_line = np.stack([np.interp(across[:, 0], brows[:, 0], brows[:, k]) for k in (0, 1)], 1)
    brow_line[:, 1] = np.polyval(np.polyfit(across[:, 0], brow_line[:, 1], 2), across[:, 0])
    lines = [brow_line + share * (across - brow_line) for share in FOREHEAD_LINES]
    raised = {"browInnerUp": 0.7, "browOuterUpLeft": 0.25, "browOuterUpRight": 0.25}
    points = FOREHEAD + EYES[0].brow_upper + EYES[1].brow_upper
    made = [_fold(lines, DEPTH["forehead"], raised, points, mm, skin, left, chance)]
    for side, path in SMILE.items():
        smiling = {f"mouthSmile{side}": 1.0, f"cheekSquint{side}": 0.35, f"noseSneer{side}": 0.3}
        made.append(_fold([marks[list(path)]], DEPTH["smile"], smiling, path, mm, skin, left, chance))
    return tuple(made)


@dataclass(frozen=True)
class FoldPlan:
    """One group of lines in one frame."""

    area: Window
    weight: Plane  # a number, 0..1


def plan_fold(fold: Fold, screen: FloatArray, row: FloatArray, size: int) -> FoldPlan | None:
    """How much of a fold a row of coefficients (channels,) shows in a frame of `size`, and where; None for none.

    `screen` are the posed vertices (n, ≥ 2) px.
    """
    weight = float(np.clip(row @ fold.drives, 0, 1)) ** STEEP
    if weight * max(DEPTH.values()) < SHOWS_FROM:
        return None
    points = screen[list(fold.points), :2]
    area = window(points, 0.2 * float(np.ptp(points, axis=0).max()), size)
    return None if area.empty else FoldPlan(area, number(weight))


def lay_fold(on: Canvas, fold: Fold, plan: FoldPlan) -> None:
    """Draw the lines into the frame."""
    places = on.flow(plan.area)[..., :2] - on.constant(fold.window.corner)
    on.light(plan.area, 1 + plan.weight * on.sample(fold.light, places, "nothing"))


def _fold(
    lines: Sequence[FloatArray | Doubles],
    depth: float,
    drives: Mapping[str, float],
    points: tuple[int, ...],
    mm: float,
    skin: FloatArray,
    left: FloatArray,
    chance: np.random.Generator,
) -> Fold:
    area = window(np.concatenate(lines).astype(np.float32), 4 * mm, skin.shape[0])
    light = np.zeros((area.height, area.width), np.float32)
    for line in lines:
        light += _line(line - area.corner, light.shape, mm, chance)
    row = np.zeros(len(CHANNELS), np.float32)
    for name, weight in drives.items():
        row[CHANNELS.index(name)] = weight * left[CHANNELS.index(name)]
    return Fold(area, depth * light * skin[area.y0 : area.y1, area.x0 : area.x1], row, points)


def _line(path: FloatArray | Doubles, shape: tuple[int, int], mm: float, chance: np.random.Generator) -> FloatArray:
    """Light (h, w) along one line (k, 2) px: −1 in its middle, brighter beside it, faint at its ends."""
    share = np.linspace(0, 1, 24)
    knots = np.linspace(0, 1, len(path))
    curve = np.stack([np.interp(share, knots, path[:, k]) for k in (0, 1)], 1)
    curve += np.convolve(chance.normal(0, 1.2 * mm, 24), np.hanning(9) / 4, "same")[:, None] * [0.15, 0.5]
    strength = np.sin(np.pi * share) ** 0.8 * np.clip(
        0.75 + np.convolve(chance.normal(size=24), np.hanning(7) / 3, "same"), 0.2, 1
    )
    heading = np.diff(curve, axis=0, append=curve[-1:] * 2 - curve[-2:-1])
    beside = np.stack([heading[:, 1], -heading[:, 0]], 1)
    beside /= np.maximum(np.linalg.norm(beside, axis=1, keepdims=True), 1e-6)
    dark = _traced(curve, strength, shape, LINE * mm)
    lit = _traced(curve + beside * (RIDGE_AT * mm), strength, shape, RIDGE * mm)
    return np.asarray(RIDGE_LIGHT * lit - dark, np.float32)


def _traced(curve: Doubles, strength: Doubles, shape: tuple[int, int], sigma: float) -> FloatArray:
    """A soft line (h, w) through (k, 2) px of given strength, 1 at most."""
    mask = np.zeros(shape, np.float32)
    for start, end, here in zip(curve, curve[1:], strength, strict=False):
        ends = [tuple(np.round(p * 16).astype(int).tolist()) for p in (start, end)]
        segment = np.zeros(shape, np.uint8)
        cv2.line(segment, ends[0], ends[1], 255, 1, cv2.LINE_AA, 4)
        mask = np.maximum(mask, segment.astype(np.float32) / 255 * np.float32(here))
    return np.asarray(np.clip(blurred(mask, sigma) * (sigma * np.sqrt(2 * np.pi)), 0, 1), np.float32)


def _skin(rig: Rig) -> FloatArray:
    """(s, s) 1 on skin, 0 on hair and whatever else is darker or brighter."""
    bright = cv2.GaussianBlur(rig.portrait.image.astype(np.float32).mean(2), (0, 0), 1.5 * rig.head.mm)
    x, y = np.round(rig.mesh.points[list(CHEEKS)]).astype(int).clip(0, rig.portrait.size - 1).T
    usual = max(float(np.median(bright[y, x])), 1.0)
    away = np.log(np.maximum(bright, 1.0) / usual) / SKIN_SPREAD
    return np.asarray(np.exp(-(away**2) / 2), np.float32)
