"""Fill the unknown part of a picture smoothly from what surrounds it (push-pull), with the known part's grain."""

from __future__ import annotations

import cv2
import numpy as np

from generation.types import FloatArray, Frame

KNOWN_ENOUGH = 0.25  # of a pyramid cell's area; below it coarser levels mix in
GRAIN_SHARE = 0.5  # of the measured grain; at full strength the fill stood out as a halo (measured)
MOST_GRAIN = 3.0  # grey levels; more is structure (canvas, cracks), which the fill should not imitate
GRAIN_SIGMA_PX = 0.8  # blur of the grain: camera noise is not white after demosaicing and compression
DETAIL_SIGMA_PX = 3.0  # what is finer than this counts as grain
MAD_TO_SIGMA = 1.48  # of a normal distribution


def push_pull(image: FloatArray, known: FloatArray) -> FloatArray:
    """Fill where `known` is 0 by a pyramid of weighted averages; keep pixels where it is 1.

    `image` (h, w, 3), `known` (h, w) 0..1, result (h, w, 3). Gortler et al. 1996, “The Lumigraph”, section 3.3.
    """
    sums, weights = [image * known[..., None]], [known]
    while min(weights[-1].shape) > 2:
        sums.append(cv2.pyrDown(sums[-1]))
        weights.append(cv2.pyrDown(weights[-1]))
    filled = sums[-1] / np.maximum(weights[-1], 1e-4)[..., None]
    for total, weight in zip(sums[-2::-1], weights[-2::-1], strict=True):
        coarse = cv2.resize(filled, weight.shape[::-1], interpolation=cv2.INTER_LINEAR)
        trust = np.clip(weight / KNOWN_ENOUGH, 0, 1)[..., None]
        filled = total / np.maximum(weight, 1e-4)[..., None] * trust + coarse * (1 - trust)
    filled += (image - filled) * (known > 0.99)[..., None]
    return filled.astype(np.float32)


def grain(image: Frame, known: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Noise as fine and half as strong as that of the known pixels, (h, w, 3) in grey levels."""
    pixels = image.astype(np.float32)
    detail = (pixels - cv2.GaussianBlur(pixels, (0, 0), DETAIL_SIGMA_PX))[known > 0.5]
    if not len(detail):
        return np.zeros_like(pixels)
    strength = np.minimum(np.median(np.abs(detail), axis=0) * MAD_TO_SIGMA, detail.std(axis=0))  # (3,)
    noise = cv2.GaussianBlur(rng.standard_normal(image.shape[:2]).astype(np.float32), (0, 0), GRAIN_SIGMA_PX)
    amount = np.minimum(GRAIN_SHARE * strength, MOST_GRAIN).astype(np.float32)
    grains: FloatArray = (noise / noise.std())[..., None] * amount
    return grains
