"""What a detector keeps of a video: the picture taken away, the mark left.

The mark repeats in every frame and the picture moves, so high-passed frames are averaged, each pixel weighted
down where the picture is busy (a Wiener-like filter); then the spectrum is whitened, which levels what the codec
and the picture left behind.
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from .coding import FloatArray
from .embed import Frame

REFERENCE_SIDE = 512  # px, frame height at which the filter lengths below are given
HIGH_PASS_SIGMA = 3.5  # px; a little less than one chip
NOISE_VARIANCE = 9.0  # levels², where host suppression sets in
VARIANCE_WINDOW = 7  # px
SPECTRUM_WINDOW = 9  # bins over which the spectrum is levelled
ENVELOPE_SIGMA = 8.0  # px, local normalisation after whitening
CLIP = 2.5  # standard deviations


class Residual:
    """Running sum over the frames of one stretch of video; all frames have the first one's size."""

    def __init__(self) -> None:
        self.total: FloatArray | None = None
        self.frames = 0

    def add(self, frame: Frame) -> None:
        """Take one frame in; a frame of another size than the first is left out."""
        luma = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY).astype(np.float32)
        if self.total is None:
            self.total = np.zeros_like(luma)
        if luma.shape != self.total.shape:
            return
        scale = min(max(luma.shape[0] / REFERENCE_SIDE, 0.45), 3.0)
        detail = luma - cv2.GaussianBlur(luma, (0, 0), HIGH_PASS_SIGMA * scale)
        variance = cv2.blur(detail * detail, (VARIANCE_WINDOW, VARIANCE_WINDOW))
        self.total += detail * (NOISE_VARIANCE / (variance + NOISE_VARIANCE))
        self.frames += 1


def whitened(residuals: Iterable[Residual]) -> FloatArray:
    """The mean over several stretches, spectrum levelled, about unit variance. ValueError when all are empty."""
    seen = [(r.total, r.frames) for r in residuals if r.total is not None]
    if not seen:
        raise ValueError("There is no frame to take a residual from.")
    shape = seen[0][0].shape
    alike = [(total, frames) for total, frames in seen if total.shape == shape]
    mean = np.sum([total for total, _ in alike], axis=0) / np.float32(sum(frames for _, frames in alike))
    return _normalised(_flat_spectrum(mean))


def _flat_spectrum(plane: FloatArray) -> FloatArray:
    spectrum = np.fft.rfft2(plane)
    envelope = cv2.blur(np.abs(spectrum).astype(np.float32), (SPECTRUM_WINDOW, SPECTRUM_WINDOW))
    floor = np.float32(1e-3) * envelope.mean() + np.float32(1e-12)  # a black video has no spectrum at all
    flat: FloatArray = np.fft.irfft2(spectrum / (envelope + floor), s=plane.shape).astype(np.float32)
    return flat


def _normalised(plane: FloatArray) -> FloatArray:
    plane = plane / (plane.std() + np.float32(1e-9))
    deviation = np.sqrt(cv2.GaussianBlur(plane * plane, (0, 0), ENVELOPE_SIGMA)) + np.float32(0.2)
    level: FloatArray = np.clip(plane / deviation, -CLIP, CLIP)
    return level
