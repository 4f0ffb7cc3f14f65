"""Behind the lips: upper teeth fixed to the skull, lower teeth and tongue to the jaw, dark behind."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np

from generation.portrait.rig import Rig
from generation.render.canvas import Affine, Canvas, Plane, affine, number
from generation.render.paint import Window
from generation.render.palette import Palette
from generation.render.pose import Puppet
from generation.render.sprites import DENSITY, Sprite, teeth, tongue
from generation.types import CHANNELS, FloatArray

UPPER_EDGE = 1.5  # mm of the upper incisors' edge below the line between closed lips
LOWER_EDGE = 4.4  # mm, of the lower incisors' edge with the jaw closed
PARTED_LOWER_EDGE = 1.15  # share of the gap of parted lips at which the lower edge hides behind the upper teeth
TEETH_DEPTH, LOWER_DEPTH, TONGUE_DEPTH = 6.0, 8.0, 16.0  # mm behind the lips
JAW_DROP, JAW_BACK, JAW_SIDE = 24.0, 8.0, 4.0  # mm that the lower incisors travel at full jawOpen, jawLeft
TONGUE_DROP = 0.52  # share of the jaw's drop that the resting tongue takes
TONGUE_RISE, TONGUE_REACH = 0.35, 8.0  # share of that drop, mm toward the teeth that a raised tip regains
LOWER_LIGHT = 0.86  # of the lower teeth against the upper, which catch the light
BITE = 0.5  # mm by which upper teeth sink into a lower lip that rolls in for f and v
BITE_REACH = 2.5  # mm that they are at most lowered to meet it
AXES = np.array([[0, 0], [10, 0], [0, 10]], np.float32)  # mm, three points that fix an affine map

JAW_OPEN, JAW_LEFT, JAW_RIGHT, TONGUE_UP, TONGUE_OUT, ROLL_LOWER = (
    CHANNELS.index(name) for name in ("jawOpen", "jawLeft", "jawRight", "tongueUp", "tongueOut", "mouthRollLower")
)


@dataclass(frozen=True)
class Interior:
    """Sprites and colours of one portrait's mouth."""

    upper: Sprite | None  # None where the portrait's own teeth take its place
    lower: Sprite
    tongue: Sprite  # at rest, its back lost in the dark
    tip: Sprite  # raised to the teeth, in the light
    deep: FloatArray  # (3,) colour at the back
    lower_edge: float  # mm of the lower incisors' edge below the origin with the jaw as in the portrait


def build(rig: Rig, colours: Palette, gap: float, *, parted: bool) -> Interior:
    """The inside of a mouth whose lips are `gap` mm apart in the portrait; the same portrait, the same teeth."""
    mm = rig.head.mm
    seed = crc32(rig.portrait.source_sha256.encode())
    tooth, gum = colours.tooth, colours.gum
    return Interior(
        upper=None if colours.shows_teeth else teeth("upper", tooth, gum, screen_mm=mm, seed=seed),
        lower=teeth("lower", tooth * LOWER_LIGHT, gum, screen_mm=mm, seed=seed + 1),
        tongue=tongue(colours.tongue, colours.deep, screen_mm=mm),
        tip=tongue(colours.tongue, colours.tongue, screen_mm=mm),
        deep=colours.deep,
        lower_edge=PARTED_LOWER_EDGE * gap if parted else LOWER_EDGE,
    )


@dataclass(frozen=True)
class InteriorPlan:
    """Where everything behind the lips lies in one frame."""

    tongue: Affine
    raised: Plane  # a number, how far the tip comes into the light
    lower: Affine
    upper: Affine | None


def plan(
    interior: Interior,
    puppet: Puppet,
    origin: FloatArray,
    area: Window,
    coefficients: FloatArray,
    head: FloatArray,
    lip: float,
) -> InteriorPlan:
    """Throat, tongue and both rows of teeth in a window.

    `origin` (3,) mm in the head frame is the middle of the line between the lips; the lower lip's edge lies `lip`
    mm below it.
    """
    jaw, up, out = (float(coefficients[c]) for c in (JAW_OPEN, TONGUE_UP, TONGUE_OUT))
    drop, back = JAW_DROP * jaw, JAW_BACK * jaw
    side = JAW_SIDE * float(coefficients[JAW_LEFT] - coefficients[JAW_RIGHT])
    tip = drop * (TONGUE_DROP - TONGUE_RISE * up) - 1.0 - 3.0 * up + 2.0 * out
    sunk = interior.lower_edge - LOWER_EDGE
    bite = float(coefficients[ROLL_LOWER]) * min(max(lip + BITE - UPPER_EDGE, 0.0), BITE_REACH)
    places = [
        (side, tip + sunk, TONGUE_DEPTH - TONGUE_REACH * max(up, out)),
        (side, interior.lower_edge + drop, LOWER_DEPTH + back),
        (0.0, UPPER_EDGE + bite, TEETH_DEPTH),
    ]
    tongue_at, lower_at, upper_at = skull_points(origin, puppet, head, places) - area.corner
    return InteriorPlan(
        tongue=_placed(interior.tongue, tongue_at),
        raised=number(min(max(up, out), 1.0)),
        lower=_placed(interior.lower, lower_at),
        upper=_placed(interior.upper, upper_at) if interior.upper is not None else None,
    )


def _placed(sprite: Sprite, on_screen: FloatArray) -> Affine:
    """A sprite whose own origin and axes lie at three px of the window (3, 2)."""
    return affine(on_screen, (AXES - (sprite.left, sprite.top)) * DENSITY - 0.5)


def draw(on: Canvas, interior: Interior, area: Window, where: InteriorPlan) -> Plane:
    """What is behind the lips, (…, h, w, 3), before they shade it."""
    picture = on.filled(area, interior.deep)
    lay(picture, on.warp(interior.tongue.picture, where.tongue, area))
    if on.some(where.raised):
        lay(picture, on.warp(interior.tip.picture, where.tongue, area) * where.raised[..., None])
    lay(picture, on.warp(interior.lower.picture, where.lower, area))
    if interior.upper is not None and where.upper is not None:
        lay(picture, on.warp(interior.upper.picture, where.upper, area))
    return picture


def skull_points(
    origin: FloatArray, puppet: Puppet, head: FloatArray, places: list[tuple[float, float, float]]
) -> FloatArray:
    """AXES, shifted by each of k `places` mm from the mouth's origin, on the screen (k, 3, 2)."""
    local = np.concatenate([AXES, np.zeros((3, 1), np.float32)], 1) + origin
    local = (local + np.array(places, np.float32)[:, None]).reshape(-1, 3)
    space = puppet.camera.unproject(puppet.rig.head.picture(local))
    return puppet.camera.project(puppet.turn(space, head))[:, :2].reshape(-1, 3, 2)


def lay(picture: Plane, layer: Plane) -> None:
    """Premultiplied `layer` (…, h, w, 4) over `picture` (…, h, w, 3), in place."""
    picture *= 1 - layer[..., 3:]
    picture += layer[..., :3]
