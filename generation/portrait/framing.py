"""What part of a photo becomes the video: the square, the whole photo, or another shape around the person."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from generation.portrait.crop import LEAST_SIDE, Square, continued, middle, square
from generation.portrait.detect import height
from generation.types import Face, Frame

SIZE = 512  # px, unless another is asked for
Area = tuple[slice, slice]  # rows, columns

ASPECTS = {"1:1": 1.0, "9:16": 9 / 16, "16:9": 16 / 9, "4:5": 4 / 5}  # width by height
MOST_SIDE = 2160  # px of the longer side of a whole picture
PAINTED = (128, 1280)  # px; a square that is smaller or larger in the video is painted at this side and resized
LEAST_TALL = 1.8  # face heights a wide frame shows at least; hair needs more room than ears
HEADROOM = 0.95  # face heights it shows at least above the middle of the face
FACE_AT = 0.42  # of a tall frame's height, from its top to the middle of the face


@dataclass(frozen=True)
class Shot:
    """What the maker wants to see."""

    size: int | None = None  # px of the shorter side; of the painted square when `whole`; None: 512, or the photo's
    whole: bool = False  # as much of the photo as fits, at its own resolution
    aspect: str | None = None  # of ASPECTS; None: 1:1, or the photo's own


@dataclass(frozen=True)
class Window:
    """Where the talking square lies in the video, px; it may reach beyond the frame."""

    left: int
    top: int
    side: int

    def parts(self, shape: tuple[int, ...]) -> tuple[Area, Area]:
        """The window in a frame of this shape (h, w, …), and the part of the square that is seen in it."""
        top, bottom = max(self.top, 0), min(self.top + self.side, shape[0])
        left, right = max(self.left, 0), min(self.left + self.side, shape[1])
        whole = slice(top, bottom), slice(left, right)
        return whole, (
            slice(top - self.top, bottom - self.top),
            slice(left - self.left, right - self.left),
        )


@dataclass(frozen=True)
class View:
    """A rectangle of the photo and the video made from it."""

    left: float  # px of the photo; below 0 or beyond its size where the photo must be continued
    top: float
    scale: float  # px of the video per px of the photo
    size: tuple[int, int]  # width and height of the video, both even
    square: Square  # px of the photo
    window: Window
    painted: int  # px, side at which the square is painted

    @property
    def is_square(self) -> bool:
        """Whether the video is the talking square and nothing else."""
        return self.window == Window(0, 0, self.size[0]) and self.size == (self.painted, self.painted)


def view(shot: Shot, face: Face, width: int, height_px: int) -> View:
    """Frame the speaker in a photo of width × height px."""
    around = square(face, width, height_px)
    if not shot.whole and shot.aspect in (None, "1:1"):
        size = shot.size or SIZE
        window = Window(0, 0, size)
        return View(around.left, around.top, size / around.side, (size, size), around, window, size)
    aspect = ASPECTS[shot.aspect] if shot.aspect else width / height_px
    least = (LEAST_TALL if aspect > 1 else LEAST_SIDE) * height(face) if shot.aspect else 0.0
    shorter = min(width, height_px, width / aspect, height_px * aspect)
    shorter = max(shorter if shot.whole else min(shorter, around.side), least)
    across, tall = (shorter * aspect, shorter) if aspect >= 1 else (shorter, shorter / aspect)
    scale = min(1.0, MOST_SIDE / max(across, tall)) if shot.whole else (shot.size or SIZE) / shorter
    size_px = _even(across * scale), _even(tall * scale)
    across, tall = size_px[0] / scale, size_px[1] / scale
    x, y = middle(face)
    left = _within(x - across / 2, across, width)
    if tall > across:
        top = y - FACE_AT * tall
    else:
        top = min(around.top + (around.side - tall) / 2, y - HEADROOM * height(face))
    top = min(max(top, 0.0), height_px - tall)  # where it is too tall, what is added lies above, never below a bust
    if scale == 1:
        left, top = round(left), round(top)  # pixels stay what they are
    window = Window(
        round((around.left - left) * scale), round((around.top - top) * scale), _even(around.side * scale)
    )
    exact = Square(left + window.left / scale, top + window.top / scale, window.side / scale)
    painted = shot.size if shot.whole and shot.size else min(max(window.side, PAINTED[0]), PAINTED[1])
    return View(left, top, scale, size_px, exact, window, painted)


def canvas(picture: Frame, view: View) -> tuple[Frame, int, int]:
    """The photo, continued as far as the view and its square reach, and how far its corner moved (x, y px)."""
    rows, columns = picture.shape[:2]
    right, bottom = view.left + view.size[0] / view.scale, view.top + view.size[1] / view.scale
    where = view.square
    margins = (
        _beyond(-min(view.top, where.top)),
        _beyond(max(bottom, where.top + where.side) - rows),
        _beyond(-min(view.left, where.left)),
        _beyond(max(right, where.left + where.side) - columns),
    )
    if not any(margins):
        return picture, 0, 0
    return continued(picture, margins), margins[2], margins[0]


def _even(length: float) -> int:
    return max(2, int(length + 1e-6) // 2 * 2)


def _within(start: float, length: float, whole: int) -> float:
    """Move an interval into 0..whole, or to the middle of it where it is longer."""
    return min(max(start, 0.0), whole - length) if length <= whole else (whole - length) / 2


def _beyond(excess: float) -> int:
    return ceil(excess) if excess > 1 else 0  # a single px is drawn on by the cutting itself
