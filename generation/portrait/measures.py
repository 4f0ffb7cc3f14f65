"""Lengths on a face that was found, in millimetres of its own: the distance of its eye centres is 62."""

from __future__ import annotations

import numpy as np

from generation.portrait.topology import CHIN, CROWN, EYES, LOWER_INNER_LIP, MOUTH_CORNERS, UPPER_INNER_LIP
from generation.types import FloatArray

EYE_DISTANCE_MM = 62.0


def unit(landmarks: FloatArray) -> float:
    """Px per millimetre of a face (≥ 468, 3)."""
    right, left = (landmarks[np.array(eye.opening)].mean(0) for eye in EYES)
    return float(np.linalg.norm(left - right)) / EYE_DISTANCE_MM


def opening_mm(landmarks: FloatArray) -> float:
    """Gap between the inner lips along the face, mean of their three middle pairs; negative where they overlap."""
    down = landmarks[CHIN, :2] - landmarks[CROWN, :2]
    down = down / np.linalg.norm(down)
    upper, lower = (landmarks[list(ring[4:7]), :2] for ring in (UPPER_INNER_LIP, LOWER_INNER_LIP))
    return float(((lower - upper) @ down).mean()) / unit(landmarks)


def lid_ratio(landmarks: FloatArray) -> tuple[float, float]:
    """Gap between the lids as a share of the eye's width, right and left."""
    ratios = []
    for eye in EYES:
        upper, lower = landmarks[list(eye.upper), :2], landmarks[list(eye.lower), :2]
        across = np.linalg.norm(landmarks[eye.upper[-1]] - landmarks[eye.upper[0]])
        ratios.append(float(np.linalg.norm(lower[3:6] - upper[3:6], axis=1).mean() / across))
    return ratios[0], ratios[1]


def mouth_width_mm(landmarks: FloatArray) -> float:
    """From corner to corner, in space."""
    right, left = landmarks[list(MOUTH_CORNERS)]
    return float(np.linalg.norm(left - right)) / unit(landmarks)
