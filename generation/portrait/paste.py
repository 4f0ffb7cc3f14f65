"""Put the talking square back into the picture it was cut from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import cv2
import numpy as np

from generation.portrait.framing import Area, Window
from generation.types import FloatArray, Frame

FEATHER = 0.04  # of the square's side, over which it melts into the picture; the renderer holds its border still


class Paste:
    """A still picture (h, w, channels) and the window in which a square moves. Only the window is touched."""

    def __init__(self, still: Frame, window: Window) -> None:
        self._still, self._side = still, window.side
        self._window, self._seen = window.parts(still.shape)
        self._share = feathered(window.side)[self._seen]
        self._rim = _rim(window.side, self._seen)

    def frames(self, squares: Iterable[Frame]) -> Iterator[Frame]:
        """The whole picture with each square (s, s, channels) in its place."""
        below = self._still[self._window]
        for square in squares:
            talking = self._fitted(square)[self._seen]
            whole = self._still.copy()
            target = whole[self._window]
            target[:] = talking
            for area in self._rim:
                share = self._share[area]
                target[area] = cv2.blendLinear(
                    np.ascontiguousarray(talking[area]), np.ascontiguousarray(below[area]), share, 1 - share
                )
            yield whole

    def _fitted(self, square: Frame) -> Frame:
        painted = square.shape[0]
        if painted == self._side:
            return square
        how = cv2.INTER_AREA if painted > self._side else cv2.INTER_CUBIC
        return np.asarray(cv2.resize(square, (self._side, self._side), interpolation=how), np.uint8)


def feathered(side: int) -> FloatArray:
    """(side, side) 1 inside, falling smoothly to 0 at the edges."""
    edge = np.minimum(np.arange(side), np.arange(side)[::-1]) / (FEATHER * side)
    rise = np.clip(edge, 0, 1)
    rise = rise * rise * (3 - 2 * rise)
    share: FloatArray = np.minimum.outer(rise, rise).astype(np.float32)
    return share


def _rim(side: int, seen: Area) -> list[Area]:
    """The strips of the seen part of a square in which it melts into the picture."""
    wide = int(np.ceil(FEATHER * side))
    far = side - wide
    strips = ((0, wide, 0, side), (far, side, 0, side), (wide, far, 0, wide), (wide, far, far, side))
    rows, columns = seen
    areas = []
    for top, bottom, left, right in strips:
        area = (
            slice(max(top - rows.start, 0), max(min(bottom, rows.stop) - rows.start, 0)),
            slice(max(left - columns.start, 0), max(min(right, columns.stop) - columns.start, 0)),
        )
        if all(part.stop > part.start for part in area):
            areas.append(area)
    return areas
