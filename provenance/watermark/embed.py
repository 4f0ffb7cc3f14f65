"""Adding the tile to a frame, strong where the eye forgives it and the codec keeps it.

The mark is one of luma, read from luma, and laid on red, green and blue in the shares that change luma at the least
squared error: 1.3 dB less than the same change of all three, for a tint that is finer than the eye sees colour.

The gain follows local contrast and brightness, measured on a half-size luma plane: about 1.35 levels in flat areas,
twice as much in texture, a little more in the deep dark, where an encoder keeps little and a screen shows less.
Texture earns no more: there the picture itself drowns the mark. Pictures that would pay more in fidelity than
others are marked a little more weakly.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
from scipy import fft

from .coding import FloatArray
from .pattern import TILE
from .residual import Residual, whitened

Frame = npt.NDArray[np.uint8]  # (height, width, 3) RGB

STRENGTH = 1.0
ERROR = 1.475  # levels of R, G, B, most RMS of the naming mark in the first frame at STRENGTH: 44.7 dB
LEAST_SCALING = 0.83  # the most that a picture's mark is weakened to keep to it; busy ones hide more than that
LUMA = (0.299, 0.587, 0.114)  # of R, G, B (ITU-R BT.601), as OpenCV takes it
CHEAPEST = np.array(LUMA, np.float32) / np.float32(np.dot(LUMA, LUMA))  # levels of R, G, B for one level of luma
FLAT_GAIN = 1.35  # levels of luma, the pattern's RMS where there is no texture
TEXTURE_SLOPE = 0.08  # levels per level of local standard deviation
MAX_GAIN = 2.6  # levels
WINDOW = 5  # px of the half-size plane over which contrast is measured
DARK_EXTRA = 0.2  # share by which black gets more
DARK_LUMA = 60.0  # level from which on brightness changes nothing


class Embedder:
    """One job's tile laid over frames of one size. Safe to share between threads."""

    def __init__(self, tile: FloatArray, width: int, height: int, strength: float = STRENGTH) -> None:
        self._tile = tile
        self._strength = strength
        self._size = (width, height)

    def shift(self, frame: Frame) -> tuple[int, int]:
        """Rows and columns by which the tile fits a video that begins like `frame` best.

        At this shift the picture itself resembles the mark instead of hiding it; it costs nothing and is another
        one in every video.
        """
        residual = Residual()
        residual.add(luma(frame))
        whole = whitened([residual])
        height, width = whole.shape
        middle = np.zeros_like(whole)
        inside = (slice(height // 4, -(height // 4) or None), slice(width // 4, -(width // 4) or None))
        middle[inside] = whole[inside]
        plane = self._likeness(whole) + self._likeness(middle)  # a crop keeps the middle
        row, column = divmod(int(plane.argmax()), TILE)
        return row, column

    def _likeness(self, residual: FloatArray) -> FloatArray:
        """How much a picture resembles the mark at each shift, in standard deviations, (TILE, TILE)."""
        spectrum = fft.rfft2(_folded(residual)) * np.conj(fft.rfft2(self._tile))
        plane = fft.irfft2(spectrum, s=(TILE, TILE))
        likeness: FloatArray = plane / (plane.std() + np.float32(1e-9))
        return likeness

    def plane(self, frame: Frame, shift: tuple[int, int]) -> FloatArray:
        """The pattern over all frames of a video that begins like `frame`, (h, w), before the eye's gain."""
        plane = spread(np.roll(self._tile, shift, (0, 1)), *self._size)
        error = float(np.sqrt(np.mean(self.delta(frame, plane) ** 2) * np.mean(CHEAPEST**2)))
        return plane * np.float32(self._strength * np.clip(ERROR / max(error, 1e-6), LEAST_SCALING, 1.0))

    def delta(self, frame: Frame, plane: FloatArray) -> FloatArray:
        """By how much to change the luma of `frame`, (h, w) levels."""
        gain = cv2.resize(perceptual_gain(frame), self._size, interpolation=cv2.INTER_LINEAR)
        delta: FloatArray = cv2.multiply(gain, plane)
        return delta


def spread(tile: FloatArray, width: int, height: int) -> FloatArray:
    """Repeat a tile from the upper left corner over a frame, (h, w)."""
    rows, columns = -(-height // TILE), -(-width // TILE)
    return np.ascontiguousarray(np.tile(tile, (rows, columns))[:height, :width])


def coloured(delta: FloatArray) -> FloatArray:
    """A change of luma as one of red, green and blue, (h, w) → (h, w, 3) levels."""
    change: FloatArray = cv2.merge([delta * share for share in CHEAPEST])
    return change


def luma(frame: Frame) -> FloatArray:
    """The plane that carries the naming mark, (h, w) levels."""
    plane: FloatArray = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return plane


def perceptual_gain(frame: Frame) -> FloatArray:
    """Levels that the eye forgives, (⌈h/2⌉, ⌈w/2⌉)."""
    height, width = frame.shape[:2]
    gray = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    half = cv2.resize(gray, (-(-width // 2), -(-height // 2)), interpolation=cv2.INTER_AREA)
    mean = cv2.boxFilter(half, cv2.CV_32F, (WINDOW, WINDOW))
    square = cv2.sqrBoxFilter(half, cv2.CV_32F, (WINDOW, WINDOW))
    deviation = cv2.sqrt(cv2.max(square - mean * mean, 0.0))
    gain = cv2.min(deviation * np.float32(TEXTURE_SLOPE) + np.float32(FLAT_GAIN), MAX_GAIN)
    dark = cv2.max(1.0 - mean * np.float32(1 / DARK_LUMA), 0.0) * np.float32(DARK_EXTRA) + np.float32(1.0)
    forgiven: FloatArray = cv2.multiply(gain, dark)
    return forgiven


def _folded(residual: FloatArray) -> FloatArray:
    """Add up all tiles from the upper left corner, (TILE, TILE)."""
    height, width = residual.shape
    rows, columns = -(-height // TILE), -(-width // TILE)
    whole = np.zeros((rows * TILE, columns * TILE), np.float32)
    whole[:height, :width] = residual
    folded: FloatArray = whole.reshape(rows, TILE, columns, TILE).sum((0, 2))
    return folded
