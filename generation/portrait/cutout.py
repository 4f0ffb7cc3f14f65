"""Everyone in a picture cut out for another background: how much of each pixel is person, and in which colour."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from generation.portrait.analysis import Sitting
from generation.portrait.framing import Window
from generation.portrait.inpaint import push_pull
from generation.portrait.matte import CEILING, FLOOR, GUIDE_EPSILON, GUIDE_RADIUS, SURE_ENOUGH, segment
from generation.portrait.paste import feathered
from generation.portrait.plate import plate
from generation.types import FloatArray, Frame

WORK_SIDE = 1024  # px of the longer side at most, on which the outline of the whole picture is sought
CLOSER = 2.0  # sides of the talking square; of larger pictures this much around it is looked at once more
OWN = 0.95  # matte from which a pixel's colour is the person's own
RIM = 2 / 512  # of the shorter side, width of the outline in which the matte may be a little too generous
STRANDS = (0.6, 0.9)  # matte; what is less is hair already weighed, what is more may be a generous outline
TELLING = 40.0  # grey levels between person and background from which a pixel's colour says which it is
CLEARLY_PERSON = 0.8  # of the way from the background's colour to the person's
MIXED = (0.2, 0.7)  # matte between which the colour is first taken from neighbours, then from the pixel itself


@dataclass(frozen=True)
class Cutout:
    """People without their background."""

    matte: FloatArray  # (h, w) 0..1
    colours: Frame  # (h, w, 3) of the people alone, drawn on beyond them
    plate: Frame  # (h, w, 3) the background alone


def cut_out(image: Frame, matte: FloatArray, behind: Frame) -> Cutout:
    """Take the background's share out of the colours along the outline, so that it leaves no halo elsewhere.

    `image` (h, w, 3) is matte · colours + (1 − matte) · `behind`.
    """
    pixels, ground = image.astype(np.float32), behind.astype(np.float32)
    rim = max(1, round(RIM * min(matte.shape)))
    inner = cv2.erode((matte > OWN).astype(np.uint8), np.ones((2 * rim + 1, 2 * rim + 1), np.uint8))
    drawn_on = push_pull(pixels, inner.astype(np.float32))
    doubtful = np.clip((matte - STRANDS[0]) / (STRANDS[1] - STRANDS[0]), 0, 1) * (inner == 0)
    matte = (matte * (1 - doubtful * (1 - _unlike(pixels, ground, drawn_on)))).astype(np.float32)
    alpha = matte[..., None]
    own = (pixels - (1 - alpha) * ground) / np.maximum(alpha, MIXED[0])
    trust = np.clip((alpha - MIXED[0]) / (MIXED[1] - MIXED[0]), 0, 1)
    colours = np.clip(drawn_on + trust * (np.clip(own, 0, 255) - drawn_on) + 0.5, 0, 255).astype(np.uint8)
    return Cutout(matte, colours, behind)


def _unlike(pixels: FloatArray, ground: FloatArray, person: FloatArray) -> FloatArray:
    """0 where a pixel of the outline is the background's colour, 1 where it is the person's or both are alike."""
    line = person - ground
    length = (line * line).sum(2)
    along = ((pixels - ground) * line).sum(2) / np.maximum(length, 1)
    return np.asarray(np.where(length < TELLING**2, 1, np.clip(along / CLEARLY_PERSON, 0, 1)), np.float32)


def everyone(sitting: Sitting, model: Path) -> tuple[Cutout, FloatArray]:
    """The people of the video's still frame, and the matte (h, w) of those among them who do not speak.

    Inside the square the portrait's own matte counts; around it and for the others a coarser one.
    """
    picture, view, portrait = sitting.picture, sitting.view, sitting.portrait
    if view.is_square:
        return cut_out(picture, portrait.matte, portrait.plate), np.zeros_like(portrait.matte)
    shown = _people(picture, view.window, model)
    _, parts = cv2.connectedComponents((shown > SURE_ENOUGH).astype(np.uint8))
    belongs = [_part_at(parts, middle) for middle in sitting.people]
    speaking = belongs[sitting.speaker]
    others = shown * _near(np.isin(parts, [part for part in belongs if part not in (0, speaking)]))
    shown = np.maximum(shown * _near(parts == speaking) * (speaking > 0), others)
    speaker = cut_out(portrait.image, portrait.matte, portrait.plate).matte
    matte = _with_square(shown, others, speaker, view.window)
    return cut_out(picture, matte, plate(picture, matte)), others


def _people(picture: Frame, window: Window, model: Path) -> FloatArray:
    """Share of person (h, w) as the network sees the whole picture, and once more closer to the speaker."""
    rows, columns = picture.shape[:2]
    scale = min(1.0, WORK_SIDE / max(rows, columns))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    rough = _segmented(small, model)
    reach = round(CLOSER * window.side * scale)
    if max(small.shape[:2]) > reach:
        middle_x, middle_y = (round((at + window.side / 2) * scale) for at in (window.left, window.top))
        area = (
            slice(max(middle_y - reach // 2, 0), max(middle_y + reach // 2, 1)),
            slice(max(middle_x - reach // 2, 0), max(middle_x + reach // 2, 1)),
        )
        rough[area] = np.maximum(rough[area], _segmented(small[area], model))
    side = min(small.shape[:2])
    fine = cv2.ximgproc.guidedFilter(small, rough, max(2, round(GUIDE_RADIUS * side)), GUIDE_EPSILON)
    fine = np.clip((fine - FLOOR) / (CEILING - FLOOR), 0, 1).astype(np.float32)
    return np.asarray(np.clip(cv2.resize(fine, (columns, rows), interpolation=cv2.INTER_LINEAR), 0, 1), np.float32)


def _segmented(picture: Frame, model: Path) -> FloatArray:
    """The network's answer at the picture's size; it wants squares, so the picture goes on in the mirror."""
    rows, columns = picture.shape[:2]
    side = max(rows, columns)
    top, left = (side - rows) // 2, (side - columns) // 2
    square = cv2.copyMakeBorder(
        picture, top, side - rows - top, left, side - columns - left, cv2.BORDER_REFLECT_101
    )
    seen = cv2.resize(segment(square, model), (side, side), interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(seen[top : top + rows, left : left + columns], np.float32)


def _part_at(parts: npt.NDArray[np.int32], middle: tuple[float, float]) -> int:
    """The number of the part that holds a face's middle (x, y); 0 outside all of them and outside the picture."""
    x, y = round(middle[0]), round(middle[1])
    inside = 0 <= y < parts.shape[0] and 0 <= x < parts.shape[1]
    return int(parts[y, x]) if inside else 0


def _near(part: npt.NDArray[np.bool_]) -> FloatArray:
    """1 on a part and in the rim where its outline is soft, 0 elsewhere, (h, w)."""
    reach = max(3, round(2 * GUIDE_RADIUS * min(part.shape))) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    return np.asarray(cv2.dilate(part.astype(np.uint8), kernel), np.float32)


def _with_square(shown: FloatArray, others: FloatArray, speaker: FloatArray, window: Window) -> FloatArray:
    """The matte (h, w) of everyone, with the portrait's own (s, s) in its place."""
    whole, seen = window.parts(shown.shape)
    share = feathered(window.side)[seen]
    fine = cv2.resize(speaker, (window.side, window.side), interpolation=cv2.INTER_AREA)[seen]
    matte = shown.copy()
    matte[whole] += share * (np.maximum(fine, others[whole]) - shown[whole])
    return matte
