"""The side of the neck and jaw that a portrait hides: bands of skin that go back from the face's outline.

When the head turns, the side that comes nearer shows skin behind the jaw and below the ear that no picture from the
front holds. Each band continues the outline backwards and carries the cheek's own texture, mirrored at the outline
and darkened as it leaves the light. It is only ever seen where nothing of the portrait itself is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generation.portrait.head import FOLDED_FROM, Head
from generation.portrait.topology import OVAL, IndexArray
from generation.types import FloatArray

OUTLINES = ((93, 132, 58, 172, 136, 150), (323, 361, 288, 397, 365, 379))  # from under the ear along the jaw
ROWS = 4  # of the band between two landmarks of the outline
BACK = (0.0, 0.25, 0.5, 0.75, 1.0)  # columns, shares of DEPTH
DEPTH = 0.42  # face widths that a band reaches back
NARROWING = 0.02  # face widths by which the neck there is narrower than the outline
MIRRORED = 0.16  # face widths of cheek whose texture a band shows
MARGIN = 3.5  # mm inside the outline where a band begins, so that a still head hides it
SHADE = 0.22  # share of light lost at its back
FADE = 0.22  # share of the outline, at its lower end, over which a band runs out


@dataclass(frozen=True)
class Hind:
    """Both bands as one mesh behind the portrait's own."""

    vertices: FloatArray  # (n, 3) px of the picture, z away
    attributes: FloatArray  # (n, 3) where the texture is read, px of the crop, and the gain of its light
    triangles: IndexArray  # (m, 3), nearest first


def build(face: FloatArray, head: Head) -> Hind:
    """Bands behind a face (468, 3) px; none where a portrait turned away hides that side of the outline itself."""
    centre = face[list(OVAL)].mean(0)
    outlines = [o for o in OUTLINES if abs(head.yaw) < FOLDED_FROM or head.local(face[o[0]])[0] * head.yaw < 0]
    bands = [_band(face[list(outline)], centre, head) for outline in outlines]
    rows, columns = (len(OUTLINES[0]) - 1) * ROWS + 1, len(BACK)
    triangles = _strip(rows, columns)
    return Hind(
        vertices=np.concatenate([vertices for vertices, _ in bands]),
        attributes=np.concatenate([attributes for _, attributes in bands]),
        triangles=np.concatenate([triangles + k * rows * columns for k in range(len(bands))]),
    )


def _band(outline: FloatArray, centre: FloatArray, head: Head) -> tuple[FloatArray, FloatArray]:
    """Vertices and attributes (rows · columns, 3) of one band along landmarks (k, 3) px."""
    place = np.linspace(0, len(outline) - 1, (len(outline) - 1) * ROWS + 1)
    edge = np.stack([np.interp(place, np.arange(len(outline)), outline[:, k]) for k in range(3)], 1)
    along = np.gradient(edge[:, :2], axis=0)
    inward = np.stack([-along[:, 1], along[:, 0]], 1) / np.linalg.norm(along, axis=1, keepdims=True)
    inward *= np.sign(((centre[:2] - edge[:, :2]) * inward).sum(1, keepdims=True))
    back = np.array(BACK, np.float32)[None, :, None]
    reach = np.clip((1 - place / place[-1]) / FADE, 0, 1)[:, None, None] * head.width
    inset = MARGIN * head.mm
    positions = edge[:, None, :2] + inward[:, None] * (inset + NARROWING * back**2 * reach)
    depths = edge[:, None, 2:] + inset + DEPTH * back * reach
    texture = edge[:, None, :2] + inward[:, None] * (inset + MIRRORED * back * reach)
    gains = np.broadcast_to(1 - SHADE * back, depths.shape)
    vertices = np.concatenate([positions, depths], 2).reshape(-1, 3)
    attributes = np.concatenate([texture, gains], 2).reshape(-1, 3)
    return vertices.astype(np.float32), attributes.astype(np.float32)


def _strip(rows: int, columns: int) -> IndexArray:
    """Triangles of a grid of vertices, column by column."""
    corners = np.array(
        [[r * columns + c, r * columns + c + 1] for c in range(columns - 1) for r in range(rows - 1)]
    )
    left, right = corners.T
    upper = np.stack([left, right, left + columns], 1)
    lower = np.stack([right, right + columns, left + columns], 1)
    return np.stack([upper, lower], 1).reshape(-1, 3).astype(np.int32)
