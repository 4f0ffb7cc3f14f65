"""Put the talking square back into the whole picture it was cut from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import cv2
import numpy as np

from generation.types import FloatArray, Frame, Portrait

MOST_SIDE = 1920  # px; larger pictures become videos of this size
FEATHER = 0.04  # of the square's side, over which it melts into the picture; the renderer holds its border still


class Paste:
    """The picture at video size, and where the square lies in it."""

    def __init__(self, picture: Frame, portrait: Portrait) -> None:
        rows, columns = picture.shape[:2]
        scale = min(1.0, MOST_SIDE / max(rows, columns))
        width, height = (max(2, round(side * scale) // 2 * 2) for side in (columns, rows))
        self._base = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
        affine = _to_video(portrait.crop, (width / columns, height / rows))
        corners = affine @ np.array(((-0.5, portrait.size - 0.5), (-0.5, portrait.size - 0.5), (1, 1)))
        left, top = np.maximum(np.floor(corners[:, 0] + 0.5), 0).astype(int)
        right, bottom = np.minimum(np.ceil(corners[:, 1] + 0.5), (width, height)).astype(int)
        self._window = slice(top, bottom), slice(left, right)
        self._affine = affine - np.array(((0, 0, left), (0, 0, top)))
        self._share = self._warped(_feathered(portrait.size))[..., None]  # (h, w, 1)
        self._rest = self._base[self._window] * (1 - self._share)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the video, both even."""
        return int(self._base.shape[1]), int(self._base.shape[0])

    def frames(self, squares: Iterable[Frame]) -> Iterator[Frame]:
        """The whole picture with each square in its place."""
        for square in squares:
            whole = self._base.copy()
            whole[self._window] = (self._warped(square) * self._share + self._rest + 0.5).astype(np.uint8)
            yield whole

    def _warped(self, square: Frame | FloatArray) -> FloatArray:
        rows, columns = (part.stop - part.start for part in self._window)
        warped = cv2.warpAffine(
            square, self._affine, (columns, rows), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(warped, np.float32)


def _to_video(crop: FloatArray, scale: tuple[float, float]) -> FloatArray:
    """(2, 3) affine, pixel centres of the square → pixel centres of the scaled picture."""
    whole = np.vstack((crop, (0, 0, 1)))
    stretch = np.array(
        ((scale[0], 0, 0.5 * scale[0] - 0.5), (0, scale[1], 0.5 * scale[1] - 0.5), (0, 0, 1)), np.float64
    )
    affine: FloatArray = (stretch @ np.linalg.inv(whole))[:2].astype(np.float32)
    return affine


def _feathered(size: int) -> FloatArray:
    """(size, size) 1 inside, falling smoothly to 0 at the edges."""
    edge = np.minimum(np.arange(size), np.arange(size)[::-1]) / (FEATHER * size)
    rise = np.clip(edge, 0, 1)
    rise = rise * rise * (3 - 2 * rise)
    share: FloatArray = np.minimum.outer(rise, rise).astype(np.float32)
    return share
