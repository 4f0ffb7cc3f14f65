"""Which frame of a film the new mouth is made from: lips closed, face at rest, head held as usual."""

from __future__ import annotations

import numpy as np

from generation.portrait.measures import opening_mm, unit
from generation.types import Face, FloatArray

# What a face at rest does not show, and how much one unit of it counts.
EXPRESSIONS = {
    "jawOpen": 2.0, "mouthSmileLeft": 0.7, "mouthSmileRight": 0.7, "mouthPucker": 0.7, "mouthFunnel": 1.0,
    "mouthUpperUpLeft": 0.5, "mouthUpperUpRight": 0.5, "mouthLowerDownLeft": 0.5, "mouthLowerDownRight": 0.5,
    "mouthRollLower": 0.7, "mouthRollUpper": 0.5, "mouthPressLeft": 0.3, "mouthPressRight": 0.3,
    "mouthShrugLower": 0.3, "mouthLeft": 0.5, "mouthRight": 0.5, "eyeBlinkLeft": 0.2, "eyeBlinkRight": 0.2,
}  # fmt: skip
PER_MM = 0.5  # of gap between the lips
PER_DEGREE = 0.04  # of turn from the usual pose
PER_LIGHT = 1.0  # per unit of the logarithm of its brightness beside the usual
PER_MM_MOVED = 0.15  # of the face from one frame to the next; what moves is blurred


def reference(faces: tuple[Face, ...], colours: FloatArray) -> int:
    """Index of the frame to make the mouth from; `colours` (t, n, 3) at each frame's landmarks."""
    poses = np.array([(face.yaw, face.pitch, face.roll) for face in faces])
    turned = np.linalg.norm(poses - np.median(poses, 0), axis=1)
    middles = np.array([face.landmarks[:, :2].mean(0) for face in faces])
    moved = np.linalg.norm(np.gradient(middles, axis=0), axis=1) if len(faces) > 1 else np.zeros(1)
    unit_px = float(np.median([unit(face.landmarks) for face in faces]))
    shown = np.array([sum(w * face.blendshapes[name] for name, w in EXPRESSIONS.items()) for face in faces])
    gaps = np.array([max(opening_mm(face.landmarks), 0.0) for face in faces])
    bright = np.log(1 + colours.mean((1, 2)))
    lit = np.abs(bright - np.median(bright))
    return int(
        np.argmin(shown + PER_MM * gaps + PER_DEGREE * turned + PER_MM_MOVED * moved / unit_px + PER_LIGHT * lit)
    )
