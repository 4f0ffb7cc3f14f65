"""What is seen between the lips: upper teeth fixed to the skull, lower teeth and tongue to the jaw, dark behind.

A portrait that shows its teeth keeps its own as the skull-fixed layer.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from generation.portrait.head import smoothstep
from generation.portrait.rig import Rig
from generation.portrait.topology import (
    LIP_MIDDLE_LOWER,
    LIP_MIDDLE_UPPER,
    LOWER_INNER_LIP,
    MOUTH_CORNERS,
    MOUTH_OPENING,
)
from generation.render.paint import Window, blend, blurred, filled, push_pull, rounded, window
from generation.render.palette import palette
from generation.render.pose import Puppet
from generation.render.sprites import DENSITY, Sprite, teeth, tongue
from generation.render.surface import SCALE
from generation.types import CHANNELS, FloatArray, Frame

UPPER_EDGE = 2.0  # mm of the upper incisors' edge below the line between closed lips
LOWER_EDGE = 4.0  # mm, of the lower incisors' edge with the jaw closed
OWN_LOWER_EDGE = 1.15  # share of a smile's gap at which the lower edge hides behind the upper teeth
TEETH_DEPTH, LOWER_DEPTH, TONGUE_DEPTH = 6.0, 8.0, 16.0  # mm behind the lips
JAW_DROP, JAW_BACK, JAW_SIDE = 20.0, 8.0, 4.0  # mm that the lower incisors travel at full jawOpen, jawLeft
TONGUE_DROP = 0.52  # share of the jaw's drop that the resting tongue takes
TONGUE_RISE, TONGUE_REACH = 0.35, 8.0  # share of that drop, mm toward the teeth that a raised tip regains
OPENS_AT, OPENS_OVER = 0.15, 0.9  # mm of new gap at which the interior begins to show, and until it does fully
OWN_RISE = 8.0  # mm above the opening to which own teeth continue behind the upper lip
OWN_GUMS = (1.5, 4.5)  # mm above the opening over which they turn into gums
CLOSES_FROM = 1.6  # mm of gap below which the portrait's own teeth sink into the shade of the lips
LIP_SHADE = 0.9  # mm by which the upper lip's shade reaches further than the lower lip's
LOWER_LIGHT = 0.86  # of the lower teeth against the upper, which catch the light
SHOWS_TEETH = 2.0  # mm of gap from which a portrait may show its own teeth
AXES = np.array([[0, 0], [10, 0], [0, 10]], np.float32)  # mm, three points that fix an affine map

JAW_OPEN, JAW_LEFT, JAW_RIGHT, TONGUE_UP, TONGUE_OUT = (
    CHANNELS.index(name) for name in ("jawOpen", "jawLeft", "jawRight", "tongueUp", "tongueOut")
)


@dataclass(frozen=True)
class OwnTeeth:
    """The portrait's own open mouth as a skull-fixed layer, in texels of the 2× texture."""

    window: Window
    sharp: FloatArray  # (h, w, 4) premultiplied, covers exactly the portrait's opening
    soft: FloatArray  # (h, w, 4) the same with soft edges, for lips that have moved


@dataclass(frozen=True)
class MouthLayer:
    """Sprites and colours of one portrait's mouth."""

    upper: Sprite
    lower: Sprite
    tongue: Sprite
    deep: FloatArray  # (3,) colour at the back
    shut: FloatArray  # (3,) colour between lips that nearly touch
    own: OwnTeeth | None
    origin: FloatArray  # (3,) mm in the head frame: middle of the line between the lips
    gap: float  # mm between the lips in the portrait
    lower_edge: float  # mm of the lower incisors' edge below the origin with the jaw as in the portrait


def build(rig: Rig, fine: FloatArray) -> MouthLayer:
    """Make the mouth of a portrait; `fine` is its picture at twice the size."""
    mm = rig.head.mm
    gap = _gap(rig.mesh.points, mm)
    colours = palette(rig, gap, shows_from=SHOWS_TEETH)
    own = _own_teeth(rig, fine, colours.gum) if colours.shows_teeth else None
    upper, lower = rig.local[LIP_MIDDLE_UPPER], rig.local[LIP_MIDDLE_LOWER]
    seam = upper[1] + 0.3 if own else (upper[1] + lower[1]) / 2
    return MouthLayer(
        upper=teeth("upper", colours.tooth, colours.gum, screen_mm=mm),
        lower=teeth("lower", colours.tooth * LOWER_LIGHT, colours.gum, screen_mm=mm),
        tongue=tongue(colours.tongue, screen_mm=mm),
        deep=colours.deep,
        shut=colours.shut,
        own=own,
        origin=np.array([rig.local[list(MOUTH_CORNERS), 0].mean(), seam, upper[2]], np.float32),
        gap=gap,
        lower_edge=LOWER_EDGE if own is None else OWN_LOWER_EDGE * gap,
    )


def _gap(points: FloatArray, mm: float) -> float:
    """Millimetres between the middles of the lips, in the picture."""
    return float(np.linalg.norm(points[LIP_MIDDLE_UPPER, :2] - points[LIP_MIDDLE_LOWER, :2])) / mm


def _own_teeth(rig: Rig, fine: FloatArray, gum: FloatArray) -> OwnTeeth:
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


