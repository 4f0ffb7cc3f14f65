"""The lips' rims: what a closed mouth hides in its seam and shows once it opens.

The dark line between closed lips is a shadow that vanishes when they part, but the portrait's pixels carry it along
on both rims. So the seam is painted out beforehand with the red beside it, and laid over the parting lips; toward
the teeth each rim ends in moist inner lip, which shades what lies behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import cv2
import numpy as np

from generation.portrait.head import smoothstep
from generation.portrait.rig import Rig
from generation.portrait.topology import LOWER_LIP_RINGS, MOUTH_OPENING, UPPER_INNER_LIP, UPPER_LIP_RINGS
from generation.render.canvas import Canvas, Plane, column, eased, number
from generation.render.paint import Window, blurred, filled, push_pull, rounded, stroked, window
from generation.render.surface import SCALE
from generation.types import FloatArray

STEPS = 4  # points of the curve per landmark
SEAM_REACH = 1.1  # mm to each side that the seam's shadow darkens
HEALED_OVER = (0.3, 1.8)  # mm of new gap over which the seam's shadow goes
EDGE_SOFT = 0.3  # mm over which lips end; a sharper edge looks cut
OWN_GAP = 2.0  # mm between the lips of a portrait from which it has no seam to paint out
CORNER_KEEPS = 2.5  # mm beside a corner in which the portrait's own shade stays
UPPER_SHADE, UPPER_SHADE_REACH = 0.42, 1.7  # of the upper lip on what hangs behind it, mm
LOWER_SHADE, LOWER_SHADE_REACH = 0.16, 0.8
CORNER_ROUND = 1.8  # mm from its points in which the opening closes; lips join round, outlines end in a wedge
CORNER_SHADE, CORNER_REACH = 0.85, 4.0  # opacity of the cheek's inner side behind the corners, mm
RIM, RIM_OF_GAP = 0.75, 0.2  # mm of moist inner lip, at most this share of the gap
RIM_OPACITY = 0.8
INWARD_SHADE = 0.35  # of a lip where it turns in to the teeth
CHEEK_LIGHT = 0.45  # of the cheeks' inner side against the red of the lips
SHEEN = 0.12  # of the skin's luminance, of the highlight along a moist lower lip
SHEEN_AT, SHEEN_REACH = -0.9, 0.45  # mm above the lower lip's edge, mm
SHEEN_WIDE = 0.5  # share of the half mouth over which it fades

OUTLINE = UPPER_LIP_RINGS[0] + LOWER_LIP_RINGS[0][-2:0:-1]


@dataclass(frozen=True)
class LipRims:
    """The portrait's lips without the seam between them."""

    window: Window  # texels
    picture: FloatArray  # (h, w, 3)
    red: FloatArray  # (3,) of the lips beside the seam
    seam: float  # 0..1, how much of a seam the portrait shows; 0 where it shows its open mouth
    sheen: FloatArray  # (k,) brightness of the highlight from the right corner to the left


@dataclass(frozen=True)
class Aperture:
    """The opening between the lips in one frame."""

    area: Window
    cover: Plane  # (h, w) 0..1
    upper: Plane  # (1, w) y of the upper lip's edge, px
    lower: Plane  # (1, w) of the lower lip's
    from_corner: Plane  # (1, w) mm inwards from the nearer corner
    sheen: Plane  # (1, w) brightness of the highlight along the lower lip
    healed: Plane  # a number, how much of the seam is painted out
    rim: Plane  # a number, mm of moist inner lip

    def under_upper(self, on: Canvas, mm: float) -> Plane:
        """(…, h, w) mm below the upper lip's edge, negative on the lip."""
        return (on.rows(self.area) - self.upper) / mm

    def over_lower(self, on: Canvas, mm: float) -> Plane:
        """(…, h, w) mm above the lower lip's edge."""
        return (self.lower - on.rows(self.area)) / mm


def lip_rims(rig: Rig, fine: FloatArray, gap: float, tone: float) -> LipRims:
    """Paint the seam out of the 2× picture `fine`; lips are `gap` mm apart, the skin's luminance is `tone`."""
    marks = (rig.mesh.points + 0.5) * SCALE - 0.5
    unit = rig.head.mm * SCALE
    area = window(marks[list(OUTLINE)], 3 * unit, fine.shape[0])
    patch = fine[area.y0 : area.y1, area.x0 : area.x1]
    reach = 2 * round(SEAM_REACH * unit) + 1
    middle = (marks[list(UPPER_INNER_LIP)] + marks[list(LOWER_LIP_RINGS[-1])]) / 2
    seam = np.maximum(
        filled(rounded(marks[list(MOUTH_OPENING)], STEPS), area), stroked(middle.astype(np.float32), reach, area)
    )
    lips = filled(rounded(marks[list(OUTLINE)], STEPS), area)
    known = (lips > 0.9) & (seam < 0.1)
    red = np.median(patch[known], axis=0) if known.sum() > 20 else patch.mean((0, 1))
    rim = known & (cv2.dilate(seam, np.ones((reach, reach), np.uint8)) > 0.5)
    bright = patch.mean(2)
    if rim.sum() > 20:  # a painted or bearded lip may be dark beside its seam too
        known &= bright >= np.percentile(bright[rim], 20)
    picture = push_pull(patch, known.astype(np.float32)) if known.sum() > 20 else np.broadcast_to(red, patch.shape)
    outside = blurred(np.clip(1 - seam, 0, 1), 0.25 * unit)[..., None]
    noise = np.random.default_rng(crc32(rig.portrait.source_sha256.encode())).normal(size=48)
    broken = np.clip(1 + 0.6 * np.convolve(noise, np.hanning(7), "same"), 0.1, 2.2)
    return LipRims(
        window=area,
        picture=(picture * (1 - outside) + patch * outside).astype(np.float32),
        red=np.asarray(red, np.float32),
        seam=float(np.clip(1 - gap / OWN_GAP, 0, 1)),
        sheen=(SHEEN * tone * broken).astype(np.float32),
    )


