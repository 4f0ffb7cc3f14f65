"""Eyes: an eyeball that looks, under lids that close and lashes that sweep down with them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generation.portrait.head import smoothstep
from generation.portrait.rig import Rig
from generation.portrait.shapes import CLOSED_BELOW
from generation.portrait.topology import EYES, EyePoints
from generation.render.eyeball import EyeLayer, converged, look, take_apart
from generation.render.lashes import Lashes, lashes, paint_lashes
from generation.render.lids import LidSkin, Opening, lid_skin, paint_lid
from generation.render.paint import blend, blurred, filled, rounded, window
from generation.render.pose import BLINKS, OPENED, Puppet
from generation.types import FloatArray, Frame

CLEAN_AT = 5.0  # degrees of gaze at which the iris is wholly free of the lid shade it had in the portrait
WIDE_CLEANS = 2.0  # per unit of eyeWide or eyeLookUp
LID_SHADOW = 0.30  # of the upper lid on a clean eyeball; in the portrait's own pixels it is there already
BLINK_SHADOW, BLINK_DARKENS = 0.55, 0.30  # of a closing lid under its rim, and on the whole eyeball
BLINK_ROLLS = 4.0  # degrees by which an eye turns down while its lid closes over it
SHUT_BELOW = 1.5  # px between the lids below which their outline fades; a filled sliver would be a jagged line
LID_MOVES_AT = 0.05  # of a blink from which the lid is painted


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


def paint_eyes(
    frame: Frame,
    flow: FloatArray,
    eyes: Eyes,
    puppet: Puppet,
    screen: FloatArray,
    coefficients: FloatArray,
    head: FloatArray,
    gaze: tuple[float, float],
) -> None:
    """Paint both eyes into the frame in place.

    `flow` (s, s, 3) is where the frame's px come from in the portrait and how the light on them changed; `screen`
    are the posed vertices (n, ≥ 2) px, `gaze` yaw and pitch in degrees.
    """
    rig = puppet.rig
    mm, size = rig.head.mm, rig.portrait.size
    for layer, row, channel, opened in zip(eyes.layers, eyes.lashes, BLINKS, OPENED, strict=True):
        if layer.opening < CLOSED_BELOW:
            continue  # closed in the portrait: its own pixels say it best
        blink = float(np.clip(coefficients[channel], 0, 1))
        edge = rounded(screen[list(layer.points.opening), :2], 4)
        area = window(edge, 4 + 2 * mm, size)
        if area.empty:
            continue
        opening = filled(edge, area) * np.float32(min(1.0, _gap(screen, layer.points) / SHUT_BELOW))
        if blink > LID_MOVES_AT:
            paint_lid(frame, flow, layer.points, eyes.skin, mm, screen, Opening(area, opening), blink)
        if opening.max() > 0.02:
            wide = float(coefficients[opened].sum())
            _paint_eyeball(frame, layer, puppet, Opening(area, opening), head, gaze, blink, wide)
        paint_lashes(frame, row, layer.points, mm, screen, blink)


def _gap(screen: FloatArray, points: EyePoints) -> float:
    """Greatest distance between the lids, px."""
    upper, lower = screen[list(points.upper[1:-1]), :2], screen[list(points.lower[1:-1]), :2]
    return float(np.linalg.norm(upper - lower, axis=1).max())


def _paint_eyeball(
    frame: Frame,
    layer: EyeLayer,
    puppet: Puppet,
    opening: Opening,
    head: FloatArray,
    gaze: tuple[float, float],
    blink: float,
    wide: float,
) -> None:
    """What is seen of one eyeball between lids that open `wide` 0..1 more than in the portrait."""
    mm = puppet.rig.head.mm
    area, cover = opening.window, opening.cover
    clean = float(np.clip(smoothstep(0, CLEAN_AT, float(np.hypot(*gaze))) + WIDE_CLEANS * wide, 0, 1))
    anchors = puppet.camera.project(puppet.turn(layer.anchors, head, np.ones(3, np.float32)))
    yaw, pitch = converged(gaze, head, layer.points.side)
    colour = look(layer, puppet.rig, area, anchors, (yaw, pitch + BLINK_ROLLS * blink), head, clean)
    shadow = max(BLINK_SHADOW * blink, LID_SHADOW * clean)
    if shadow > 0.01:
        deep = np.roll(blurred(cover, 1.3 * mm), round(0.6 * mm), 0)  # lids shade from above
        colour *= (1 - shadow * (1 - np.clip(deep * 1.6 - 0.2, 0, 1)))[..., None]
    colour *= np.float32(1 - BLINK_DARKENS * blink)
    blend(area.of(frame), colour, cover)
