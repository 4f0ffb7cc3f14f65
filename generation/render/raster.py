"""Compiled inner loops: triangles to a flow of texture positions, the flow to a picture, layers over the picture.

All release the GIL, so that frames can be painted side by side in threads.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from generation.portrait.topology import IndexArray
from generation.render.prefetch import prefetch
from generation.types import FloatArray, Frame

Mask = npt.NDArray[np.bool_]

FAR = np.float32(1e9)  # px, behind everything
EDGE_JUMP = np.float32(4.0)  # px of the crop between neighbours; a smooth mesh seldom squeezes that much
SEAM = np.float32(1e-4)  # barycentric slack, so that neighbours leave no crack
FLAT = np.float32(1e-12)  # slope of a weight that does not change along a row
BLOCK = 8  # texels, side of the squares that `blank` tells of
AHEAD = 48  # px along a row for which the texture is fetched in advance; 16 px are too few (measured)


@njit(cache=True, nogil=True, fastmath=True)  # type: ignore[untyped-decorator]
def _narrowed(
    low: np.float32, high: np.float32, start: np.float32, slope: np.float32, inverse: np.float32
) -> tuple[np.float32, np.float32]:
    """Where on low..high the barycentric weight start + slope · x is not negative; `inverse` is 1 / slope."""
    if slope > FLAT:
        return max(low, (-SEAM - start) * inverse), high
    if slope < -FLAT:
        return low, min(high, (-SEAM - start) * inverse)
    return (low, high) if start >= -SEAM else (low, low - 1)


@njit(cache=True, nogil=True, fastmath=True)  # type: ignore[untyped-decorator]
def _inverse(slope: np.float32) -> np.float32:
    """1 / slope, 0 for a flat one, which nobody asks for."""
    return np.float32(1) / slope if abs(slope) > FLAT else np.float32(0)


@njit(cache=True, nogil=True, fastmath=True)  # type: ignore[untyped-decorator]
def rasterise(
    xyz: FloatArray, attributes: FloatArray, triangles: IndexArray, depth: FloatArray, flow: FloatArray
) -> None:
    """Fill `flow` (h, w, 3) with the nearest triangle's interpolated `attributes` (n, 3); uses `depth` (h, w).

    `xyz` (n, 3) are px of the screen, z away. Pixels that no triangle covers keep their last flow.
    """
    height, width = depth.shape
    depth[:] = FAR
    one = np.float32(1)
    for t in range(triangles.shape[0]):
        a, b, c = np.uint32(triangles[t, 0]), np.uint32(triangles[t, 1]), np.uint32(triangles[t, 2])
        ax, ay, bx, by, cx, cy = xyz[a, 0], xyz[a, 1], xyz[b, 0], xyz[b, 1], xyz[c, 0], xyz[c, 1]
        area = (by - cy) * (ax - cx) + (cx - bx) * (ay - cy)
        top = max(int(np.ceil(min(ay, by, cy) - SEAM)), 0)
        bottom = min(int(np.floor(max(ay, by, cy) + SEAM)), height - 1)
        left = max(np.ceil(min(ax, bx, cx) - SEAM), np.float32(0))
        right = min(np.floor(max(ax, bx, cx) + SEAM), np.float32(width - 1))
        if abs(area) < 1e-6 or top > bottom or left > right:
            continue
        # Barycentric weights and all that they interpolate are linear along a row: a start at x = 0 and a slope.
        slope_a, rise_a = (by - cy) / area, (cx - bx) / area
        slope_b, rise_b = (cy - ay) / area, (ax - cx) / area
        slope_c = -slope_a - slope_b
        inverse_a, inverse_b, inverse_c = _inverse(slope_a), _inverse(slope_b), _inverse(slope_c)
        deep_a, deep_b = xyz[a, 2] - xyz[c, 2], xyz[b, 2] - xyz[c, 2]
        u_a, u_b = attributes[a, 0] - attributes[c, 0], attributes[b, 0] - attributes[c, 0]
        v_a, v_b = attributes[a, 1] - attributes[c, 1], attributes[b, 1] - attributes[c, 1]
        w_a, w_b = attributes[a, 2] - attributes[c, 2], attributes[b, 2] - attributes[c, 2]
        for row in range(top, bottom + 1):
            start_a = rise_a * (row - cy) - slope_a * cx
            start_b = rise_b * (row - cy) - slope_b * cx
            low, high = _narrowed(left, right, start_a, slope_a, inverse_a)
            low, high = _narrowed(low, high, start_b, slope_b, inverse_b)
            low, high = _narrowed(low, high, one - start_a - start_b, slope_c, inverse_c)
            y = np.uint32(row)
            for x in range(np.uint32(np.ceil(low)), int(np.floor(high)) + 1):
                in_a, in_b = start_a + slope_a * x, start_b + slope_b * x
                z = xyz[c, 2] + in_a * deep_a + in_b * deep_b
                if z < depth[y, x]:
                    depth[y, x] = z
                    flow[y, x, 0] = attributes[c, 0] + in_a * u_a + in_b * u_b
                    flow[y, x, 1] = attributes[c, 1] + in_a * v_a + in_b * v_b
                    flow[y, x, 2] = attributes[c, 2] + in_a * w_a + in_b * w_b


@njit(cache=True, nogil=True, fastmath=True)  # type: ignore[untyped-decorator]
def paint(
    texture: FloatArray,
    blank: Mask,
    plate: Frame,
    flow: FloatArray,
    scale: int,
    tint: FloatArray,
    out: Frame,
) -> None:
    """Sample premultiplied RGBA `texture` (k·h, k·w, 4) at `flow` (h, w, 3: x, y in px of the crop, light gain).

    What the texture does not cover shows the `plate` (h, w, 3). Bilinear; `scale` is k; `tint` (3,) says how much
    of the change in light each channel takes; `blank` marks the BLOCK × BLOCK texels that hold nothing at all.
    """
    last_x, last_y = np.float32(texture.shape[1] - 1.001), np.float32(texture.shape[0] - 1.001)
    zero, one, full, half = np.float32(0), np.float32(1), np.float32(255), np.float32(0.5)
    factor, offset = np.float32(scale), np.float32(0.5 * scale - 0.5)
    step, block = np.uint64(1), np.uint64(BLOCK)  # unsigned indices spare the test for negative ones
    for y in range(np.uint64(out.shape[0])):
        for x in range(np.uint64(out.shape[1])):
            u = min(max(flow[y, x, 0] * factor + offset, zero), last_x)
            v = min(max(flow[y, x, 1] * factor + offset, zero), last_y)
            i, j = np.uint64(u), np.uint64(v)
            if blank[j // block, i // block]:
                for c in range(3):
                    out[y, x, c] = plate[y, x, c]
                continue
            ahead = min(x + np.uint64(AHEAD), np.uint64(out.shape[1] - 1))
            next_i = np.uint64(min(max(flow[y, ahead, 0] * factor + offset, zero), last_x))
            next_j = np.uint64(min(max(flow[y, ahead, 1] * factor + offset, zero), last_y))
            prefetch(texture, next_j, next_i)
            prefetch(texture, next_j + step, next_i)
            p, q = u - np.float32(np.int32(u)), v - np.float32(np.int32(v))
            w11 = p * q
            w01, w10 = p - w11, q - w11
            w00 = one - p - w10
            i1, j1 = i + step, j + step
            change = flow[y, x, 2] - one
            behind = one - (
                texture[j, i, 3] * w00
                + texture[j, i1, 3] * w01
                + texture[j1, i, 3] * w10
                + texture[j1, i1, 3] * w11
            )
            for c in range(3):
                value = (
                    texture[j, i, c] * w00
                    + texture[j, i1, c] * w01
                    + texture[j1, i, c] * w10
                    + texture[j1, i1, c] * w11
                )
                value = value * (one + change * tint[c]) + behind * plate[y, x, c] + half
                out[y, x, c] = np.uint8(np.int32(min(max(value, zero), full)))


@njit(cache=True, nogil=True, fastmath=True)  # type: ignore[untyped-decorator]
def soften_edges(flow: FloatArray, painted: Frame, out: Frame) -> None:
    """Smooth `out`, a copy of `painted` (h, w, 3), along edges where one part of the mesh hides another.

    There the flow jumps by more than EDGE_JUMP px from one pixel to the next, and the z-buffer leaves stairs.
    """
    height, width = painted.shape[0], painted.shape[1]
    for y in range(1, height - 1):
        for x in range(1, width - 1):
            u, v = flow[y, x, 0], flow[y, x, 1]
            if abs(flow[y, x + 1, 0] - u) + abs(flow[y, x + 1, 1] - v) >= EDGE_JUMP:
                _soften(painted, out, y, x)
                _soften(painted, out, y, min(x + 1, width - 2))
            if abs(flow[y + 1, x, 0] - u) + abs(flow[y + 1, x, 1] - v) >= EDGE_JUMP:
                _soften(painted, out, y, x)
                _soften(painted, out, min(y + 1, height - 2), x)


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _soften(painted: Frame, out: Frame, y: int, x: int) -> None:
    """The weighted mean of a pixel and the eight around it."""
    for c in range(3):
        near = painted[y, x - 1, c] + painted[y, x + 1, c] + painted[y - 1, x, c] + painted[y + 1, x, c]
        far = (
            painted[y - 1, x - 1, c]
            + painted[y - 1, x + 1, c]
            + painted[y + 1, x - 1, c]
            + painted[y + 1, x + 1, c]
        )
        out[y, x, c] = np.uint8((4 * painted[y, x, c] + 2 * near + far + 8) // 16)


@njit("void(uint8[:, :, :], float32[:, :, :], float32[:, :])", cache=True, nogil=True)  # type: ignore[untyped-decorator]
def blend(view: Frame, colour: FloatArray, mask: FloatArray) -> None:
    """Lay `colour` (h, w, 3) over `view` in place where `mask` (h, w) says, rounding to the nearest."""
    zero, one, full, half = np.float32(0), np.float32(1), np.float32(255), np.float32(0.5)
    for y in range(mask.shape[0]):
        for x in range(mask.shape[1]):
            share = mask[y, x]
            if share == zero:
                continue
            for c in range(3):
                mixed = view[y, x, c] * (one - share) + colour[y, x, c] * share + half
                view[y, x, c] = np.uint8(np.int32(min(max(mixed, zero), full)))
