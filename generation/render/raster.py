"""Compiled inner loops: triangles to a flow of texture positions, and the flow to a picture.

Both functions release the GIL, so that frames can be painted side by side in threads.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from generation.portrait.topology import IndexArray
from generation.types import FloatArray, Frame

FAR = np.float32(1e9)  # px, behind everything
EDGE_JUMP = np.float32(4.0)  # px of the crop between neighbours; a smooth mesh seldom squeezes that much
SEAM = 1e-4  # barycentric slack, so that neighbours leave no crack


@njit(cache=True, nogil=True, fastmath=True)  # type: ignore[untyped-decorator]
def rasterise(
    xyz: FloatArray, attributes: FloatArray, triangles: IndexArray, depth: FloatArray, flow: FloatArray
) -> None:
    """Fill `flow` (h, w, 3) with the nearest triangle's interpolated `attributes` (n, 3); uses `depth` (h, w).

    `xyz` (n, 3) are px of the screen, z away. Pixels that no triangle covers keep their last flow.
    """
    height, width = depth.shape
    depth[:] = FAR
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ax, ay, bx, by, cx, cy = xyz[a, 0], xyz[a, 1], xyz[b, 0], xyz[b, 1], xyz[c, 0], xyz[c, 1]
        area = (by - cy) * (ax - cx) + (cx - bx) * (ay - cy)
        if abs(area) < 1e-6:
            continue
        # Barycentric weights are linear in x and y; each bounds the span of a row from one side.
        fx0, fy0 = (by - cy) / area, (cx - bx) / area
        fx1, fy1 = (cy - ay) / area, (ax - cx) / area
        top = max(int(np.ceil(min(ay, by, cy) - 1e-3)), 0)
        bottom = min(int(np.floor(max(ay, by, cy) + 1e-3)), height - 1)
        left = max(int(np.ceil(min(ax, bx, cx) - 1e-3)), 0)
        right = min(int(np.floor(max(ax, bx, cx) + 1e-3)), width - 1)
        za, zb, zc = xyz[a, 2], xyz[b, 2], xyz[c, 2]
        for y in range(top, bottom + 1):
            w0 = fx0 * (left - cx) + fy0 * (y - cy)
            w1 = fx1 * (left - cx) + fy1 * (y - cy)
            for x in range(left, right + 1):
                w2 = 1.0 - w0 - w1
                if w0 >= -SEAM and w1 >= -SEAM and w2 >= -SEAM:
                    z = w0 * za + w1 * zb + w2 * zc
                    if z < depth[y, x]:
                        depth[y, x] = z
                        for k in range(3):
                            flow[y, x, k] = w0 * attributes[a, k] + w1 * attributes[b, k] + w2 * attributes[c, k]
                w0 += fx0
                w1 += fx1


@njit(cache=True, nogil=True, fastmath=True)  # type: ignore[untyped-decorator]
def paint(texture: FloatArray, plate: Frame, flow: FloatArray, scale: int, tint: FloatArray, out: Frame) -> None:
    """Sample premultiplied RGBA `texture` (k·h, k·w, 4) at `flow` (h, w, 3: x, y in px of the crop, light gain).

    What the texture does not cover shows the `plate` (h, w, 3). Bilinear; `scale` is k; `tint` (3,) says how much
    of the change in light each channel takes.
    """
    height, width = out.shape[0], out.shape[1]
    last_x, last_y = np.float32(texture.shape[1] - 1.001), np.float32(texture.shape[0] - 1.001)
    zero, one, full = np.float32(0), np.float32(1), np.float32(255)
    factor, offset = np.float32(scale), np.float32(0.5 * scale - 0.5)
    for y in range(height):
        for x in range(width):
            u = min(max(flow[y, x, 0] * factor + offset, zero), last_x)
            v = min(max(flow[y, x, 1] * factor + offset, zero), last_y)
            change = flow[y, x, 2] - one
            i, j = int(u), int(v)
            p, q = np.float32(u - i), np.float32(v - j)
            w00, w01, w10, w11 = (one - p) * (one - q), p * (one - q), (one - p) * q, p * q
            cover = (
                texture[j, i, 3] * w00
                + texture[j, i + 1, 3] * w01
                + texture[j + 1, i, 3] * w10
                + texture[j + 1, i + 1, 3] * w11
            )
            behind = one - cover
            for c in range(3):
                value = (
                    texture[j, i, c] * w00
                    + texture[j, i + 1, c] * w01
                    + texture[j + 1, i, c] * w10
                    + texture[j + 1, i + 1, c] * w11
                )
                value = value * (one + change * tint[c]) + behind * plate[y, x, c] + np.float32(0.5)
                out[y, x, c] = np.uint8(min(max(value, zero), full))


@njit(cache=True, nogil=True, fastmath=True)  # type: ignore[untyped-decorator]
def soften_edges(flow: FloatArray, painted: Frame, out: Frame) -> None:
    """Smooth `out`, a copy of `painted` (h, w, 3), along edges where one part of the mesh hides another.

    There the flow jumps by more than EDGE_JUMP px from one pixel to the next, and the z-buffer leaves stairs.
    """
    height, width = painted.shape[0], painted.shape[1]
    for y in range(1, height - 1):
        for x in range(1, width - 1):
            jump = max(
                abs(flow[y, x + 1, 0] - flow[y, x, 0]) + abs(flow[y, x + 1, 1] - flow[y, x, 1]),
                abs(flow[y, x - 1, 0] - flow[y, x, 0]) + abs(flow[y, x - 1, 1] - flow[y, x, 1]),
                abs(flow[y + 1, x, 0] - flow[y, x, 0]) + abs(flow[y + 1, x, 1] - flow[y, x, 1]),
                abs(flow[y - 1, x, 0] - flow[y, x, 0]) + abs(flow[y - 1, x, 1] - flow[y, x, 1]),
            )
            if jump < EDGE_JUMP:
                continue
            for c in range(3):
                near = painted[y, x - 1, c] + painted[y, x + 1, c] + painted[y - 1, x, c] + painted[y + 1, x, c]
                far = (
                    painted[y - 1, x - 1, c]
                    + painted[y - 1, x + 1, c]
                    + painted[y + 1, x - 1, c]
                    + painted[y + 1, x + 1, c]
                )
                out[y, x, c] = np.uint8((4 * painted[y, x, c] + 2 * near + far + 8) // 16)
