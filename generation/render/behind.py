"""Shows the bands of `portrait/hind.py` wherever a turned head would let the background through beside its jaw."""

from __future__ import annotations

import cv2
import numpy as np
from numba import njit

from generation.portrait.hind import Hind
from generation.portrait.matte import hull
from generation.portrait.topology import OVAL, IndexArray
from generation.render.pose import Puppet
from generation.types import FloatArray, Portrait

THIN = np.float32(0.96)  # matte below which some background shines through
RIM = 2.5 / 512  # of the side; so far inside the outline, light from the background may still tint the skin
LIKE_BACKGROUND = 20  # levels in every channel by which the person hardly ever equals what lies behind
LIGHT = 70.0  # level of a background that is surely no dark hair


def solid(portrait: Portrait) -> FloatArray:
    """The matte (s, s) without its rim and without light background that it took for the person: where it stays 1,
    a pixel surely shows nothing else."""
    apart = np.abs(portrait.image.astype(np.int16) - portrait.plate).max(2)
    mistaken = (
        (apart < LIKE_BACKGROUND) & (portrait.plate.mean(2) > LIGHT) & (hull(portrait.face, portrait.size) < 0.5)
    )
    side = 2 * round(RIM * portrait.size) + 1
    sure = np.where(mistaken, 0, portrait.matte).astype(np.float32)
    return np.asarray(cv2.erode(sure, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))), np.float32)


def show_behind(
    flow: FloatArray, matte: FloatArray, hind: Hind, puppet: Puppet, head: FloatArray, gains: FloatArray
) -> None:
    """Let `flow` (h, w, 3) read the bands' texture where it now reads background in the `solid` matte (h, w).

    `gains` are those of the mesh under the head's turn (6,); the bands share the light of the outline.
    """
    rest = puppet.camera.unproject(hind.vertices)
    screen = puppet.camera.project(puppet.turn(rest, head))
    attributes = hind.attributes.copy()
    attributes[:, 2] *= gains[list(OVAL)].mean()
    _fill(screen, attributes, hind.triangles, matte, flow)


@njit(cache=True, nogil=True, fastmath=True)  # type: ignore[untyped-decorator]
def _fill(
    xyz: FloatArray, attributes: FloatArray, triangles: IndexArray, matte: FloatArray, flow: FloatArray
) -> None:
    """Rasterise `triangles` of `xyz` (n, 3), first come first shown, into pixels whose flow reads no person."""
    height, width = matte.shape
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ax, ay, bx, by, cx, cy = xyz[a, 0], xyz[a, 1], xyz[b, 0], xyz[b, 1], xyz[c, 0], xyz[c, 1]
        area = (by - cy) * (ax - cx) + (cx - bx) * (ay - cy)
        if abs(area) < 1e-6:
            continue
        for y in range(max(int(np.ceil(min(ay, by, cy))), 0), min(int(max(ay, by, cy)), height - 1) + 1):
            for x in range(max(int(np.ceil(min(ax, bx, cx))), 0), min(int(max(ax, bx, cx)), width - 1) + 1):
                in_a = ((by - cy) * (x - cx) + (cx - bx) * (y - cy)) / area
                in_b = ((cy - ay) * (x - cx) + (ax - cx) * (y - cy)) / area
                in_c = 1 - in_a - in_b
                if min(in_a, in_b, in_c) < -1e-4:
                    continue
                u = min(max(int(flow[y, x, 0] + 0.5), 0), width - 1)
                v = min(max(int(flow[y, x, 1] + 0.5), 0), height - 1)
                if matte[v, u] >= THIN:
                    continue
                for k in range(3):
                    flow[y, x, k] = in_a * attributes[a, k] + in_b * attributes[b, k] + in_c * attributes[c, k]
