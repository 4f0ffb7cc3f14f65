"""Where to cut the square around a face, and the cutting: antialiased, sub-pixel, continued beyond the photo."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from generation.portrait.detect import CHIN, FOREHEAD, height
from generation.portrait.inpaint import grain
from generation.types import Face, FloatArray, Frame

SIDE = 2.35  # face heights; room for hair and shoulders (measured)
LEAST_SIDE = 1.6  # face heights; a photo smaller than this is continued beyond its edge
BELOW_CENTRE = 0.06  # face heights the square's centre lies below the face's
BEHIND = 0.35  # face heights from the face's middle back to the head's, seen when the head is turned
SOFTENING = 0.35  # blur beyond the photo, as a share of the distance from it
FIRST_SOFTENING_PX = 1.5
REDUCED_SIGMA_PX = 3.0  # blur on a reduced copy; less would show the copy's pixels
FINE_TEXTURE = 1.4  # source px per output px from which a texture of twice the size shows more


@dataclass(frozen=True)
class Square:
    """An upright square in px of the source; 0 is the left edge of its first pixel, not the centre."""

    left: float
    top: float
    side: float

    def affine(self, size: int) -> FloatArray:
        """(2, 3) pixel centres of the source → pixel centres of a crop of `size` px, as cv2.warpAffine takes it."""
        scale = size / self.side
        shift = 0.5 * scale - 0.5
        return np.array(((scale, 0, shift - self.left * scale), (0, scale, shift - self.top * scale)), np.float32)


def square(face: Face, width: int, height_px: int) -> Square:
    """The square around a face, moved into the picture as far as it fits."""
    tall = height(face)
    side = min(SIDE * tall, max(min(width, height_px), LEAST_SIDE * tall))
    across, middle_y = middle(face)
    left, top = across - side / 2, middle_y + BELOW_CENTRE * tall - side / 2
    return Square(_inside(left, side, width), _inside(top, side, height_px), side)


def middle(face: Face) -> tuple[float, float]:
    """x and y px of the head's middle; a turned head has more of itself behind the face."""
    centre = (face.landmarks[FOREHEAD, :2] + face.landmarks[CHIN, :2]) / 2 + 0.5
    behind = BEHIND * height(face) * float(np.sin(np.radians(face.yaw)))
    return float(centre[0]) - behind, float(centre[1])


def cut(picture: Frame, square: Square, size: int) -> Frame:
    """The square at `size` px, (size, size, 3)."""
    return cut_rectangle(picture, (square.left, square.top, square.side, square.side), (size, size))


def cut_rectangle(picture: Frame, where: tuple[float, float, float, float], size: tuple[int, int]) -> Frame:
    """The rectangle (left, top, width, height) px of the picture at `size`, a width and a height in px."""
    rows, columns = picture.shape[:2]
    x, y, width, tall = where
    left, top = int(np.floor(x)) - 1, int(np.floor(y)) - 1
    right, bottom = int(np.ceil(x + width)) + 1, int(np.ceil(y + tall)) + 1
    seen = picture[max(top, 0) : min(bottom, rows), max(left, 0) : min(right, columns)]
    margins = max(-top, 0), max(bottom - rows, 0), max(-left, 0), max(right - columns, 0)
    if max(margins) > 1:
        seen = continued(seen, margins)
    else:
        seen = cv2.copyMakeBorder(seen, *margins, cv2.BORDER_REPLICATE)
    box = (x - left, y - top, x - left + width, y - top + tall)
    return np.asarray(Image.fromarray(seen).resize(size, Image.Resampling.LANCZOS, box=box))


def texture_scale(square: Square, size: int) -> int:
    """1, or 2 where the source shows more than `size` px can hold."""
    return 2 if square.side >= FINE_TEXTURE * size else 1


def continued(picture: Frame, margins: tuple[int, int, int, int]) -> Frame:
    """The picture with margins (top, bottom, left, right) px: its edge drawn outward, ever softer."""
    known = cv2.copyMakeBorder(np.ones(picture.shape[:2], np.uint8), *margins, cv2.BORDER_CONSTANT, value=0)
    drawn = cv2.copyMakeBorder(picture, *margins, cv2.BORDER_REPLICATE)
    away = cv2.distanceTransform(1 - known, cv2.DIST_L2, 5)  # px from the photo
    soft = drawn.astype(np.float32)
    sigma = FIRST_SOFTENING_PX
    while sigma < SOFTENING * away.max():
        softer = blurred(drawn, sigma)
        soft += (softer - soft) * np.clip(SOFTENING * away / sigma - 0.5, 0, 1)[..., None]
        sigma *= 2
    soft += grain(drawn, known.astype(np.float32), np.random.default_rng(0))
    whole: Frame = np.where(known[..., None] > 0, drawn, np.clip(soft + 0.5, 0, 255).astype(np.uint8))
    return whole


def blurred(picture: Frame, sigma: float) -> FloatArray:
    """The picture (h, w, 3) as seen through a Gaussian of `sigma` px; wide ones are taken on a reduced copy."""
    factor = max(1, int(sigma / REDUCED_SIGMA_PX))
    small = picture.astype(np.float32)
    if factor > 1:
        extent = (max(1, picture.shape[1] // factor), max(1, picture.shape[0] // factor))
        small = cv2.resize(small, extent, interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), sigma / factor, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(soft, picture.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _inside(start: float, side: float, length: int) -> float:
    """Move an interval into 0..length where it fits; otherwise leave it around its centre."""
    return float(np.clip(start, 0, length - side)) if side <= length else start
