"""What a detector keeps of a video: the picture taken away, the mark left.

The mark repeats in every frame and the picture moves, so high-passed frames are averaged, each pixel weighted
down where the picture is busy (a Wiener-like filter) and where it is quite black or white, cut off and the mark
with it; then the spectrum is whitened, which levels what the codec and the picture left behind.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from .coding import FloatArray

REFERENCE_SIDE = 512  # px, frame height at which the filter lengths are given
SIZES = (0.6, 2.0)  # bounds of the filters' enlargement
SPECTRUM_WINDOW = 9  # bins over which the spectrum is levelled
BLACK, WHITE = 0.0, 255.0  # levels at which a plane is cut off
CUT_WINDOW = 9.0  # px of a frame 512 px high, over which pixels that are not cut off are counted
CLIP = 4.0  # standard deviations


@dataclass(frozen=True)
class Filter:
    """How a plane is freed of its picture; lengths in px of a frame 512 px high."""

    high_pass: float  # sigma
    window: float  # over which variance is measured
    noise: float  # levels², where host suppression sets in
    bounded: bool  # whether the plane ends at BLACK and WHITE


LUMA = Filter(high_pass=3.6, window=13.0, noise=1.5, bounded=True)  # 0.6 and 2.2 chips: the best of 3 × 4


class Residual:
    """Running sum over the planes of one stretch of video; all have the first one's size."""

    def __init__(self, using: Filter = LUMA) -> None:
        self._filter = using
        self.total: FloatArray | None = None
        self.frames = 0
        self._seen: FloatArray | None = None  # sum of the planes as they are

    @property
    def picture(self) -> FloatArray:
        """The mean plane, (h, w) levels. ValueError when there was none."""
        if self._seen is None:
            raise ValueError("There is no frame to take a picture from.")
        return self._seen / np.float32(self.frames)

    def add(self, plane: FloatArray) -> None:
        """Take one frame's plane in, (h, w) levels; one of another size than the first is left out."""
        if self.total is None or self._seen is None:
            self.total, self._seen = np.zeros_like(plane), np.zeros_like(plane)
        if plane.shape != self.total.shape:
            return
        # The suspect may be a reduced picture or a crop of one: the root lies between the two.
        size = float(np.clip((plane.shape[0] / REFERENCE_SIDE) ** 0.5, *SIZES))
        detail = plane - cv2.GaussianBlur(plane, (0, 0), self._filter.high_pass * size)
        window = max(3, round(self._filter.window * size) | 1)
        variance = cv2.blur(detail * detail, (window, window))
        weighted = detail / (variance + np.float32(self._filter.noise))
        self.total += weighted * _uncut(plane, size) if self._filter.bounded else weighted
        self._seen += plane
        self.frames += 1


def whitened(residuals: Iterable[Residual]) -> FloatArray:
    """The mean over several stretches, spectrum levelled, unit variance. ValueError when all are empty."""
    seen = [(r.total, r.frames) for r in residuals if r.total is not None]
    if not seen:
        raise ValueError("There is no frame to take a residual from.")
    shape = seen[0][0].shape
    alike = [(total, frames) for total, frames in seen if total.shape == shape]
    mean = np.sum([total for total, _ in alike], axis=0) / np.float32(sum(frames for _, frames in alike))
    flat = _flat_spectrum(mean)
    level: FloatArray = np.clip(flat / (flat.std() + np.float32(1e-9)), -CLIP, CLIP)
    return level


def _uncut(plane: FloatArray, size: float) -> FloatArray:
    """The share of pixels around that are not cut off, (h, w); size: as in `Residual.add`."""
    window = max(3, round(CUT_WINDOW * size) | 1)
    share: FloatArray = cv2.blur(((plane > BLACK) & (plane < WHITE)).astype(np.float32), (window, window))
    return share


def _flat_spectrum(plane: FloatArray) -> FloatArray:
    spectrum = np.fft.rfft2(plane)
    envelope = cv2.blur(np.abs(spectrum).astype(np.float32), (SPECTRUM_WINDOW, SPECTRUM_WINDOW))
    floor = np.float32(1e-3) * envelope.mean() + np.float32(1e-12)  # a black video has no spectrum at all
    flat: FloatArray = np.fft.irfft2(spectrum / (envelope + floor), s=plane.shape).astype(np.float32)
    return flat
