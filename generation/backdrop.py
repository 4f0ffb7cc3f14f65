"""What lies behind the person: the photo's own background, blurred, a colour, another picture, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from generation.errors import InputRefused
from generation.portrait.crop import blurred
from generation.portrait.decode import decode
from generation.types import Frame

BLUR = 0.025  # of the frame's shorter side, sigma; scenery stays recognisable, writing does not


@dataclass(frozen=True)
class Backdrop:
    """A maker's choice of background."""

    kind: Literal["keep", "blur", "colour", "image", "none"] = "keep"
    colour: tuple[int, int, int] = (0, 0, 0)  # RGB, of kind colour
    image: Frame | None = None  # (h, w, 3), of kind image

    def paint(self, plate: Frame) -> Frame:
        """The background (h, w, 3) in place of `plate`, the photo without its people."""
        rows, columns = plate.shape[:2]
        if self.kind == "blur":
            return np.asarray(blurred(plate, BLUR * min(rows, columns)) + 0.5, np.uint8)
        if self.image is not None:
            return _covering(self.image, columns, rows)
        if self.kind == "colour":
            return np.full_like(plate, self.colour)
        return plate


KEPT = Backdrop()


def read(text: str) -> Backdrop:
    """The backdrop named on a command line: keep, blur, none, #RRGGBB or image:PATH.

    Raises InputRefused with codes bad_background and background_missing, and PortraitRefused as `decode` does.
    """
    if text in ("keep", "blur", "none"):
        return Backdrop(text)  # type: ignore[arg-type]  # one of the three names
    if re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        red, green, blue = bytes.fromhex(text[1:])
        return Backdrop("colour", (red, green, blue))
    kind, _, place = text.partition(":")
    if kind != "image" or not place:
        raise InputRefused(
            "bad_background",
            f"There is no background “{text}”.",
            "Choose keep, blur, none, a colour such as #2B4C7E, or image:PATH.",
        )
    try:
        source = Path(place).read_bytes()
    except OSError as fault:
        raise InputRefused(
            "background_missing",
            f"The background “{place}” could not be read ({fault.strerror}).",
            "Check its path.",
        ) from fault
    return Backdrop("image", image=decode(source).pixels)


def _covering(picture: Frame, width: int, height: int) -> Frame:
    """The middle of a picture, as large as fits, at width × height px."""
    rows, columns = picture.shape[:2]
    scale = max(width / columns, height / rows)
    left, top = int((columns - width / scale) / 2), int((rows - height / scale) / 2)
    part = picture[top : top + max(1, round(height / scale)), left : left + max(1, round(width / scale))]
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(part, (width, height), interpolation=how), np.uint8)
