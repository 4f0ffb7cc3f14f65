"""Is it still the portrait? Distance of identity, and sharpness of the skin, against the given picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from generation import weights
from generation.errors import InputRefused, MissingOnMachine
from generation.evaluate.identity import distance, embedding, similarity
from generation.evaluate.watch import Moment
from generation.portrait.decode import decode
from generation.portrait.detect import detector
from generation.portrait.measures import unit
from generation.portrait.topology import EYES, FACE_POINTS, LIPS
from generation.types import FloatArray, Frame

SKIN_INSET = 0.12  # of the face's height by which the judged region stays inside its outline
FEATURE_REACH = 0.06  # of the face's height around eyes and mouth that is left out: they move
FINEST = 0.8  # px, sigma of the finest structure that is compared; finer is grain and codec noise
COARSEST = 2.0  # px, sigma beyond which structure survives any blur
NO_PORTRAIT = "Give the portrait that the video was made from (--portrait)."


@dataclass(frozen=True)
class Likeness:
    """None where it could not be measured; `why` then says so."""

    identity_mean: float | None  # cosine distance of SFace embeddings
    identity_max: float | None
    sharpness: float | None  # fine contrast of the skin in the video / in the portrait at the same scale
    why: dict[str, str]


def measure(moments: Sequence[Moment], portrait: bytes | None) -> Likeness:
    """Compare pictures of a video with the portrait it was made from. Raises PortraitRefused, InputRefused."""
    names = ("identity.mean", "identity.max", "sharpness")
    if portrait is None:
        return Likeness(None, None, None, dict.fromkeys(names, NO_PORTRAIT))
    given = _given(portrait, moments)
    crispness = sharpness(moments, given)
    why = {} if crispness is not None else {"sharpness": "The face is too small, or its skin too even, to tell."}
    try:
        wanted = embedding(given.picture, given.face)
        distances = [distance(embedding(moment.picture, moment.face), wanted) for moment in moments]
    except MissingOnMachine as fault:
        return Likeness(None, None, crispness, why | dict.fromkeys(names[:2], f"{fault.message} {fault.hint}"))
    return Likeness(float(np.mean(distances)), float(np.max(distances)), crispness, why)


def sharpness(moments: Sequence[Moment], given: Moment) -> float | None:
    """Median over the pictures; 1 is as sharp as the portrait brought to the same scale, below 1 is softer."""
    ratios = [ratio for moment in moments if (ratio := _crispness(moment, given)) is not None]
    return float(np.median(ratios)) if ratios else None


def _given(portrait: bytes, moments: Sequence[Moment]) -> Moment:
    """The portrait and the face in it that the video shows: of several, the most alike."""
    picture = decode(portrait).pixels
    with detector(weights.path("face_landmarker")) as landmarker:
        faces = landmarker.faces(picture)
    if not faces:
        raise InputRefused(
            "no_face", "No face was found in the portrait.", "Give the picture the video was made from."
        )
    if len(faces) == 1:
        return Moment(picture, faces[0])
    seen = embedding(moments[0].picture, moments[0].face)
    return Moment(picture, min(faces, key=lambda face: distance(embedding(picture, face), seen)))


def _crispness(moment: Moment, given: Moment) -> float | None:
    """Fine contrast of one picture's skin over that of the portrait, laid over it at the picture's scale."""
    there, here = given.face.landmarks[:FACE_POINTS], moment.face.landmarks[:FACE_POINTS]
    rows, columns = moment.picture.shape[:2]
    laid = similarity(there[:, :2], here[:, :2])
    shrink = unit(there) / max(unit(here), 1e-6)
    source = given.picture if shrink <= 1 else _shrunk(given.picture, shrink)
    onto = laid @ np.diag((shrink, shrink, 1.0)).astype(np.float32) if shrink > 1 else laid
    still = np.asarray(cv2.warpAffine(source, onto, (columns, rows), flags=cv2.INTER_CUBIC), np.uint8)
    skin = _skin(here, (rows, columns))
    if skin.sum() < 500:
        return None
    ours, theirs = (float(np.abs(_fine(picture)[skin]).mean()) for picture in (moment.picture, still))
    return ours / theirs if theirs > 0.05 else None


def _shrunk(picture: Frame, factor: float) -> Frame:
    return np.asarray(
        cv2.resize(picture, None, fx=1 / factor, fy=1 / factor, interpolation=cv2.INTER_AREA), np.uint8
    )


def _fine(picture: Frame) -> FloatArray:
    """(h, w) structure between FINEST and COARSEST, in levels."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    fine, coarse = (cv2.GaussianBlur(grey, (0, 0), sigma) for sigma in (FINEST, COARSEST))
    return np.asarray(fine - coarse, np.float32)


def _skin(landmarks: FloatArray, shape: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """The face without its outline, eyes and mouth."""
    points = np.round(landmarks[:, :2]).astype(np.int32)
    height = float(np.ptp(landmarks[:, 1]))
    mask = np.zeros(shape, np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(points), 1)
    mask = cv2.erode(mask, _disc(SKIN_INSET * height), borderType=cv2.BORDER_CONSTANT, borderValue=0)
    features = np.zeros(shape, np.uint8)
    for part in (list(LIPS), *(list(eye.opening) for eye in EYES)):
        cv2.fillConvexPoly(features, cv2.convexHull(points[part]), 1)
    skin = (mask > 0) & (cv2.dilate(features, _disc(FEATURE_REACH * height)) == 0)
    return np.asarray(skin, np.bool_)


def _disc(radius: float) -> npt.NDArray[np.uint8]:
    side = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)
