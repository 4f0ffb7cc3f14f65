"""The teeth of a portrait that shows its own: cut out once, then fixed to the skull behind moving lips."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from generation.portrait.head import smoothstep
from generation.portrait.rig import Rig
from generation.portrait.topology import LOWER_INNER_LIP, MOUTH_OPENING
from generation.render.canvas import Affine, Canvas, Plane, affine, number
from generation.render.interior import lay, skull_points
from generation.render.paint import Window, blurred, filled, push_pull, rounded, window
from generation.render.pose import Puppet
from generation.render.surface import SCALE
from generation.types import FloatArray

OWN_RISE = 8.0  # mm above the opening to which own teeth continue behind the upper lip
OWN_GUMS = (1.5, 4.5)  # mm above the opening over which they turn into gums
RIM_SHADE = 0.6  # of the lips' shade on own teeth beside moved lips; it is warm, as all light between lips
CLOSES_FROM, CLOSED_AT = 2.2, 0.9  # mm of gap over which own teeth sink into the shade of the lips


@dataclass(frozen=True)
class OwnTeeth:
    """The portrait's own open mouth as a skull-fixed layer, in texels of the 2× texture."""

    window: Window
    sharp: FloatArray  # (h, w, 4) premultiplied, covers exactly the portrait's opening
    soft: FloatArray  # (h, w, 4) the same with soft edges, for lips that have moved


def own_teeth(rig: Rig, fine: FloatArray, gum: FloatArray) -> OwnTeeth:
    """Cut the portrait's open mouth out and continue it upwards behind the upper lip."""
    outline = (rig.mesh.points[list(MOUTH_OPENING)] + 0.5) * SCALE - 0.5
    unit = rig.head.mm * SCALE
    area = window(outline, 8 * unit, fine.shape[0])
    patch = fine[area.y0 : area.y1, area.x0 : area.x1]
    hole = filled(rounded(outline, 4), area)
    core = cv2.erode((hole > 0.95).astype(np.uint8), np.ones((5, 5), np.uint8))
    beyond = push_pull(patch, core.astype(np.float32)) if core.sum() > 40 else patch
    seen = cv2.dilate((hole > 0.02).astype(np.uint8), np.ones((5, 5), np.uint8)).astype(np.float32)
    reach = int(OWN_RISE * unit)
    up = np.zeros((2 * reach + 1, 1), np.uint8)
    up[reach:] = 1  # a texel is covered when the hole lies below it
    raised = cv2.dilate(hole, up)
    above = cv2.distanceTransform((hole < 0.5).astype(np.uint8), cv2.DIST_L2, 5) / unit
    gums = smoothstep(*OWN_GUMS, above)[..., None]
    picture = np.where(seen[..., None] > 0, patch, beyond * (1 - gums) + gum * gums)
    alpha = np.maximum(blurred(raised, 1.6), seen)
    soft = np.clip(blurred(cv2.erode(alpha, np.ones((5, 5), np.uint8)), 1.6 * rig.head.mm), 0, 1)
    return OwnTeeth(area, _premultiplied(picture, alpha), _premultiplied(picture, soft))


def _premultiplied(picture: FloatArray, alpha: FloatArray) -> FloatArray:
    return np.concatenate([picture * alpha[..., None], alpha[..., None]], 2).astype(np.float32)


@dataclass(frozen=True)
class OwnPlan:
    """The portrait's own teeth in one frame."""

    where: Affine
    moved: Plane  # a number 0..1, how far the lips have left their shape
    closing: Plane  # a number 0..1, how far the lips' shade swallows the teeth


def plan_own_teeth(
    own: OwnTeeth,
    puppet: Puppet,
    origin: FloatArray,
    area: Window,
    screen: FloatArray,
    head: FloatArray,
    *,
    gap: float,
    widened: float,
) -> OwnPlan:
    """The lips are `gap` mm apart, `widened` more than in the portrait."""
    still = np.zeros(6, np.float32)
    at_rest = (skull_points(origin, puppet, still, [(0, 0, 0)])[0] + 0.5) * SCALE - 0.5 - own.window.corner
    return OwnPlan(
        where=affine(skull_points(origin, puppet, head, [(0, 0, 0)])[0] - area.corner, at_rest),
        moved=number(_lips_moved(puppet.rig, screen, widened)),
        closing=number(min(max((CLOSES_FROM - gap) / (CLOSES_FROM - CLOSED_AT), 0.0), 1.0)),
    )


def lay_own_teeth(
    on: Canvas, own: OwnTeeth, interior: Plane, area: Window, plan: OwnPlan, shut: FloatArray, near_lips: Plane
) -> None:
    """The portrait's own teeth over the interior (…, h, w, 3), in place; exact while the lips are where they were.

    `near_lips` (…, h, w) falls toward the rims; between lips that nearly touch it is `shut` (3,).
    """
    sprite = on.warp(own.sharp, plan.where, area)
    if on.some(plan.moved):
        sprite = sprite * (1 - plan.moved)[..., None] + plan.moved[..., None] * on.warp(own.soft, plan.where, area)
        shaded = plan.moved * RIM_SHADE * (1 - (near_lips * 1.15).clip(0, 1))
        shade = on.minimum(sprite[..., :3], on.constant(shut) * sprite[..., 3:])
        sprite[..., :3] += shaded[..., None] * (shade - sprite[..., :3])
    lay(interior, sprite)
    if on.some(plan.closing):
        interior += plan.closing[..., None] * (on.constant(shut) - interior)


def _lips_moved(rig: Rig, screen: FloatArray, widened: float) -> float:
    """0..1, how far the lower lip has left its shape in the portrait."""
    points = list(LOWER_INNER_LIP)
    now, then = screen[points, :2], rig.mesh.points[points]
    change = np.abs((now - now.mean(0)) - (then - then.mean(0))).max() / rig.head.mm
    return float(np.clip((change + abs(widened)) / 1.5 - 0.1, 0, 1))
