"""The mouth: lips that part without their seam, and what is seen between them.

A portrait that shows its teeth keeps its own, fixed to the skull, and its own rims.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generation.portrait.head import smoothstep
from generation.portrait.rig import Rig
from generation.portrait.topology import LIP_MIDDLE_LOWER, LIP_MIDDLE_UPPER, MOUTH_CORNERS, MOUTH_OPENING
from generation.render import interior as interiors
from generation.render.interior import Interior
from generation.render.lips import (
    STEPS,
    LipRims,
    aperture,
    covered,
    heal_seam,
    line_corners,
    lip_rims,
    shade_interior,
)
from generation.render.own_teeth import OwnTeeth, lay_own_teeth, own_teeth
from generation.render.paint import blend, blurred, rounded, window
from generation.render.palette import palette
from generation.render.pose import Puppet
from generation.types import FloatArray, Frame

OPENS_AT, OPENS_OVER = 0.15, 0.9  # mm of new gap at which the interior begins to show, and until it does fully
OWN_SHADE = 0.9  # mm by which the upper lip's shade on own teeth reaches further than the lower lip's
CAVITY = (0.86, 7.0)  # light in a mouth that is hardly open, mm of gap from which it falls in freely
SHOWS_TEETH = 2.0  # mm of gap from which a portrait may show its own teeth


@dataclass(frozen=True)
class MouthLayer:
    """One portrait's mouth, taken apart."""

    interior: Interior
    rims: LipRims
    own: OwnTeeth | None
    shut: FloatArray  # (3,) colour between lips that nearly touch
    origin: FloatArray  # (3,) mm in the head frame: middle of the line between the lips
    gap: float  # mm between the lips in the portrait


def build(rig: Rig, fine: FloatArray) -> MouthLayer:
    """Make the mouth of a portrait; `fine` is its picture at twice the size."""
    gap = _gap(rig.mesh.points, rig.head.mm)
    colours = palette(rig, gap, shows_from=SHOWS_TEETH)
    own = own_teeth(rig, fine, colours.gum) if colours.shows_teeth else None
    upper, lower = rig.local[LIP_MIDDLE_UPPER], rig.local[LIP_MIDDLE_LOWER]
    seam = upper[1] + 0.3 if own else (upper[1] + lower[1]) / 2
    return MouthLayer(
        interior=interiors.build(rig, colours, gap),
        rims=lip_rims(rig, fine, gap, colours.tone),
        own=own,
        shut=colours.shut,
        origin=np.array([rig.local[list(MOUTH_CORNERS), 0].mean(), seam, upper[2]], np.float32),
        gap=gap,
    )


def _gap(points: FloatArray, mm: float) -> float:
    """Millimetres between the middles of the lips, in the picture."""
    return float(np.linalg.norm(points[LIP_MIDDLE_UPPER, :2] - points[LIP_MIDDLE_LOWER, :2])) / mm


def paint_mouth(
    frame: Frame,
    flow: FloatArray,
    layer: MouthLayer,
    puppet: Puppet,
    screen: FloatArray,
    coefficients: FloatArray,
    head: FloatArray,
) -> None:
    """Paint lips' rims and the interior into the frame in place.

    `flow` (s, s, 3) is where the frame's px come from in the portrait and how the light on them changed; `screen`
    are the posed vertices (n, ≥ 2) px.
    """
    rig = puppet.rig
    mm = rig.head.mm
    edge = rounded(screen[list(MOUTH_OPENING), :2], STEPS)
    area = window(edge, 4 + 3 * mm, rig.portrait.size)
    if area.empty:
        return
    gap = _gap(screen, mm)
    widened = gap - layer.gap
    new_gap = gap if layer.own else widened  # a portrait's own parted lips show their own pixels
    opened = float(np.clip((new_gap - OPENS_AT) / OPENS_OVER, 0, 1))
    if opened < 0.02:
        return
    gape = aperture(screen, area, edge, mm)
    heal_seam(frame, flow, area, layer.rims, gape, widened, mm)
    lip = float(screen[LIP_MIDDLE_LOWER, 1] - interiors.skull_points(layer.origin, puppet, head, (0, 0, 0))[0, 1])
    picture = interiors.draw(layer.interior, puppet, layer.origin, area, coefficients, head, lip / mm)
    shade_interior(picture, gape)
    least, freely = CAVITY
    picture *= least + (1 - least) * float(smoothstep(0, freely, gap))
    if layer.own is None:
        line_corners(picture, layer.rims, gape)
        cover = covered(gape, layer.rims, gap, mm)
    else:
        near_lips = np.roll(blurred(gape.cover, max(1.2, 2.2 * mm)), round(OWN_SHADE * mm), 0)
        lay_own_teeth(
            picture, layer.own, puppet, layer.origin, area, screen, head,
            gap=gap, widened=widened, shut=layer.shut, near_lips=np.clip(near_lips * 1.25, 0, 1),
        )  # fmt: skip
        cover = gape.cover
    blend(area.of(frame), picture, cover * np.float32(opened))
