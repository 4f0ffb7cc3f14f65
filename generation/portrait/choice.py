"""Which of the faces found shall speak, and whether it can."""

from __future__ import annotations

import numpy as np

from generation.errors import PortraitRefused
from generation.portrait import refusals
from generation.portrait.crop import cut, square
from generation.portrait.detect import Detector, height
from generation.types import Face, Frame

CONFIRM_SIDE = 256  # px of the crop on which each finding must be found again
QUARTER_TURNS = (1, 2, 3)
PROMINENT = 0.5  # of the tallest face; smaller ones are bystanders who are not asked about
LEAST_HEIGHT = 64  # px from forehead to chin; below it, eyelids and lips are a pixel or two
FARTHEST_YAW = 40.0  # degrees as measured, where the reading saturates (41–44°): one eye is all but hidden
FARTHEST_ROLL = 40.0  # degrees
LEAST_VISIBLE = 0.9  # share of the landmarks inside the picture


def faces(picture: Frame, detector: Detector) -> tuple[Face, ...]:
    """Faces of the upright picture, left to right, each confirmed on its own crop.

    Magnified tiles make the detector see a face in a cat's; on the crop it does not. Raises PortraitRefused with
    code no_face or picture_sideways.
    """
    found = tuple(face for face in detector.faces(picture) if _confirmed(face, picture, detector))
    if found:
        return found
    if any(_upright_face(np.rot90(picture, turns), detector) for turns in QUARTER_TURNS):
        raise refusals.sideways()
    raise refusals.no_face()


def speaker(found: tuple[Face, ...], face_index: int | None) -> int | None:
    """The index of the face that shall speak, or None where someone must say which.

    `face_index` counts from 0; raises PortraitRefused with code no_such_face when it is out of range.
    """
    if face_index is not None:
        if not 0 <= face_index < len(found):
            raise refusals.no_such_face(face_index + 1, len(found))
        return face_index
    heights = [height(face) for face in found]
    prominent = [index for index, tall in enumerate(heights) if tall >= PROMINENT * max(heights)]
    return prominent[0] if len(prominent) == 1 else None


def refuse_unusable(face: Face, picture: Frame) -> None:
    """Raise PortraitRefused when this face is too small, turned, tilted or cut off to speak."""
    if abs(face.roll) > FARTHEST_ROLL:
        raise refusals.sideways() if abs(face.roll) > 2 * FARTHEST_ROLL else refusals.face_tilted(_whole(face.roll))
    if visible(face, picture) < LEAST_VISIBLE:
        raise refusals.face_cut_off()
    if height(face) < LEAST_HEIGHT:
        raise refusals.face_too_small(_whole(height(face)), LEAST_HEIGHT)
    if abs(face.yaw) > FARTHEST_YAW:
        raise refusals.profile_too_far(_whole(face.yaw))


def visible(face: Face, picture: Frame) -> float:
    """Share of the landmarks that lie inside the picture."""
    edge = (picture.shape[1] - 0.5, picture.shape[0] - 0.5)
    points = face.landmarks[:, :2]
    return float(np.all((points > -0.5) & (points < edge), axis=1).mean())


def _upright_face(picture: Frame, detector: Detector) -> bool:
    """Whether a usable face shows without magnifying; turned scenery only looks like one at first sight."""
    face = detector.face(picture)
    if face is None or not _confirmed(face, picture, detector):
        return False
    try:
        refuse_unusable(face, picture)
    except PortraitRefused:
        return False
    return True


def _confirmed(face: Face, picture: Frame, detector: Detector) -> bool:
    close = cut(picture, square(face, picture.shape[1], picture.shape[0]), CONFIRM_SIDE)
    return detector.face(close) is not None


def _whole(value: float) -> int:
    return round(abs(value))
