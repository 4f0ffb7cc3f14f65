"""The look at a picture when it is uploaded: what was found, what will work less well, and a clean copy."""

from __future__ import annotations

from dataclasses import dataclass

from generation import weights
from generation.portrait import choice
from generation.portrait.crop import Square, square
from generation.portrait.decode import Picture, decode, encode_clean
from generation.portrait.detect import detector, height
from generation.portrait.refusals import Box
from generation.types import Advice, Face

GOOD_HEIGHT = 150  # px from forehead to chin; below it the finished video looks soft at 512
TURNED_YAW = 20.0  # degrees as measured, about 25 in truth; beyond it the far cheek smears in large turns
CLOSED = 0.55  # of both blink blendshapes; true closed eyes measure 0.6–0.75, open ones below 0.3
OPEN_MOUTH = 0.35  # of jawOpen


@dataclass(frozen=True)
class PortraitExamination:
    """A picture that can become a portrait. Coordinates are px of the clean copy."""

    image: bytes  # upright, sRGB, without metadata
    media_type: str  # image/png or image/jpeg
    width: int
    height: int
    faces: tuple[Box, ...]  # from left to right
    chosen: int | None  # index into faces; None: someone must say which face shall speak
    crop: Square | None  # what the video will show of the picture; None while no face is chosen
    advice: tuple[Advice, ...]


def examine(source: bytes, *, face_index: int | None = None) -> PortraitExamination:
    """Decode a stranger's file, find its faces and re-encode its pixels.

    Several faces of similar size are no refusal here: `chosen` is None until `face_index` (from 0, left to right)
    names one. Raises PortraitRefused for everything that can never work, MissingOnMachine without the weights.
    """
    picture = decode(source)
    with detector(weights.path("face_landmarker")) as landmarker:
        found = choice.faces(picture.pixels, landmarker)
    chosen = choice.speaker(found, face_index)
    columns, rows = picture.pixels.shape[1], picture.pixels.shape[0]
    crop = None
    advice = _of_picture(picture)
    if chosen is not None:
        choice.refuse_unusable(found[chosen], picture.pixels)
        crop = square(found[chosen], columns, rows)
        advice += _of_face(found[chosen], crop, columns, rows)
        if len(found) > 1 and face_index is None:
            advice.append(
                Advice("bystanders", "Smaller faces are in this picture too; the largest one will speak.")
            )
    image, media_type = encode_clean(picture)
    return PortraitExamination(
        image=image,
        media_type=media_type,
        width=columns,
        height=rows,
        faces=tuple(face.box for face in found),
        chosen=chosen,
        crop=crop,
        advice=tuple(advice),
    )


def _of_picture(picture: Picture) -> list[Advice]:
    advice = []
    if picture.animated:
        advice.append(Advice("animated", "This picture moves; its first frame was taken."))
    if picture.reduced:
        advice.append(Advice("reduced", "This picture is very large; a smaller copy of it was kept."))
    return advice


def _of_face(face: Face, crop: Square, columns: int, rows: int) -> list[Advice]:
    advice = []
    if height(face) < GOOD_HEIGHT:
        advice.append(
            Advice("soft", "The face is small here, so the video will look soft. A closer picture is better.")
        )
    if abs(face.yaw) > TURNED_YAW:
        advice.append(Advice("turned", "The face is turned aside, so the head will move less than usual."))
    if min(face.blendshapes["eyeBlinkLeft"], face.blendshapes["eyeBlinkRight"]) > CLOSED:
        advice.append(Advice("eyes_closed", "The eyes look closed here, and they will stay closed in the video."))
    if face.blendshapes["jawOpen"] > OPEN_MOUTH:
        advice.append(Advice("mouth_open", "The mouth stands open here. A picture with closed lips speaks better."))
    if min(crop.left, crop.top) < 0 or crop.left + crop.side > columns or crop.top + crop.side > rows:
        advice.append(Advice("tight", "The picture ends close to the face, so its edge will be painted on."))
    return advice
