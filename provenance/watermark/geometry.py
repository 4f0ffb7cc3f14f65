"""One geometry under which a suspect picture may hold the tile, and folding a residual by it.

The residual is warped back to the tile's own size and folded into one tile; what repeats adds up, the picture
does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from .coding import FloatArray
from .pattern import TILE

READ_TILES = 12  # per side at most, folded when the payload is read: 2304 px of the original
COARSEST = 2.0  # px of a residual between two samples; beyond that a reduced one is taken

Window = tuple[int, int, int, int]  # x, y, width, height in px of the suspect


@dataclass(frozen=True)
class Place:
    """One geometry. The defaults are those of the file as it left us."""

    scale: float = 1.0  # suspect height / original height
    turn: float = 0.0  # degrees
    aspect: float = 1.0  # horizontal scale / vertical scale
    skew: float = 0.0  # horizontal shift per height
    keystone: tuple[float, float] = (0.0, 0.0)  # perspective: growth of the scale toward right and lower edge
    mirrored: bool = False
    family: int = 0  # of the pattern
    shift: tuple[int, int] = (0, 0)  # rows, columns within the tile, px of the original
    window: Window | None = None  # the part of the suspect that holds it; None for all
    score: float = 0.0  # standard deviations of the correlation peak above its plane


class Pyramid:
    """A residual at full, half and quarter size, so that folding never skips samples."""

    def __init__(self, residual: FloatArray) -> None:
        self.levels = [residual]
        while len(self.levels) < 3 and min(self.levels[-1].shape) >= 2:
            height, width = self.levels[-1].shape
            even = self.levels[-1][: height // 2 * 2, : width // 2 * 2]
            self.levels.append(cv2.resize(even, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))

    def fold(self, place: Place, samples: int = TILE, tiles: int = READ_TILES) -> FloatArray:
        """Undo a geometry around the window's middle and add up at most tiles × tiles tiles, (samples, samples)."""
        spacing = place.scale * TILE / samples
        level = 0
        while spacing > COARSEST and level < len(self.levels) - 1:
            spacing, level = spacing / 2, level + 1
        plane, matrix, columns, rows = self._warp(place, level, samples, tiles)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        size = (columns * samples, rows * samples)
        if any(place.keystone):
            upright = cv2.warpPerspective(plane, matrix, size, flags=flags)
        else:
            upright = cv2.warpAffine(plane, matrix[:2], size, flags=flags)
        folded: FloatArray = upright.reshape(rows, samples, columns, samples).sum((0, 2))
        return folded

    def _warp(
        self, place: Place, level: int, samples: int, tiles: int
    ) -> tuple[FloatArray, npt.NDArray[np.float64], int, int]:
        """The plane of a level, the matrix from samples to its px, and how many tiles to fold."""
        plane, factor = self.levels[level], 1 << level
        x, y, width, height = place.window or (0, 0, self.levels[0].shape[1], self.levels[0].shape[0])
        if place.window:
            plane = plane[y // factor : (y + height) // factor, x // factor : (x + width) // factor]
            x, y = x // factor * factor, y // factor * factor
        wide, high = place.scale * place.aspect, place.scale
        columns = min(_even_tiles(width / wide), tiles)
        rows = min(_even_tiles(height / high), tiles)
        cosine, sine = np.cos(np.radians(place.turn)), np.sin(np.radians(place.turn))
        linear = np.array([[wide * cosine, -wide * sine], [high * sine, high * cosine]])  # original px → suspect px
        linear = linear @ np.array([[1.0, place.skew], [0.0, 1.0]])
        step = TILE / samples
        middle = np.array([columns, rows]) * (samples / 2) - 0.5  # in samples
        centre = (np.array([width, height]) / factor - 1) / 2  # in px of the plane
        to_middle = np.array([[1, 0, -middle[0]], [0, 1, -middle[1]], [0, 0, 1.0]])
        stretch = np.eye(3)
        stretch[:2, :2] = linear * step / factor
        stretch[2, :2] = np.array(place.keystone) * step * 2 * place.scale / np.array([width, height])
        to_centre = np.array([[1, 0, centre[0]], [0, 1, centre[1]], [0, 0, 1.0]])
        return plane, to_centre @ stretch @ to_middle, columns, rows


def _even_tiles(length: float) -> int:
    """Tiles that cover `length` px, an even number, so that the middle is a tile's corner at every size."""
    return 2 * max(1, int(np.ceil(length / TILE / 2)))
