"""Bring what is painted to the place and the light of a film's frame.

Known at landmarks: by how many px the painted face lies beside the filmed one, and how much brighter the film is.
Between them a Gaussian-weighted mean is taken (Nadaraya 1964, Watson 1964); far from any landmark that is known
the places stay and the light is that of the nearest.
"""

from __future__ import annotations

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter1d

from generation.types import FloatArray, Frame

STEP = 8  # px between the points at which the mean is taken; the rest is interpolated
PLACE_WIDTH, LIGHT_WIDTH = 8.0, 13.0  # mm of the Gaussians
PLACE_PRIOR, LIGHT_PRIOR = 0.4, 1e-4  # landmarks' worth of belief that nothing differs
SHADE = 8.0  # levels added before logarithms, so that noise in the dark is no light
MOST_LIGHT = 0.7  # logarithm; more is hair or a shadow's edge, not light
PLACE_S, LIGHT_S = 0.05, 0.12  # of smoothing in time


def steady(rows: FloatArray, fps: float, seconds: float) -> FloatArray:
    """(t, …) smoothed in time."""
    return np.asarray(gaussian_filter1d(rows, seconds * fps, axis=0, mode="nearest"), np.float32)


def logarithm(colours: FloatArray) -> FloatArray:
    """Of levels 0..255."""
    return np.asarray(np.log(colours + SHADE), np.float32)


def field(
    at: FloatArray, values: FloatArray, weights: FloatArray, shape: tuple[int, int], width: float, prior: float
) -> FloatArray:
    """(h, w, k) the mean of `values` (n, k) known `at` (n, 2) px with `weights` (n,), over pixels 0..w, 0..h.

    `width` in px.
    """
    rows, columns = (-(-side // STEP) + 2 for side in shape)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32) * STEP
    away = (x.ravel()[:, None] - at[None, :, 0]) ** 2 + (y.ravel()[:, None] - at[None, :, 1]) ** 2
    near = np.exp(away * np.float32(-0.5 / width**2)) * weights + np.float32(1e-12)
    means = (near @ values) / (near.sum(1, keepdims=True) + np.float32(prior))
    coarse = means.reshape(rows, columns, -1).astype(np.float32)
    v, u = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32) / STEP
    fine = sampled(coarse, u, v)
    return np.asarray(fine.reshape(*shape, -1), np.float32)


def sampled(picture: Frame | FloatArray, x: FloatArray, y: FloatArray, how: int = cv2.INTER_LINEAR) -> FloatArray:
    """(h, w, c) the picture at these px; beyond its border the border goes on."""
    found = cv2.remap(picture, x, y, how, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float32)
