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
from generation.render.canvas import Canvas, Plane, number
from generation.render.interior import Interior, InteriorPlan
from generation.render.lips import (
    STEPS,
    Aperture,
    LipRims,
    aperture,
    covered,
    heal_seam,
    line_corners,
    lip_rims,
    shade_interior,
)
from generation.render.own_teeth import OwnPlan, OwnTeeth, lay_own_teeth, own_teeth, plan_own_teeth
from generation.render.paint import Window, rounded, window
from generation.render.palette import palette
from generation.render.pose import Puppet
from generation.types import FloatArray

OPENS_AT, OPENS_OVER = 0.15, 0.9  # mm of new gap at which the interior begins to show, and until it does fully
OPEN_FROM = 0.02  # share of that from which it is painted
OWN_SHADE = 0.9  # mm by which the upper lip's shade on own teeth reaches further than the lower lip's
CAVITY = (0.86, 7.0)  # light in a mouth that is hardly open, mm of gap from which it falls in freely
OWN_SEAM, PARTED_SEAM = 0.3, 0.25  # mm, share of the gap: where the lips meet below the upper lip of parted ones
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
    below = OWN_SEAM if own else (PARTED_SEAM if gap > SHOWS_TEETH else 0.5) * (lower[1] - upper[1])
    return MouthLayer(
        interior=interiors.build(rig, colours, gap, parted=gap > SHOWS_TEETH),
        rims=lip_rims(rig, fine, gap, colours.tone),
        own=own,
        shut=colours.shut,
        origin=np.array([rig.local[list(MOUTH_CORNERS), 0].mean(), upper[1] + below, upper[2]], np.float32),
        gap=gap,
    )


def _gap(points: FloatArray, mm: float) -> float:
    """Millimetres between the middles of the lips, in the picture."""
    return float(np.linalg.norm(points[LIP_MIDDLE_UPPER, :2] - points[LIP_MIDDLE_LOWER, :2])) / mm


@dataclass(frozen=True)
class MouthPlan:
    """An open mouth in one frame."""

    gape: Aperture
    inside: InteriorPlan
    own: OwnPlan | None
    light: Plane  # a number, that falls in between the lips
    opened: Plane  # a number, how far the interior shows

    @property
    def area(self) -> Window:
        """The window that all of it shares."""
        return self.gape.area


def plan_mouth(
    layer: MouthLayer, puppet: Puppet, screen: FloatArray, coefficients: FloatArray, head: FloatArray
) -> MouthPlan | None:
    """Lips' rims and interior in one frame, None while shut; `screen` are the posed vertices (n, ≥ 2) px."""
    mm = puppet.rig.head.mm
    edge = rounded(screen[list(MOUTH_OPENING), :2], STEPS)
    area = window(edge, 4 + 3 * mm, puppet.rig.portrait.size)
    gap = _gap(screen, mm)
    widened = gap - layer.gap
    new_gap = gap if layer.own else widened  # a portrait's own parted lips show their own pixels
    opened = min(max((new_gap - OPENS_AT) / OPENS_OVER, 0.0), 1.0)
    if opened < OPEN_FROM or area.empty:
        return None
    middle = interiors.skull_points(layer.origin, puppet, head, [(0, 0, 0)])[0]
    lip = float(screen[LIP_MIDDLE_LOWER, 1] - middle[0, 1])
    own, (least, freely) = None, CAVITY
    if layer.own is not None:
        own = plan_own_teeth(layer.own, puppet, layer.origin, area, screen, head, gap=gap, widened=widened)
    return MouthPlan(
        gape=aperture(layer.rims, edge, area, mm, gap=gap, widened=widened),
        inside=interiors.plan(layer.interior, puppet, layer.origin, area, coefficients, head, lip / mm),
        own=own,
        light=number(least + (1 - least) * float(smoothstep(0, freely, gap))),
        opened=number(opened),
    )


def lay_mouth(on: Canvas, layer: MouthLayer, mm: float, plan: MouthPlan) -> None:
    """Paint it into the frame."""
    gape, area = plan.gape, plan.gape.area
    heal_seam(on, layer.rims, gape, mm)
    picture = interiors.draw(on, layer.interior, area, plan.inside)
    shade_interior(on, picture, gape, mm)
    picture *= plan.light[..., None]
    if layer.own is None or plan.own is None:
        line_corners(on, picture, layer.rims, gape)
        cover = covered(on, gape, layer.rims, mm)
    else:
        near_lips = on.lowered(on.blur(gape.cover, max(1.2, 2.2 * mm)), round(OWN_SHADE * mm))
        near_lips = (near_lips * 1.25).clip(0, 1)
        lay_own_teeth(on, layer.own, picture, area, plan.own, layer.shut, near_lips)
        line_corners(on, picture, layer.rims, gape, plan.own.moved)
        cover = gape.cover
    on.blend(area, picture, cover * plan.opened)
