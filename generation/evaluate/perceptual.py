"""How different two pictures look: deviation of gradient similarity over several scales.

GMSD (Xue, Zhang, Mou & Bovik 2014) and its multi-scale form (Zhang, Sun & Zhang 2017), with equal weights. It looks
at edges and folds rather than at levels, and needs no network. 0 for equal pictures.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from generation.types import FloatArray, Frame

SCALES = 4
STABILITY = 170.0  # levels², of Xue et al. for Prewitt gradients
PREWITT = np.array(((1, 0, -1), (1, 0, -1), (1, 0, -1)), np.float32) / 3

Mask = npt.NDArray[np.bool_]


def distances(picture: Frame, truth: Frame, regions: tuple[Mask, ...]) -> list[float]:
    """One distance for each region (h, w) of two pictures (h, w, 3)."""
    ours, theirs = (cv2.cvtColor(p, cv2.COLOR_RGB2GRAY).astype(np.float32) for p in (picture, truth))
    shares = [region.astype(np.float32) for region in regions]
    squares = np.zeros(len(regions))
    for _ in range(SCALES):
        alike = _similarity(ours, theirs)
        squares += [_variance(alike, share) for share in shares]
        ours, theirs, *shares = (_halved(p) for p in (ours, theirs, *shares))
    return [float(value) for value in np.sqrt(squares / SCALES)]


def _similarity(ours: FloatArray, theirs: FloatArray) -> FloatArray:
    """(h, w) 1 where both have edges of the same strength."""
    a, b = (np.hypot(cv2.filter2D(p, -1, PREWITT), cv2.filter2D(p, -1, PREWITT.T)) for p in (ours, theirs))
    return np.asarray((2 * a * b + STABILITY) / (a * a + b * b + STABILITY), np.float32)


def _variance(values: FloatArray, share: FloatArray) -> float:
    weight = share / max(float(share.sum()), 1e-6)
    mean = float((weight * values).sum())
    return float((weight * (values - mean) ** 2).sum())


def _halved(picture: FloatArray) -> FloatArray:
    return np.asarray(cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.float32)