def paint_mouth(
    frame: Frame, layer: MouthLayer, puppet: Puppet, screen: FloatArray, coefficients: FloatArray, head: FloatArray
) -> None:
    """Paint the interior into the frame in place; `screen` are the posed vertices (n, ≥ 2) px."""
    rig = puppet.rig
    mm = rig.head.mm
    edge = rounded(screen[list(MOUTH_OPENING), :2], 4)
    area = window(edge, 6, rig.portrait.size)
    if area.empty:
        return
    opening = filled(edge, area)
    gap = _gap(screen, mm)
    since = 0.0 if layer.own else layer.gap  # a portrait's own parted lips show their own pixels
    shown = opening * np.float32(np.clip((gap - since - OPENS_AT) / OPENS_OVER, 0, 1))
    if shown.max() < 0.02:
        return
    interior = _interior(layer, puppet, area, coefficients, head)
    inner = np.roll(blurred(opening, max(1.2, 2.2 * mm)), round(LIP_SHADE * mm), 0)
    near_lips = np.clip(inner * 1.25, 0, 1)
    tall = float(edge[:, 1].max() - edge[:, 1].min()) / mm
    interior *= ((0.46 + 0.54 * near_lips) * (0.78 + 0.22 * float(smoothstep(0, 6, tall))))[..., None]
    if layer.own is not None:
        _lay_own_teeth(interior, layer, layer.own, puppet, area, screen, head, gap, near_lips)
    blend(area.of(frame), interior, shown)


def _interior(
    layer: MouthLayer, puppet: Puppet, area: Window, coefficients: FloatArray, head: FloatArray
) -> FloatArray:
    """Throat, tongue and both rows of teeth, (h, w, 3), before the lips shade them."""
    jaw, up, out = (float(coefficients[c]) for c in (JAW_OPEN, TONGUE_UP, TONGUE_OUT))
    drop, back = JAW_DROP * jaw, JAW_BACK * jaw
    side = JAW_SIDE * float(coefficients[JAW_LEFT] - coefficients[JAW_RIGHT])
    picture = np.empty((area.height, area.width, 3), np.float32)
    picture[:] = layer.deep
    tip = drop * (TONGUE_DROP - TONGUE_RISE * up) - 1.0 - 3.0 * up + 2.0 * out
    tongue_depth = TONGUE_DEPTH - TONGUE_REACH * max(up, out)
    sunk = layer.lower_edge - LOWER_EDGE
    rows = [
        (layer.tongue, (side, tip + sunk, tongue_depth)),
        (layer.lower, (side, layer.lower_edge + drop, LOWER_DEPTH + back)),
    ]
    if layer.own is None:
        rows.append((layer.upper, (0.0, UPPER_EDGE, TEETH_DEPTH)))
    for sprite, at in rows:
        _lay(picture, _projected(sprite, layer, puppet, area, head, at))
    return picture


def _projected(
    sprite: Sprite,
    layer: MouthLayer,
    puppet: Puppet,
    area: Window,
    head: FloatArray,
    at: tuple[float, float, float],
) -> FloatArray:
    """A sprite with its own origin `at` mm from the mouth's, under the head's motion, (h, w, 4)."""
    on_screen = _skull_points(layer, puppet, head, at)
    texels = (AXES - (sprite.left, sprite.top)) * DENSITY - 0.5
    return _warped(sprite.picture, on_screen - area.corner, texels, area)


def _skull_points(
    layer: MouthLayer, puppet: Puppet, head: FloatArray, at: tuple[float, float, float]
) -> FloatArray:
    """AXES, shifted by `at` mm from the mouth's origin, on the screen (3, 2)."""
    local = np.concatenate([AXES, np.zeros((3, 1), np.float32)], 1) + layer.origin + np.array(at, np.float32)
    space = puppet.camera.unproject(puppet.rig.head.picture(local))
    turned = puppet.turn(space, head, np.ones(3, np.float32))
    return puppet.camera.project(turned)[:, :2]


def _warped(picture: FloatArray, on_screen: FloatArray, texels: FloatArray, area: Window) -> FloatArray:
    matrix = cv2.getAffineTransform(on_screen.astype(np.float32), texels.astype(np.float32))  # screen → texels
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(picture, matrix, (area.width, area.height), flags=flags), np.float32)


def _lay(picture: FloatArray, layer: FloatArray) -> None:
    """Premultiplied `layer` (h, w, 4) over `picture` (h, w, 3), in place."""
    picture *= 1 - layer[..., 3:]
    picture += layer[..., :3]


def _lay_own_teeth(
    interior: FloatArray,
    layer: MouthLayer,
    own: OwnTeeth,
    puppet: Puppet,
    area: Window,
    screen: FloatArray,
    head: FloatArray,
    gap: float,
    near_lips: FloatArray,
) -> None:
    """The portrait's own teeth over the interior; exact while the lips are where they were."""
    rig = puppet.rig
    still = np.zeros(6, np.float32)
    at_rest = (_skull_points(layer, puppet, still, (0, 0, 0)) + 0.5) * SCALE - 0.5 - own.window.corner
    now = _skull_points(layer, puppet, head, (0, 0, 0)) - area.corner
    moved = _lips_moved(rig, screen, gap - layer.gap)
    sprite = _warped(own.sharp, now, at_rest, area)
    if moved > 0:
        sprite = sprite * (1 - moved) + moved * _warped(own.soft, now, at_rest, area)
        sprite[..., :3] *= (1 - moved * 0.45 * (1 - np.clip(near_lips * 1.15, 0, 1)))[..., None]
    _lay(interior, sprite)
    closing = float(np.clip(1 - gap / CLOSES_FROM, 0, 1))
    if closing > 0:
        interior += closing * (np.minimum(interior, layer.shut) - interior)


def _lips_moved(rig: Rig, screen: FloatArray, widened: float) -> float:
    """0..1, how far the lower lip has left its shape in the portrait."""
    points = list(LOWER_INNER_LIP)
    now, then = screen[points, :2], rig.mesh.points[points]
    change = np.abs((now - now.mean(0)) - (then - then.mean(0))).max() / rig.head.mm
    return float(np.clip((change + abs(widened)) / 1.5 - 0.1, 0, 1))
