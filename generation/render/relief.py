"""Where a turn stretches the side of a face, calm colour instead of streaks.

What lies in front of the ears is seen edge-on in a portrait: a few pixels that a turned head spreads over many, and
among them slivers of background between hair and cheek. There a copy of the portrait is laid over whose slivers are
filled in from what surrounds them, and whose detail is a little softened.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from generation.portrait.head import smoothstep
from generation.portrait.inpaint import push_pull
from generation.portrait.rig import Rig
from generation.portrait.topology import OVAL
from generation.render.behind import solid
from generation.render.canvas import Canvas, Plane, number
from generation.render.paint import Window, window
from generation.render.pose import Puppet
from generation.types import FloatArray

INSIDE, OUTSIDE = 0.01, 0.13  # face widths from the oval between which its rim is laid over
FROM, TO = -0.20, 0.42  # face heights below the line between the ears, likewise
SOFT = 0.04  # face widths, face heights over which it ends
SMOOTH = 0.008  # face widths of blur
SURE = 0.96  # of the matte, from which a pixel is the person's alone
TURNED = (5.0, 18.0)  # degrees toward the other side from which the rim is laid over, and at which wholly


@dataclass(frozen=True)
class Side:
    """One side of a face, calmed."""

    sign: int  # of the yaw that brings it nearer: 1 for the side on the picture's left
    window: Window  # px of the crop
    picture: FloatArray  # (h, w, 3)
    share: FloatArray  # (h, w) 0..1, by how much it may be laid over
    points: tuple[int, ...]  # vertices around it, which tell where it is on the screen


@dataclass(frozen=True)
class SidePlan:
    """One side in one frame."""

    area: Window
    weight: Plane  # a number, 0..1


def sides(rig: Rig) -> tuple[Side, ...]:
    """Both sides of a portrait; one that hides behind the cheek of a turned face is small."""
    portrait, head = rig.portrait, rig.head
    share = _rim(rig) * portrait.matte
    known = (solid(portrait) >= SURE).astype(np.float32)
    filled = push_pull(portrait.image.astype(np.float32), known)
    filled = np.asarray(cv2.GaussianBlur(filled, (0, 0), SMOOTH * head.width), np.float32)
    x, y = np.round(rig.mesh.points).astype(int).clip(0, portrait.size - 1).T
    near = cv2.dilate(share, np.ones((3, 3)), iterations=round(SOFT * head.width))[y, x] > 0
    made = []
    for sign in (1, -1):
        points = np.flatnonzero(near & (rig.local[:, 0] * sign < 0))
        if len(points):
            area = window(rig.mesh.points[points], 0, portrait.size)
            here = slice(area.y0, area.y1), slice(area.x0, area.x1)
            made.append(Side(sign, area, filled[here].copy(), share[here].copy(), tuple(points.tolist())))
    return tuple(made)


def plan_side(side: Side, puppet: Puppet, screen: FloatArray, head: FloatArray) -> SidePlan | None:
    """How much of a side a head turned by `head` (6,) needs, and where; None for none.

    `screen` are the posed vertices (n, ≥ 2) px.
    """
    turned = float(np.degrees(np.arcsin(np.clip(puppet.rotation(head)[2, 0], -1, 1)))) * side.sign
    weight = float(smoothstep(*TURNED, turned))
    area = window(screen[list(side.points), :2], 1, puppet.rig.portrait.size)
    return None if weight <= 0 or area.empty else SidePlan(area, number(weight))


def lay_side(on: Canvas, side: Side, plan: SidePlan) -> None:
    """Lay the calm copy over the stretched skin, in its light."""
    flow = on.flow(plan.area)
    places = flow[..., :2] - on.constant(side.window.corner)
    colour = on.sample(side.picture, places, "edge") * flow[..., 2:]
    on.blend(plan.area, colour, plan.weight * on.sample(side.share, places, "nothing"))


def _rim(rig: Rig) -> FloatArray:
    """(s, s) 1 beside the face from the temples to the jaw, 0 elsewhere."""
    size, head = rig.portrait.size, rig.head
    inner = np.zeros((size, size), np.uint8)
    cv2.fillPoly(inner, [np.round(rig.mesh.points[list(OVAL)]).astype(np.int32)], 1)
    away, within = (cv2.distanceTransform(part, cv2.DIST_L2, 5) for part in (1 - inner, inner))
    outside = (away - within) / head.width
    rim = smoothstep(-INSIDE - SOFT, -INSIDE, outside) * (1 - smoothstep(OUTSIDE - SOFT, OUTSIDE, outside))
    rows, columns = np.mgrid[:size, :size].astype(np.float32)
    down = head.axes[:2, 1] / head.height
    below = (columns - head.origin[0]) * down[0] + (rows - head.origin[1]) * down[1]
    rim *= smoothstep(FROM - SOFT, FROM + SOFT, below) * (1 - smoothstep(TO - SOFT, TO + SOFT, below))
    return np.asarray(rim, np.float32)
