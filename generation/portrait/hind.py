"""The side of the neck and jaw that a portrait hides: bands of skin that go back from the face's outline.

When the head turns, the side that comes nearer shows skin behind the jaw and below the ear that no picture from the
front holds. Each band leads from the outline back to the side of the neck, which stands almost still, and carries
the cheek's own texture, mirrored at the outline and darkened as it leaves the light. It is only ever seen where
nothing of the portrait itself is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generation.portrait.head import FOLDED_FROM, PIVOT_BEHIND, Head
from generation.portrait.topology import CHIN, IndexArray
from generation.types import FloatArray

# From under the ear along the jaw.
OUTLINES = ((93, 132, 58, 172, 136, 150, 149), (323, 361, 288, 397, 365, 379, 378))
ROWS = 4  # of the band between two landmarks of the outline
BACK = (0.0, 0.25, 0.5, 0.75, 1.0)  # columns, shares of the way back to the side of the neck
NECK, NECKS = 0.37, (0.3, 0.46)  # face widths from the neck's middle to its side: a usual one, least and greatest
INSET = 0.94  # of the neck's half width that a band reaches, for the neck under the jaw follows the head a little
MIRRORED = 0.16  # face widths of cheek whose texture a band shows
MARGIN = 3.5  # mm inside the outline where a band begins, so that a still head hides it
UNDER_JAW = 0.88  # of that again, below the jaw, where a neck is narrower
FADE = 0.4  # share of the outline, at its lower end, over which a band runs out below the jaw
SHADE = 0.14  # share of light lost at its back


@dataclass(frozen=True)
class Hind:
    """Both bands as one mesh behind the portrait's own."""

    vertices: FloatArray  # (n, 3) px of the picture, z away
    attributes: FloatArray  # (n, 3) where the texture is read, px of the crop, and the gain of its light
    triangles: IndexArray  # (m, 3), nearest first


def build(face: FloatArray, head: Head, matte: FloatArray) -> Hind:
    """Bands behind a face (468, 3) px; none where a portrait turned away hides that side of the outline itself."""
    half = INSET * half_neck(face, head, matte)
    outlines = [o for o in OUTLINES if abs(head.yaw) < FOLDED_FROM or head.local(face[o[0]])[0] * head.yaw < 0]
    bands = [_band(face[list(outline)], head, half) for outline in outlines]
    rows, columns = (len(OUTLINES[0]) - 1) * ROWS + 1, len(BACK)
    triangles = _strip(rows, columns)
    return Hind(
        vertices=np.concatenate([vertices for vertices, _ in bands]),
        attributes=np.concatenate([attributes for _, attributes in bands]),
        triangles=np.concatenate([triangles + k * rows * columns for k in range(len(bands))]),
    )


def _band(outline: FloatArray, head: Head, neck: float) -> tuple[FloatArray, FloatArray]:
    """Vertices and attributes (rows · columns, 3) of one band from landmarks (k, 3) px to the side of the neck."""
    place = np.linspace(0, len(outline) - 1, (len(outline) - 1) * ROWS + 1)
    edge = head.local(np.stack([np.interp(place, np.arange(len(outline)), outline[:, k]) for k in range(3)], 1))
    side, width = float(np.sign(edge[0, 0])), head.width / head.mm
    back = np.array(BACK, np.float32)[None]
    rim, down, depth = np.maximum(side * edge[:, :1] - MARGIN, 0), edge[:, 1:2] + 0 * back, edge[:, 2:]
    fade = np.clip((1 - place / place[-1]) / FADE, 0, 1)[:, None]
    out = np.minimum(neck - rim, 0) + fade * np.maximum(UNDER_JAW * neck - rim, 0)
    outwards = rim + out * back
    behind = depth + MARGIN + np.maximum(PIVOT_BEHIND * width - depth - MARGIN, 0) * back
    vertices = np.stack([side * outwards, down, behind], 2).reshape(-1, 3)
    shown = np.stack([side * (rim - MIRRORED * width * back), down, depth + 0 * back], 2).reshape(-1, 3)
    gains = np.broadcast_to(1 - SHADE * back, down.shape).reshape(-1, 1)
    attributes = np.concatenate([head.picture(shown)[:, :2], gains], 1)
    return head.picture(vertices), attributes.astype(np.float32)


def half_neck(face: FloatArray, head: Head, matte: FloatArray) -> float:
    """Millimetres from the neck's middle to its side, where the person ends beside the chin; else that of NECK."""
    width, chin = head.width / head.mm, head.local(face[[CHIN]])[0]
    steps = np.linspace(*NECKS, 40, dtype=np.float32) * width
    sides = []
    for side in (-1, 1):
        row = np.stack([side * steps, np.full_like(steps, chin[1]), np.zeros_like(steps)], 1)
        x, y = np.round(head.picture(row)[:, :2]).astype(int).clip(0, len(matte) - 1).T
        bare = np.flatnonzero(matte[y, x] < 0.5)
        sides += [float(steps[bare[0]])] if len(bare) else []
    return float(np.mean(sides)) if sides else NECK * width


def _strip(rows: int, columns: int) -> IndexArray:
    """Triangles of a grid of vertices, column by column."""
    corners = np.array(
        [[r * columns + c, r * columns + c + 1] for c in range(columns - 1) for r in range(rows - 1)]
    )
    left, right = corners.T
    upper = np.stack([left, right, left + columns], 1)
    lower = np.stack([right, right + columns, left + columns], 1)
    return np.stack([upper, lower], 1).reshape(-1, 3).astype(np.int32)
