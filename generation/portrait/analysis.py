"""One picture → one Portrait, or a refusal that says why and what would work."""

from __future__ import annotations

import hashlib

from generation import weights
from generation.portrait import choice, refusals
from generation.portrait.crop import cut, square, texture_scale
from generation.portrait.decode import decode
from generation.portrait.detect import detector
from generation.portrait.matte import matte
from generation.portrait.plate import plate
from generation.types import Portrait


def analyse(source: bytes, *, size: int = 512, face_index: int | None = None) -> Portrait:
    """Find the face, cut the square around it, and separate the person from what lies behind.

    `size` is the side of the finished square in px. `face_index` counts faces from 0, left to right; without it a
    picture with several faces of similar size is refused. Raises PortraitRefused, MissingOnMachine.
    """
    picture = decode(source).pixels
    with detector(weights.path("face_landmarker")) as landmarker:
        found = choice.faces(picture, landmarker)
        chosen = choice.speaker(found, face_index)
        if chosen is None:
            raise refusals.SeveralFaces(tuple(face.box for face in found))
        choice.refuse_unusable(found[chosen], picture)
        where = square(found[chosen], picture.shape[1], picture.shape[0])
        image = cut(picture, where, size)
        face = landmarker.face(image)
    if face is None:
        raise refusals.no_face()
    alpha = matte(image, face, weights.path("selfie_segmentation"))
    scale = texture_scale(where, size)
    return Portrait(
        image=image,
        texture=image if scale == 1 else cut(picture, where, scale * size),
        face=face,
        matte=alpha,
        plate=plate(image, alpha),
        crop=where.affine(size),
        source_size=(picture.shape[1], picture.shape[0]),
        source_sha256=hashlib.sha256(source).hexdigest(),
    )
