"""Behind the lips: upper teeth fixed to the skull, lower teeth and tongue to the jaw, dark behind."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import cv2
import numpy as np

from generation.portrait.rig import Rig
from generation.render.paint import Window
from generation.render.palette import Palette
from generation.render.pose import Puppet
from generation.render.sprites import DENSITY, Sprite, teeth, tongue
from generation.types import CHANNELS, FloatArray

UPPER_EDGE = 1.5  # mm of the upper incisors' edge below the line between closed lips
LOWER_EDGE = 4.4  # mm, of the lower incisors' edge with the jaw closed
OWN_LOWER_EDGE = 1.15  # share of a smile's gap at which the lower edge hides behind the upper teeth
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


def build(rig: Rig, colours: Palette, gap: float) -> Interior:
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
        lower_edge=OWN_LOWER_EDGE * gap if colours.shows_teeth else LOWER_EDGE,
    )


def draw(
    interior: Interior,
    puppet: Puppet,
    origin: FloatArray,
    area: Window,
    coefficients: FloatArray,
    head: FloatArray,
    lip: float,
) -> FloatArray:
    """Throat, tongue and both rows of teeth in a window, (h, w, 3), before the lips shade them.

    `origin` (3,) mm in the head frame is the middle of the line between the lips; the lower lip's edge lies `lip`
    mm below it.
    """
    jaw, up, out = (float(coefficients[c]) for c in (JAW_OPEN, TONGUE_UP, TONGUE_OUT))
    drop, back = JAW_DROP * jaw, JAW_BACK * jaw
    side = JAW_SIDE * float(coefficients[JAW_LEFT] - coefficients[JAW_RIGHT])
    picture = np.empty((area.height, area.width, 3), np.float32)
    picture[:] = interior.deep
    tip = drop * (TONGUE_DROP - TONGUE_RISE * up) - 1.0 - 3.0 * up + 2.0 * out
    raised = min(max(up, out), 1.0)
    sunk = interior.lower_edge - LOWER_EDGE
    at = (side, tip + sunk, TONGUE_DEPTH - TONGUE_REACH * max(up, out))
    lay(picture, _projected(interior.tongue, puppet, origin, area, head, at))
    if raised > 0:
        lay(picture, _projected(interior.tip, puppet, origin, area, head, at) * np.float32(raised))
    at = (side, interior.lower_edge + drop, LOWER_DEPTH + back)
    lay(picture, _projected(interior.lower, puppet, origin, area, head, at))
    if interior.upper is not None:
        bite = float(coefficients[ROLL_LOWER]) * np.clip(lip + BITE - UPPER_EDGE, 0, BITE_REACH)
        lay(picture, _projected(interior.upper, puppet, origin, area, head, (0.0, UPPER_EDGE + bite, TEETH_DEPTH)))
    return picture


def _projected(
    sprite: Sprite,
    puppet: Puppet,
    origin: FloatArray,
    area: Window,
    head: FloatArray,
    at: tuple[float, float, float],
) -> FloatArray:
    """A sprite with its own origin `at` mm from the mouth's, under the head's motion, (h, w, 4)."""
    texels = (AXES - (sprite.left, sprite.top)) * DENSITY - 0.5
    return warped(sprite.picture, skull_points(origin, puppet, head, at) - area.corner, texels, area)


def skull_points(
    origin: FloatArray, puppet: Puppet, head: FloatArray, at: tuple[float, float, float]
) -> FloatArray:
    """AXES, shifted by `at` mm from the mouth's origin, on the screen (3, 2)."""
    local = np.concatenate([AXES, np.zeros((3, 1), np.float32)], 1) + origin + np.array(at, np.float32)
    space = puppet.camera.unproject(puppet.rig.head.picture(local))
    turned = puppet.turn(space, head, np.ones(3, np.float32))
    return puppet.camera.project(turned)[:, :2]


def warped(picture: FloatArray, on_screen: FloatArray, texels: FloatArray, area: Window) -> FloatArray:
    """A picture through the affine map that takes three `texels` to three px `on_screen`, (h, w, c)."""
    matrix = cv2.getAffineTransform(on_screen.astype(np.float32), texels.astype(np.float32))  # screen → texels
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(picture, matrix, (area.width, area.height), flags=flags), np.float32)


def lay(picture: FloatArray, layer: FloatArray) -> None:
    """Premultiplied `layer` (h, w, 4) over `picture` (h, w, 3), in place."""
    picture *= 1 - layer[..., 3:]
    picture += layer[..., :3]
