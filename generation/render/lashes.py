"""Upper lashes: they point forward from open lids and sweep down with closing ones."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import cv2
import numpy as np

from generation.portrait.head import smoothstep
from generation.portrait.rig import Rig
from generation.portrait.topology import EyePoints
from generation.render.canvas import Canvas, Plane, number
from generation.render.paint import Window, filled, window
from generation.types import FloatArray

COUNT = 38  # strokes that stand for the 90–150 lashes of an upper lid
LENGTH = 5.5  # mm as seen from the front with closed lids; real ones are 8–12 mm and curl forward
SPREAD = (-0.55, 0.75)  # sine of the lean toward the nose, toward the temple
RISE, FALL = -0.25, 0.85  # share of their length that lashes hang down, lids open and closed
APPEAR = (0.25, 0.6)  # of a blink over which painted lashes take over from the portrait's own
LINE = 0.6  # mm, greatest thickness of the lash line; it tapers toward the corners
LINE_OPACITY, LASH_OPACITY = 0.75, 0.9  # at full contrast
BARE = (0.3, 0.85)  # contrast of the lash line from which lashes are painted, and from which in full
LINE_SOFT, HAIR_SOFT = 0.3, 0.25  # mm over which lash line and lashes end
FINE = 3  # times the screen's resolution at which strokes are drawn
HAIR = 1  # of these finer px, thickness of a lash
BITS = 4  # of sub-pixel precision that OpenCV is given


@dataclass(frozen=True)
class Lashes:
    """The lashes of one upper lid; shares run from the outer corner to the inner one."""

    roots: FloatArray  # (k,) share along the lid
    lengths: FloatArray  # (k,) mm
    leans: FloatArray  # (k,) sine of the angle toward the temple
    colour: FloatArray  # (3,)
    opacity: float


def lashes(rig: Rig, points: EyePoints, colour: FloatArray, contrast: float) -> Lashes:
    """Lashes as dark as the portrait's own lash line; the same for the same portrait."""
    chance = np.random.default_rng(crc32(f"{rig.portrait.source_sha256} {points.side}".encode()))
    roots = np.clip(np.linspace(0.03, 0.93, COUNT) + chance.normal(0, 0.008, COUNT), 0, 1)
    full = np.sin(np.pi * np.clip(0.92 - 0.72 * roots, 0, 1)) ** 0.7  # longest toward the temple
    lean = SPREAD[1] + (SPREAD[0] - SPREAD[1]) * roots + chance.normal(0, 0.10, COUNT)
    return Lashes(
        roots=roots.astype(np.float32),
        lengths=(LENGTH * full * chance.uniform(0.5, 1.0, COUNT)).astype(np.float32),
        leans=lean.astype(np.float32),
        colour=colour,
        opacity=float(smoothstep(*BARE, contrast)),
    )


@dataclass(frozen=True)
class LashPlan:
    """Lash line and lashes of one frame."""

    area: Window
    line: Plane  # (h, w) 0..1
    hairs: Plane  # (h, w)
    shown: Plane  # a number, 0..1


def plan_lashes(
    own: Lashes, points: EyePoints, mm: float, screen: FloatArray, blink: float, size: int
) -> LashPlan | None:
    """The lashes of a lid that is `blink` closed, in a frame of `size`; None where its own still show."""
    shown = float(smoothstep(*APPEAR, blink))
    if shown <= 0:
        return None
    lid = _smooth(screen[list(points.upper), :2], blink)
    shares = np.linspace(0, 1, len(lid), dtype=np.float32)
    roots = np.stack([np.interp(own.roots, shares, lid[:, k]) for k in (0, 1)], 1)
    along = (lid[0] - lid[-1]) / max(float(np.linalg.norm(lid[0] - lid[-1])), 1e-3)  # toward the temple
    down = np.array([-along[1], along[0]], np.float32)
    down *= 1 if down[1] > 0 else -1
    hang = RISE + (FALL - RISE) * blink
    reach = (own.lengths * mm)[:, None]
    tips = roots + reach * (own.leans[:, None] * along + hang * down)
    middles = (roots + tips) / 2 + 0.12 * reach * down  # lashes curl outwards
    area = window(np.concatenate([lid, tips, middles]), 2 + mm, size)
    if area.empty:
        return None
    line = filled(_tapered(lid, down * (LINE / 2 * mm)), area) * (LINE_OPACITY * (0.35 + 0.65 * own.opacity))
    return LashPlan(area, line, _strokes(np.stack([roots, middles, tips], 1), area), number(shown))


def lay_lashes(on: Canvas, own: Lashes, mm: float, plan: LashPlan) -> None:
    """Draw them into the frame."""
    hairs = on.blur(plan.hairs, HAIR_SOFT * mm) * (LASH_OPACITY * own.opacity)
    mask = on.maximum(on.blur(plan.line, LINE_SOFT * mm), hairs) * plan.shown
    on.blend(plan.area, on.constant(own.colour), mask)


def _smooth(lid: FloatArray, blink: float) -> FloatArray:
    """The lid's rim (9, 2) px as a finer curve; landmarks that jitter show most on closed lids."""
    share = np.linspace(-1, 1, len(lid))
    fine = np.linspace(-1, 1, 33)
    plain = np.stack([np.interp(fine, share, lid[:, k]) for k in (0, 1)], 1)
    curve = np.stack([np.polyval(np.polyfit(share, lid[:, k], 2), fine) for k in (0, 1)], 1)
    return np.asarray(plain + smoothstep(0.3, 0.9, blink) * (curve - plain), np.float32)


def _tapered(line: FloatArray, half: FloatArray) -> FloatArray:
    """Outline (2k, 2) of a line (k, 2) px that is thickest, ± `half` (2,), in its middle."""
    thick = np.sin(np.pi * np.linspace(0.06, 0.94, len(line)))[:, None] ** 0.6 * half
    return np.concatenate([line - thick, (line + thick)[::-1]]).astype(np.float32)


def _strokes(lines: FloatArray, area: Window) -> FloatArray:
    """Coverage (h, w) of hair-thin lines (n, k, 2) px."""
    canvas = np.zeros((area.height * FINE, area.width * FINE), np.uint8)
    points = np.round(((lines - area.corner + 0.5) * FINE - 0.5) * (1 << BITS)).astype(np.int32)
    cv2.polylines(canvas, list(points), False, 255, HAIR, cv2.LINE_AA, BITS)
    small = cv2.resize(canvas, (area.width, area.height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32) / np.float32(255)
