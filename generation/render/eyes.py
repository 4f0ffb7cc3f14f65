"""Eyes: an eyeball that looks, under lids that close and lashes that sweep down with them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from generation.portrait.head import smoothstep
from generation.portrait.rig import Rig
from generation.portrait.shapes import CLOSED_BELOW
from generation.portrait.topology import EYES, EyePoints
from generation.render.canvas import Canvas, Plane, number
from generation.render.eyeball import EyeLayer, Look, aim, converged, draw, take_apart
from generation.render.lashes import Lashes, LashPlan, lashes, lay_lashes, plan_lashes
from generation.render.lids import LidPlan, LidSkin, Opening, lay_lid, lid_skin, plan_lid
from generation.render.paint import Window, filled, rounded, window
from generation.render.pose import BLINKS, OPENED, Puppet
from generation.types import FloatArray

CLEAN_AT = 5.0  # degrees of gaze at which the iris is wholly free of the lid shade it had in the portrait
WIDE_CLEANS = 2.0  # per unit of eyeWide or eyeLookUp
LID_SHADOW = 0.30  # of the upper lid on a clean eyeball; in the portrait's own pixels it is there already
BLINK_SHADOW, BLINK_DARKENS = 0.55, 0.30  # of a closing lid under its rim, and on the whole eyeball
BLINK_ROLLS = 4.0  # degrees by which an eye turns down while its lid closes over it
SHUT_BELOW = 1.5  # px between the lids below which their outline fades; a filled sliver would be a jagged line
LID_MOVES_AT = 0.05  # of a blink from which the lid is painted
OPEN_FROM = 0.02  # coverage of the opening from which the eyeball is painted
SHADE_FROM = 0.01  # shadow on the eyeball that is worth painting


@dataclass(frozen=True)
class Eyes:
    """Both eyes of one portrait."""

    layers: tuple[EyeLayer, ...]
    skin: LidSkin
    lashes: tuple[Lashes, ...]


def build(rig: Rig, puppet: Puppet, fine: FloatArray) -> Eyes:
    """Take the eyes of a portrait apart; `fine` is its picture at twice the size."""
    layers = tuple(take_apart(rig, puppet, fine, points) for points in EYES)
    rows = tuple(lashes(rig, layer.points, layer.lash, layer.lash_contrast) for layer in layers)
    return Eyes(layers, lid_skin(rig, fine, layers), rows)


@dataclass(frozen=True)
class BallPlan:
    """What is seen of an eyeball in one frame."""

    area: Window
    cover: Plane  # (h, w) 0..1 between the lids
    look: Look
    shadow: Plane  # a number, of the lid on it
    light: Plane  # a number, of the whole


@dataclass(frozen=True)
class EyePlan:
    """One eye in one frame."""

    lid: LidPlan | None = None
    ball: BallPlan | None = None
    lashes: LashPlan | None = None


def plan_eyes(
    eyes: Eyes,
    puppet: Puppet,
    screen: FloatArray,
    coefficients: FloatArray,
    head: FloatArray,
    gaze: tuple[float, float],
) -> tuple[EyePlan, ...]:
    """Both eyes in one frame; `screen` are the posed vertices (n, ≥ 2) px, `gaze` yaw and pitch in degrees."""
    mm, size = puppet.rig.head.mm, puppet.rig.portrait.size
    plans = []
    for layer, row, channel, opened in zip(eyes.layers, eyes.lashes, BLINKS, OPENED, strict=True):
        edge = rounded(screen[list(layer.points.opening), :2], 4)
        area = window(edge, 4 + 2 * mm, size)
        if layer.opening < CLOSED_BELOW or area.empty:  # closed in the portrait: its own pixels say it best
            plans.append(EyePlan())
            continue
        blink = min(max(float(coefficients[channel]), 0.0), 1.0)
        cover = filled(edge, area) * np.float32(min(1.0, _gap(screen, layer.points) / SHUT_BELOW))
        lid = ball = None
        if blink > LID_MOVES_AT:
            lid = plan_lid(layer.points, mm, screen, Opening(area, cover), blink, size)
        if cover.max() > OPEN_FROM:
            wide = float(coefficients[opened].sum())
            ball = _plan_ball(layer, puppet, Opening(area, cover), head, gaze, blink, wide)
        plans.append(EyePlan(lid, ball, plan_lashes(row, layer.points, mm, screen, blink, size)))
    return tuple(plans)


def lay_eyes(on: Canvas, eyes: Eyes, mm: float, plans: tuple[EyePlan, ...]) -> None:
    """Paint both eyes into the frame."""
    for layer, row, plan in zip(eyes.layers, eyes.lashes, plans, strict=True):
        if plan.lid:
            lay_lid(on, eyes.skin, mm, plan.lid)
        if plan.ball:
            _lay_ball(on, layer, mm, plan.ball)
        if plan.lashes:
            lay_lashes(on, row, mm, plan.lashes)


def _gap(screen: FloatArray, points: EyePoints) -> float:
    """Greatest distance between the lids, px."""
    upper, lower = screen[list(points.upper[1:-1]), :2], screen[list(points.lower[1:-1]), :2]
    return float(np.linalg.norm(upper - lower, axis=1).max())


def _plan_ball(
    layer: EyeLayer,
    puppet: Puppet,
    opening: Opening,
    head: FloatArray,
    gaze: tuple[float, float],
    blink: float,
    wide: float,
) -> BallPlan:
    """One eyeball between lids that open `wide` 0..1 more than in the portrait."""
    turned = float(smoothstep(0, CLEAN_AT, math.hypot(*gaze)))
    clean = min(max(turned + WIDE_CLEANS * wide, 0.0), 1.0)
    anchors = puppet.camera.project(puppet.turn(layer.anchors, head))
    yaw, pitch = converged(gaze, head, layer.points.side)
    shadow = max(BLINK_SHADOW * blink, LID_SHADOW * clean)
    return BallPlan(
        area=opening.window,
        cover=opening.cover,
        look=aim(layer, puppet.rig, opening.window, anchors, (yaw, pitch + BLINK_ROLLS * blink), head, clean),
        shadow=number(shadow if shadow > SHADE_FROM else 0.0),
        light=number(1 - BLINK_DARKENS * blink),
    )


def _lay_ball(on: Canvas, layer: EyeLayer, mm: float, plan: BallPlan) -> None:
    colour = draw(on, layer, plan.area, plan.look)
    if on.some(plan.shadow):
        deep = on.lowered(on.blur(plan.cover, 1.3 * mm), round(0.6 * mm))  # lids shade from above
        colour *= (1 - plan.shadow * (1 - (deep * 1.6 - 0.2).clip(0, 1)))[..., None]
    colour *= plan.light[..., None]
    on.blend(plan.area, colour, plan.cover)
