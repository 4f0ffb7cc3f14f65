"""The face of a portrait as one vector, by which it is known again."""

from __future__ import annotations

from dataclasses import dataclass

from generation import weights
from generation.evaluate.identity import embedding
from generation.portrait import choice
from generation.portrait.age import apparent_age
from generation.portrait.decode import decode
from generation.portrait.detect import detector
from generation.portrait.nudity import nudity
from generation.portrait.refusals import SeveralFaces
from generation.presence.strangers import nearest_stranger
from generation.types import FloatArray


@dataclass(frozen=True)
class KnownFace:
    """A face, and what strikes a machine about its picture."""

    embedding: FloatArray  # (128,) of length 1
    stranger: float  # generation.presence.strangers.nearest_stranger
    age: float  # years that it seems to have; generation.portrait.age
    nudity: float  # 0..1 of the whole picture; generation.portrait.nudity


def face_of(portrait: bytes, face_index: int | None = None) -> KnownFace:
    """The face that speaks in a picture; `face_index` names one of several.

    Raises PortraitRefused as `generation.portrait.examine` does, SeveralFaces where nobody said which, and
    MissingOnMachine.
    """
    picture = decode(portrait).pixels
    with detector(weights.path("face_landmarker")) as landmarker:
        found = choice.faces(picture, landmarker)
    chosen = choice.speaker(found, face_index)
    if chosen is None:
        raise SeveralFaces(tuple(face.box for face in found))
    known = embedding(picture, found[chosen])
    return KnownFace(known, nearest_stranger(known), apparent_age(picture, found[chosen]), nudity(picture))
