"""Which of mediapipe's landmarks is what, and how they join into triangles.

Left and right are the sitter's own: the sitter's right eye is on the picture's left. Every contour runs from the
picture's left to its right for the mouth, and from the temple toward the nose for an eye.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

IndexArray = npt.NDArray[np.int32]

FACE_POINTS = 468  # landmarks of the skin; 468..477 are the two irises
CROWN, CHIN = 10, 152  # top and bottom of the oval
RIGHT_EDGE, LEFT_EDGE = 234, 454  # the oval in front of the sitter's ears
MOUTH_CORNERS = (61, 291)  # the sitter's right, left
LIP_MIDDLE_UPPER, LIP_MIDDLE_LOWER = 13, 14  # on the inner contour

OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149,
    150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip

# Four rings of eleven points on each lip, from the skin inwards.
UPPER_LIP_RINGS = (
    (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291),
    (76, 184, 74, 73, 72, 11, 302, 303, 304, 408, 306),
    (62, 183, 42, 41, 38, 12, 268, 271, 272, 407, 292),
    (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308),
)
LOWER_LIP_RINGS = (
    (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291),
    (76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306),
    (62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292),
    (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308),
)
UPPER_INNER_LIP, LOWER_INNER_LIP = UPPER_LIP_RINGS[-1], LOWER_LIP_RINGS[-1]
MOUTH_OPENING = UPPER_INNER_LIP + LOWER_INNER_LIP[-2:0:-1]  # closed polygon
LIPS = tuple(sorted({i for ring in UPPER_LIP_RINGS + LOWER_LIP_RINGS for i in ring}))


@dataclass(frozen=True)
class EyePoints:
    """Landmarks of one eye; both lids run from the outer corner to the inner one and share the corners."""

    side: str  # "Left" or "Right", as ARKit's suffix
    upper: tuple[int, ...]
    lower: tuple[int, ...]
    fold: tuple[int, ...]  # the crease above the upper lid, seven points
    iris: tuple[int, ...]
    centre: int  # of the iris
    brow_upper: tuple[int, ...]  # from the temple to the nose
    brow_lower: tuple[int, ...]

    @property
    def opening(self) -> tuple[int, ...]:
        """Closed polygon along the lids."""
        return self.upper + self.lower[-2:0:-1]


RIGHT_EYE = EyePoints(
    side="Right",
    upper=(33, 246, 161, 160, 159, 158, 157, 173, 133),
    lower=(33, 7, 163, 144, 145, 153, 154, 155, 133),
    fold=(247, 30, 29, 27, 28, 56, 190),
    iris=(469, 470, 471, 472),
    centre=468,
    brow_upper=(70, 63, 105, 66, 107),
    brow_lower=(46, 53, 52, 65, 55),
)
LEFT_EYE = EyePoints(
    side="Left",
    upper=(263, 466, 388, 387, 386, 385, 384, 398, 362),
    lower=(263, 249, 390, 373, 374, 380, 381, 382, 362),
    fold=(467, 260, 259, 257, 258, 286, 414),
    iris=(474, 475, 476, 477),
    centre=473,
    brow_upper=(300, 293, 334, 296, 336),
    brow_lower=(276, 283, 282, 295, 285),
)
EYES = (RIGHT_EYE, LEFT_EYE)
CHEEKS = (50, 280, 205, 425, 117, 346, 101, 330)  # skin that is seldom shaded or bearded
LIP_RED = (17, 84, 314, 85, 315, 0, 37, 267)


@cache
def skin_triangles() -> IndexArray:
    """The 852 triangles of mediapipe's face mesh, (852, 3), with holes at the eyes and the mouth.

    A copy of FaceLandmarksConnections.FACE_LANDMARKS_TESSELATION (Apache-2.0), which takes half a second to import.
    """
    return np.asarray(np.load(Path(__file__).with_name("face_triangles.npy")), np.int32)


@cache
def hole_triangles() -> IndexArray:
    """Triangles that close the eyes and the mouth, (m, 3), so that the flow stays continuous across them."""
    strips: list[tuple[int, int, int]] = []
    for upper, lower in [(UPPER_INNER_LIP, LOWER_INNER_LIP)] + [(e.upper, e.lower) for e in EYES]:
        for up, low, next_up, next_low in zip(upper, lower, upper[1:], lower[1:], strict=False):
            strips += [t for t in ((up, low, next_up), (low, next_low, next_up)) if len(set(t)) == 3]
    return np.array(strips, np.int32)
