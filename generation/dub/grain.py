"""A film's noise: taken out of the frame that the mouth is made from, where it would stand still, and laid on."""

from __future__ import annotations

import cv2
import numpy as np

from generation.types import FloatArray, Frame

# Immerkær 1996, “Fast noise variance estimation”: blind to edges and slopes; its median withstands texture.
MASK = np.array(((1, -2, 1), (-2, 4, -2), (1, -2, 1)), np.float32)
GAIN = 6.0 * 0.6745  # of the mask on noise of deviation 1, by the median of its amount
FAINT = 2.0  # levels of deviation; what is less is skin as much as noise
COLOUR = 1.5  # how much more of the noise in colours is taken out
PATCH, AROUND = 5, 15  # px, of non-local means
CLUMP = 0.5  # px of blur; compressed grain is no single pixels


def level(picture: Frame) -> float:
    """Standard deviation of the noise of a picture (h, w, 3), in levels; 0 where it is FAINT."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    found = float(np.median(np.abs(cv2.filter2D(grey, -1, MASK)))) / GAIN
    return found if found >= FAINT else 0.0


def cleaned(picture: Frame, noise: float) -> Frame:
    """The picture without noise of that level (Buades et al. 2005, non-local means)."""
    if not noise:
        return picture
    clean = cv2.fastNlMeansDenoisingColored(picture, None, noise, COLOUR * noise, PATCH, AROUND)
    return np.asarray(clean, np.uint8)


def grain(shape: tuple[int, int], noise: float, number: int) -> FloatArray | float:
    """(h, w, 1) noise of that level; `number` is the frame's, and the same number gives the same grain."""
    if not noise:
        return 0.0
    rough = np.random.default_rng(number).standard_normal(shape, np.float32)
    soft = cv2.GaussianBlur(rough, (0, 0), CLUMP)
    return np.asarray(soft * (noise / float(soft.std())), np.float32)[..., None]
