"""What the layers of a face are laid on, so that one description paints with OpenCV here and in batches on a GPU.

A layer is planned for every frame on the CPU (a plan: outlines, masks, positions, weights) and then laid with the
operations of a canvas alone. Every array of a plan is (h or 1, w or 1): a plane, row, column or number of a window.
`FrameCanvas` is one frame in memory; `generation.render.batched` holds many on a device.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

import cv2
import numpy as np

from generation.render.paint import Window, blurred
from generation.render.raster import blend
from generation.types import FloatArray, Frame

Plane = Any  # (…, h or 1, w or 1) or (…, h, w, c) float32: a numpy array, or a tensor with a batch in front
Beyond = Literal["edge", "nothing"]  # what is found outside a picture

_BORDERS = {"edge": cv2.BORDER_REPLICATE, "nothing": cv2.BORDER_CONSTANT}


@dataclass(frozen=True)
class Affine:
    """Where the px of a window are found in a picture: px of the window → texels."""

    matrix: np.ndarray  # (2, 3) float64

    def shifted(self, texels: FloatArray) -> Affine:
        """The same picture moved by `texels` (2,)."""
        moved = self.matrix.copy()
        moved[:, 2] -= texels
        return Affine(moved)


def affine(on_screen: FloatArray, texels: FloatArray) -> Affine:
    """The map that takes three px of a window (3, 2) to three texels (3, 2)."""
    return Affine(cv2.getAffineTransform(on_screen.astype(np.float32), texels.astype(np.float32)))


def number(value: float) -> Plane:
    """A plan's number, (1, 1)."""
    return np.full((1, 1), value, np.float32)


def column(values: FloatArray) -> Plane:
    """One value for every column of a window (w,) as a plan holds it, (1, w)."""
    return np.asarray(values, np.float32)[None]


def eased(start: float, end: float, x: Plane) -> Plane:
    """`portrait.head.smoothstep` for planes of any canvas."""
    t = ((x - start) / (end - start)).clip(0, 1)
    return t * t * (3 - 2 * t)


class Canvas(Protocol):
    """What a layer may do. Windows are those of the plan that is laid."""

    def flow(self, area: Window) -> Plane:
        """Where the window's px come from in the portrait, and how their light changed, (…, h, w, 3)."""

    def rows(self, area: Window) -> Plane:
        """y of the window's rows in px, (…, h, 1)."""

    def filled(self, area: Window, colour: FloatArray) -> Plane:
        """A window of one colour (3,) to paint on, (…, h, w, 3)."""

    def pattern(self, plane: FloatArray, area: Window) -> Plane:
        """The top left part of a plane, as large as the window, (…, h, w)."""

    def constant(self, values: FloatArray) -> Plane:
        """Values of the portrait, such as a colour, as this canvas reckons."""

    def sample(self, picture: FloatArray, places: Plane, beyond: Beyond) -> Plane:
        """A picture (h, w) or (h, w, c) at `places` (…, h, w, 2: x, y in its texels), bilinear."""

    def warp(self, picture: FloatArray, where: Affine, area: Window, beyond: Beyond = "nothing") -> Plane:
        """A picture (h, w, c) under an affine map, (…, h, w, c), bilinear."""

    def warp_between(
        self, first: FloatArray, second: FloatArray, share: Plane, where: Affine, area: Window, beyond: Beyond
    ) -> Plane:
        """The same of `first` turned into `second` by `share`, a number."""

    def blur(self, plane: Plane, sigma: float) -> Plane:
        """Gaussian blur of (…, h, w) by `sigma` px."""

    def lowered(self, plane: Plane, rows: int) -> Plane:
        """(…, h, w) moved down; what leaves below comes in above."""

    def some(self, share: Plane) -> bool:
        """False where a number is surely 0, so that what it weighs need not be reckoned."""

    def exp(self, plane: Plane) -> Plane: ...

    def sqrt(self, plane: Plane) -> Plane: ...

    def maximum(self, one: Plane, other: Plane) -> Plane: ...

    def minimum(self, one: Plane, other: Plane) -> Plane: ...

    def blend(self, area: Window, colour: Plane, mask: Plane) -> None:
        """Lay `colour` (…, h, w, 3) or (3,) over the frame where `mask` (…, h, w) says, rounding to the nearest."""

    def light(self, area: Window, gain: Plane) -> None:
        """Multiply the frame by `gain` (…, h, w), rounding to the nearest."""


class FrameCanvas:
    """One frame (s, s, 3), painted in place by numpy and OpenCV."""

    exp, sqrt, maximum, minimum = np.exp, np.sqrt, np.maximum, np.minimum

    def __init__(self, frame: Frame, flow: FloatArray) -> None:
        self._frame, self._flow = frame, flow

    def flow(self, area: Window) -> Plane:
        return self._flow[area.y0 : area.y1, area.x0 : area.x1]

    def rows(self, area: Window) -> Plane:
        return np.arange(area.y0, area.y1, dtype=np.float32)[:, None]

    def filled(self, area: Window, colour: FloatArray) -> Plane:
        picture = np.empty((area.height, area.width, 3), np.float32)
        picture[:] = colour
        return picture

    def pattern(self, plane: FloatArray, area: Window) -> Plane:
        return plane[: area.height, : area.width]

    def constant(self, values: FloatArray) -> Plane:
        return values

    def sample(self, picture: FloatArray, places: Plane, beyond: Beyond) -> Plane:
        return cv2.remap(picture, places, None, cv2.INTER_LINEAR, borderMode=_BORDERS[beyond])

    def warp(self, picture: FloatArray, where: Affine, area: Window, beyond: Beyond = "nothing") -> Plane:
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        size = (area.width, area.height)
        return cv2.warpAffine(picture, where.matrix, size, flags=flags, borderMode=_BORDERS[beyond])

    def warp_between(
        self, first: FloatArray, second: FloatArray, share: Plane, where: Affine, area: Window, beyond: Beyond
    ) -> Plane:
        if not self.some(share):
            return self.warp(first, where, area, beyond)
        part = share.item()
        return self.warp(first * (1 - part) + second * part, where, area, beyond)

    def blur(self, plane: Plane, sigma: float) -> Plane:
        return blurred(plane, sigma)

    def lowered(self, plane: Plane, rows: int) -> Plane:
        return np.roll(plane, rows, 0)

    def some(self, share: Plane) -> bool:
        return bool(share.item() > 0)

    def blend(self, area: Window, colour: Plane, mask: Plane) -> None:
        view = area.of(self._frame)
        blend(view, colour if colour.ndim == 3 else np.tile(colour, (*mask.shape, 1)), mask)

    def light(self, area: Window, gain: Plane) -> None:
        view = area.of(self._frame)
        view[:] = np.clip(view * gain[..., None] + 0.5, 0, 255).astype(np.uint8)