def aperture(rims: LipRims, edge: FloatArray, area: Window, mm: float, *, gap: float, widened: float) -> Aperture:
    """Measure the opening whose rounded `edge` (k, 2) px is that of MOUTH_OPENING on the screen.

    The lips are `gap` mm apart, `widened` more than in the portrait.
    """
    turn = (len(UPPER_INNER_LIP) - 1) * STEPS
    columns = np.arange(area.x0, area.x1, dtype=np.float32)
    right, left = float(edge[0, 0]), float(edge[turn, 0])
    half = max((left - right) / 2, 1.0)
    across = (columns - (left + right) / 2) / half  # −1 at the right corner .. 1 at the left
    return Aperture(
        area=area,
        cover=filled(edge, area),
        upper=column(_height(edge[: turn + 1], columns)),
        lower=column(_height(np.concatenate([edge[turn:], edge[:1]])[::-1], columns)),
        from_corner=column(np.clip((1 - np.abs(across)) * half / mm, 0, None)),
        sheen=column(_sheen(rims, across)),
        healed=number(rims.seam * float(smoothstep(*HEALED_OVER, widened))),
        rim=number(max(min(RIM, RIM_OF_GAP * gap), 0.05)),
    )


def _height(curve: FloatArray, columns: FloatArray) -> FloatArray:
    """y of a curve (k, 2) that runs from left to right, at each column."""
    return np.asarray(np.interp(columns, np.maximum.accumulate(curve[:, 0]), curve[:, 1]), np.float32)


def heal_seam(on: Canvas, rims: LipRims, gape: Aperture, mm: float) -> None:
    """Lay seamless lips around an opening that is wider than the portrait's."""
    if not on.some(gape.healed):
        return
    near = (2.4 * on.blur(gape.cover, SEAM_REACH * mm * 0.6)).clip(0, 1)
    mask = near * eased(0, CORNER_KEEPS, gape.from_corner) * gape.healed
    here = on.flow(gape.area)
    places = here[..., :2] * SCALE + (SCALE / 2 - 0.5) - on.constant(rims.window.corner)
    colour = on.sample(rims.picture, places, "edge")
    sheen = on.exp(-(((gape.over_lower(on, mm) - SHEEN_AT) / SHEEN_REACH) ** 2)) * gape.sheen
    light = here[..., 2:] * (1 - INWARD_SHADE * on.blur(gape.cover, EDGE_SOFT * mm))[..., None]
    on.blend(gape.area, colour * light + sheen[..., None], mask)


def _sheen(rims: LipRims, across: FloatArray) -> FloatArray:
    """(w,) brightness of the highlight along the lower lip, for columns −1 .. 1 from corner to corner."""
    along = np.interp(across, np.linspace(-1, 1, len(rims.sheen)), rims.sheen)
    return np.asarray(along * np.exp(-((across / SHEEN_WIDE) ** 2)), np.float32)


def covered(on: Canvas, gape: Aperture, rims: LipRims, mm: float) -> Plane:
    """How far the interior covers the lips (…, h, w): softly from their moist rims on, round at the corners."""
    moist = on.exp(-((gape.over_lower(on, mm).clip(0, None) / gape.rim) ** 2))
    moist = on.maximum(moist, on.exp(-((gape.under_upper(on, mm).clip(0, None) / (0.7 * gape.rim)) ** 2)))
    cover = gape.cover * (1 - RIM_OPACITY * rims.seam * moist) * eased(0, CORNER_ROUND, gape.from_corner)
    return on.blur(cover, EDGE_SOFT * mm)


def shade_interior(on: Canvas, interior: Plane, gape: Aperture, mm: float) -> None:
    """Darken what lies behind the lips (…, h, w, 3) in place: contact shadows of both."""
    shade = 1 - UPPER_SHADE * on.exp(-gape.under_upper(on, mm).clip(0, None) / UPPER_SHADE_REACH)
    shade -= LOWER_SHADE * on.exp(-gape.over_lower(on, mm).clip(0, None) / LOWER_SHADE_REACH)
    interior *= shade[..., None]


def line_corners(on: Canvas, interior: Plane, rims: LipRims, gape: Aperture, weight: Plane | float = 1.0) -> None:
    """Lay the cheeks' inner side over the corners of the interior (…, h, w, 3), in place."""
    share = weight * CORNER_SHADE * on.exp(-((gape.from_corner / CORNER_REACH) ** 2))
    interior += share[..., None] * (on.constant(rims.red) * CHEEK_LIGHT - interior)
