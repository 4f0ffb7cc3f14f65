"""Small drawing helpers that the eye and mouth layers share. All work on little windows of the frame."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from generation.types import FloatArray, Frame

LEAST_SIGMA = 0.3  # px; a narrower blur is none
SUBPIXEL = 4  # bits of sub-pixel precision that OpenCV's polygon filler is given


@dataclass(frozen=True)
class Window:
    """A rectangle of the frame, px; x1 and y1 are exclusive."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        return self.y1 - self.y0

    @property
    def empty(self) -> bool:
        """True when too small to hold anything worth painting."""
        return self.width < 4 or self.height < 2

    @property
    def corner(self) -> FloatArray:
        return np.array([self.x0, self.y0], np.float32)

    def of(self, picture: Frame) -> Frame:
        """The view of `picture` behind this window."""
        return picture[self.y0 : self.y1, self.x0 : self.x1]


def window(points: FloatArray, margin: float, size: int) -> Window:
    """The window that holds points (n, 2) px with a margin, clipped to a frame of `size`."""
    (x0, y0), (x1, y1) = (points.min(0) - margin).tolist(), (points.max(0) + margin + 1).tolist()
    corners = (math.floor(x0), math.floor(y0), math.ceil(x1), math.ceil(y1))
    return Window(*(min(max(corner, 0), size) for corner in corners))


def rounded(polygon: FloatArray, steps: int) -> FloatArray:
    """A closed Catmull-Rom curve through (n, 2) points, `steps` per side, (n·steps, 2)."""
    t = np.arange(steps, dtype=np.float32)[:, None] / np.float32(steps)
    around = np.concatenate([polygon[-1:], polygon, polygon[:2]])[:, None]
    p0, p1, p2, p3 = around[:-3], around[1:-2], around[2:-1], around[3:]
    curve = 0.5 * (
        2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3
    )
    result: FloatArray = curve.reshape(-1, 2).astype(np.float32)
    return result


def filled(polygon: FloatArray, area: Window) -> FloatArray:
    """Coverage (h, w) 0..1 of a closed polygon (n, 2) px in a window, anti-aliased."""
    mask = np.zeros((area.height, area.width), np.uint8)
    points = np.round((polygon - area.corner) * (1 << SUBPIXEL)).astype(np.int32)
    cv2.fillPoly(mask, [points.reshape(-1, 1, 2)], 255, lineType=cv2.LINE_AA, shift=SUBPIXEL)
    return mask.astype(np.float32) * np.float32(1 / 255)


def stroked(line: FloatArray, thickness: int, area: Window) -> FloatArray:
    """Coverage (h, w) 0..1 of an open line (n, 2) px in a window, anti-aliased."""
    mask = np.zeros((area.height, area.width), np.uint8)
    points = np.round((line - area.corner) * (1 << SUBPIXEL)).astype(np.int32)
    cv2.polylines(mask, [points.reshape(-1, 1, 2)], False, 255, thickness, cv2.LINE_AA, SUBPIXEL)
    return mask.astype(np.float32) * np.float32(1 / 255)


def blurred(mask: FloatArray, sigma: float) -> FloatArray:
    """Gaussian blur by `sigma` px."""
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), max(sigma, LEAST_SIGMA)), np.float32)


def push_pull(picture: FloatArray, known: FloatArray) -> FloatArray:
    """Fill (h, w, c) smoothly where `known` (h, w) is 0 (Gortler et al. 1996, "The Lumigraph", push-pull)."""
    levels = [(picture * known[..., None], known)]
    while min(levels[-1][1].shape) > 2:
        colour, weight = levels[-1]
        smaller = cv2.pyrDown(weight)
        levels.append((cv2.pyrDown(colour).reshape(*smaller.shape, -1), smaller))
    colour, weight = levels[-1]
    filled_in = colour / np.maximum(weight, 1e-4)[..., None]
    for colour, weight in levels[-2::-1]:
        above = cv2.resize(filled_in, weight.shape[::-1], interpolation=cv2.INTER_LINEAR).reshape(colour.shape)
        trust = np.clip(weight * 4, 0, 1)[..., None]
        filled_in = colour / np.maximum(weight, 1e-4)[..., None] * trust + above * (1 - trust)
    return np.where(known[..., None] > 0.99, picture, filled_in).astype(np.float32)
