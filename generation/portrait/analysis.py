"""One picture → one Portrait, or a refusal that says why and what would work."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from generation import weights
from generation.portrait import choice, refusals
from generation.portrait.crop import Square, cut, cut_rectangle, middle, texture_scale
from generation.portrait.decode import decode
from generation.portrait.detect import detector
from generation.portrait.framing import Shot, View, canvas, view
from generation.portrait.matte import NET_SIDE, Wider, matte
from generation.portrait.plate import plate
from generation.types import Frame, Portrait

WIDER = 1.5  # sides of the square that the network sees in its second look
WORTH_WIDENING = 1.15


@dataclass(frozen=True)
class Sitting:
    """A portrait and the picture it sits in."""

    portrait: Portrait
    view: View
    picture: Frame  # (h, w, 3) the still video frame
    people: tuple[tuple[float, float], ...]  # x, y px of the still where a face's middle is, from left to right
    speaker: int  # index into people


def analyse(source: bytes, *, size: int = 512, face_index: int | None = None) -> Portrait:
    """Find the face, cut the square around it, and separate the person from what lies behind.

    `size` is the side of the finished square in px. `face_index` counts faces from 0, left to right; without it a
    picture with several faces of similar size is refused. Raises PortraitRefused, MissingOnMachine.
    """
    return analyse_shot(source, Shot(size), face_index=face_index).portrait


def analyse_shot(source: bytes, shot: Shot, *, face_index: int | None = None) -> Sitting:
    """As `analyse`, and what the video shows around the square."""
    photo = decode(source).pixels
    with detector(weights.path("face_landmarker")) as landmarker:
        found = choice.faces(photo, landmarker)
        chosen = choice.speaker(found, face_index)
        if chosen is None:
            raise refusals.SeveralFaces(tuple(face.box for face in found))
        choice.refuse_unusable(found[chosen], photo)
        seen = view(shot, found[chosen], photo.shape[1], photo.shape[0])
        picture, right, down = canvas(photo, seen)
        where = Square(seen.square.left + right, seen.square.top + down, seen.square.side)
        image = cut(picture, where, seen.painted)
        face = landmarker.face(image)
    if face is None:
        raise refusals.no_face()
    alpha = matte(image, face, weights.path("selfie_segmentation"), _wider(photo, seen.square))
    scale = texture_scale(where, seen.painted)
    portrait = Portrait(
        image=image,
        texture=image if scale == 1 else cut(picture, where, scale * seen.painted),
        face=face,
        matte=alpha,
        plate=plate(image, alpha),
        crop=seen.square.affine(seen.painted),
        source_size=(photo.shape[1], photo.shape[0]),
        source_sha256=hashlib.sha256(source).hexdigest(),
    )
    people = tuple(((x - seen.left) * seen.scale, (y - seen.top) * seen.scale) for x, y in map(middle, found))
    if seen.is_square:
        return Sitting(portrait, seen, image, people, chosen)
    left, top = seen.left + right, seen.top + down
    width, height = seen.size[0] / seen.scale, seen.size[1] / seen.scale
    return Sitting(portrait, seen, cut_rectangle(picture, (left, top, width, height), seen.size), people, chosen)


def _wider(photo: Frame, where: Square) -> Wider | None:
    """More of the photo around the square, where it shows more."""
    rows, columns = photo.shape[:2]
    side = min(WIDER * where.side, rows, columns)
    if side < WORTH_WIDENING * where.side:
        return None
    left = min(max(where.left + (where.side - side) / 2, 0), columns - side)
    top = min(max(where.top + (where.side - side) / 2, 0), rows - side)
    image = cut(photo, Square(left, top, side), NET_SIDE)
    return Wider(image, (where.left - left) / side, (where.top - top) / side, where.side / side)
