"""From 468 landmarks to a mesh over the whole crop and beyond its border."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from scipy.spatial import Delaunay

from generation.portrait.topology import FACE_POINTS, OVAL, IndexArray, hole_triangles, skin_triangles
from generation.types import FloatArray

RINGS = (1.10, 1.24, 1.42)  # the oval enlarged about its centre: dense points where hair, ears and neck shear
GRID_STEP = 20 / 512  # share of the crop, between points of the outer grid
OVERHANG = 40 / 512  # share of the crop, how far the mesh reaches past the border
CLEARANCE = 9 / 512  # share of the crop, least distance of a grid point to points already taken


@dataclass(frozen=True)
class Mesh:
    """Vertices 0..467 are mediapipe's landmarks, the rest lie outside the face."""

    points: FloatArray  # (n, 2) px of the crop
    triangles: IndexArray  # (m, 3) of skin, hair, neck and background
    fills: IndexArray  # (h, 3) that close the eyes and the mouth
    outside: FloatArray  # (n,) px from the oval, 0 within the face

    def __len__(self) -> int:
        return len(self.points)


def build(landmarks: FloatArray, size: int) -> Mesh:
    """Mesh of a crop of `size` px around landmarks (≥ 468, ≥ 2) in px."""
    face = landmarks[:FACE_POINTS, :2]
    oval = face[list(OVAL)]
    outer = _outer_points(oval, size)
    ground = np.concatenate([oval, outer])
    simplices = Delaunay(ground).simplices
    names = np.concatenate([np.array(OVAL), FACE_POINTS + np.arange(len(outer))])
    beyond = signed_distance(ground[simplices].mean(1), oval) < 0
    outside = np.concatenate([np.zeros(FACE_POINTS), -signed_distance(outer, oval)])
    return Mesh(
        points=np.concatenate([face, outer]).astype(np.float32),
        triangles=np.concatenate([skin_triangles(), names[simplices[beyond]]]).astype(np.int32),
        fills=hole_triangles(),
        outside=outside.astype(np.float32),
    )


def signed_distance(points: npt.NDArray[np.floating], polygon: FloatArray) -> FloatArray:
    """Distance in px of each point (n, 2) to a closed polygon, positive inside."""
    contour = polygon.reshape(-1, 1, 2).astype(np.float32)
    return np.array([cv2.pointPolygonTest(contour, (float(x), float(y)), True) for x, y in points], np.float32)


def _outer_points(oval: FloatArray, size: int) -> FloatArray:
    """Rings about the face, then a grid wherever they leave room, (k, 2)."""
    centre = oval.mean(0)
    rings = np.concatenate([centre + (oval - centre) * k for k in RINGS])
    reach = OVERHANG * size
    line = np.linspace(-reach, size + reach, round((size + 2 * reach) / (GRID_STEP * size)))
    grid = np.stack(np.meshgrid(line, line), -1).reshape(-1, 2)
    taken = rings[_clear_of_oval(rings, oval)]
    free = grid[_clear_of_oval(grid, oval)]
    gaps = np.linalg.norm(free[:, None] - taken[None], axis=2).min(1)
    return np.concatenate([taken, free[gaps > CLEARANCE * size]]).astype(np.float32)


def _clear_of_oval(points: npt.NDArray[np.floating], oval: FloatArray) -> npt.NDArray[np.bool_]:
    """True outside the face and outside the diametral circles of its edges, so that Delaunay keeps those edges."""
    following = np.roll(oval, -1, 0)
    middles, radii = (oval + following) / 2, np.linalg.norm(oval - following, axis=1) / 2
    encroaches = (np.linalg.norm(points[:, None] - middles[None], axis=2) < radii[None] + 1).any(1)
    result: npt.NDArray[np.bool_] = (signed_distance(points, oval) < -6) & ~encroaches
    return result
