"""The still frame of a video, set up for painting: background chosen, speaker in place, everybody else standing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from generation import weights
from generation.backdrop import Backdrop
from generation.portrait.analysis import Sitting
from generation.portrait.cutout import Cutout, cut_out, everyone
from generation.portrait.framing import Window
from generation.portrait.paste import Paste
from generation.types import FloatArray, Frame, Portrait

BLACK, WHITE = Backdrop("colour", (0, 0, 0)), Backdrop("colour", (255, 255, 255))
FAINT = 12  # of 255; fainter pixels take the person's colour at rest, their own is mostly rounding

Paint = Callable[[Portrait], Iterator[Frame]]


@dataclass(frozen=True)
class Stage:
    """All that does not change while the speaker speaks."""

    still: Frame  # (h, w, 3), or (h, w, 4) with opacity where nothing lies behind
    window: Window
    is_square: bool  # the talking square is the whole frame
    portraits: tuple[Portrait, ...]  # one; two, over black and over white, where nothing lies behind
    colours: Frame  # (s, s, 3) of the speaker alone

    @property
    def transparent(self) -> bool:
        """Whether frames have a fourth channel."""
        return int(self.still.shape[2]) == 4

    def frames(self, paint: Paint) -> Iterator[Frame]:
        """Frames of the video; `paint` paints the speaking squares of a portrait."""
        squares = self._see_through(paint) if self.transparent else paint(self.portraits[0])
        return squares if self.is_square else Paste(self.still, self.window).frames(squares)

    def _see_through(self, paint: Paint) -> Iterator[Frame]:
        """Squares (s, s, 4) with straight alpha, from the same square over black and over white.

        Smith & Blinn 1996, “Blue screen matting”: what differs between the two is what shines through.
        """
        for black, white in zip(*map(paint, self.portraits), strict=True):
            red, green, blue = cv2.split(cv2.subtract(white, black))
            opacity = cv2.bitwise_not(cv2.max(cv2.max(red, green), blue))  # lesser channels were at their limit
            colours = cv2.divide(black, cv2.merge((opacity,) * 3), scale=255)
            cv2.copyTo(self.colours, cv2.compare(opacity, FAINT, cv2.CMP_LT), colours)
            yield np.asarray(cv2.merge((colours, opacity)), np.uint8)


def set_up(sitting: Sitting, backdrop: Backdrop) -> Stage:
    """Put the chosen background behind the people of a sitting."""
    portrait, view = sitting.portrait, sitting.view
    if backdrop.kind == "keep":
        return Stage(sitting.picture, view.window, view.is_square, (portrait,), portrait.image)
    people, others = everyone(sitting, weights.path("selfie_segmentation"))
    speaker = cut_out(portrait.image, portrait.matte, portrait.plate)

    def moved(behind: Backdrop) -> Portrait:
        ground = _over(people.colours, others, behind.paint(people.plate))
        return _before(portrait, speaker, _seen(ground, view.window, portrait.size))

    if backdrop.kind == "none":
        opacity = np.uint8(255 * people.matte + 0.5)
        still = np.dstack([people.colours, opacity])
        return Stage(still, view.window, view.is_square, (moved(BLACK), moved(WHITE)), speaker.colours)
    still = _over(people.colours, people.matte, backdrop.paint(people.plate))
    return Stage(still, view.window, view.is_square, (moved(backdrop),), speaker.colours)


def _over(colours: Frame, matte: FloatArray, ground: Frame) -> Frame:
    share = matte[..., None]
    return np.asarray(colours * share + ground * (1 - share) + 0.5, np.uint8)


def _seen(ground: Frame, window: Window, size: int) -> Frame:
    """What lies behind the square, (size, size, 3); beyond the frame its edge goes on."""
    whole, seen = window.parts(ground.shape)
    margins = (seen[0].start, window.side - seen[0].stop, seen[1].start, window.side - seen[1].stop)
    square = cv2.copyMakeBorder(ground[whole], *margins, cv2.BORDER_REPLICATE)
    if size == window.side:
        return np.asarray(square)
    return np.asarray(cv2.resize(square, (size, size), interpolation=cv2.INTER_LINEAR), np.uint8)


def _before(portrait: Portrait, speaker: Cutout, ground: Frame) -> Portrait:
    """The portrait before another background."""
    image, old = _over(speaker.colours, speaker.matte, ground), portrait.texture
    if old.shape == portrait.image.shape:
        return replace(portrait, image=image, texture=image, plate=ground, matte=speaker.matte)
    fine = (old - _enlarged(portrait.image, old)) * _enlarged(speaker.matte, old)[..., None]
    texture = np.asarray(np.clip(_enlarged(image, old) + fine + 0.5, 0, 255), np.uint8)
    return replace(portrait, image=image, texture=texture, plate=ground, matte=speaker.matte)


def _enlarged(picture: npt.NDArray[np.generic], like: Frame) -> FloatArray:
    size = like.shape[1::-1]
    return np.asarray(cv2.resize(picture.astype(np.float32), size, interpolation=cv2.INTER_CUBIC), np.float32)
