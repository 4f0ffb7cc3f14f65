"""The background without the person: filled in from around the silhouette, with half-strength grain."""

from __future__ import annotations

import cv2
import numpy as np

from generation.portrait.inpaint import grain, push_pull
from generation.types import FloatArray, Frame

PERSON = 0.03  # matte above which a pixel may hold some of the person
MARGIN = 15 / 512  # of the side, width of the safety rim around the person
SEAM = 2 / 512  # of the side, over which the photo melts into the fill
LEAST_BACKGROUND = 0.005  # share of the picture; with less there is nothing to fill from


def plate(image: Frame, matte: FloatArray) -> Frame:
    """Paint the person out of a square crop, (s, s, 3); where nothing but the person is seen, return the crop."""
    size = image.shape[0]
    rim = max(3, round(MARGIN * size)) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (rim, rim))
    known = 1 - cv2.dilate((matte > PERSON).astype(np.uint8), kernel).astype(np.float32)
    if known.mean() < LEAST_BACKGROUND:
        return image
    filled = push_pull(image.astype(np.float32), known) + grain(image, known, np.random.default_rng(0))
    photo = (cv2.GaussianBlur(known, (0, 0), max(1.0, SEAM * size)) * known)[..., None]
    behind: Frame = np.clip(image * photo + filled * (1 - photo) + 0.5, 0, 255).astype(np.uint8)
    return behind
