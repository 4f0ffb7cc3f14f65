"""Closed lids: skin without lashes, rounded over the eyeball, with the crease it had."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from generation.portrait.head import smoothstep
from generation.portrait.rig import Rig
from generation.portrait.topology import CHEEKS, OVAL, EyePoints
from generation.render.canvas import Canvas, Plane, column, eased, number
from generation.render.eyeball import EyeLayer
from generation.render.paint import Window, blurred, filled, push_pull, rounded, window
from generation.render.palette import coloured, colourfulness
from generation.render.surface import SCALE
from generation.types import FloatArray

LID_SMOOTH = 1.6  # mm over which the skin that fills a lid is averaged; the lid stretches it up to eightfold
COVERS = (0.05, 0.6)  # of a blink over which clean skin covers the stretched lashes
OVER_RIM = 0.9  # mm past the rim to which a lid covers the jagged line where a closed eye's lids meet
OVER_RIM_FROM = (0.5, 0.95)  # of a blink over which it does
OWN_LID_RANGE = (0.86, 1.12)  # of the own lid's light against the skin around it; beyond it is a lash or a crease
OWN_LID_PERCENTILE = 75  # of its brightness; the darker rest is crease and lashes
LID_SOFT = 0.8  # mm over which the painted lid ends
BULGE, BULGE_AT, BULGE_REACH = 0.15, 0.36, 0.34  # light on the eyeball's height; shares of the lid from its crease
CREASE, CREASE_REACH = 0.13, 0.11  # shade in the crease, share of the lid
LASH_SHADE = np.array([0.10, 0.19, 0.17], np.float32)  # RGB that the lid loses toward its lashes: redder there
LASH_SHADE_FROM = 0.62  # share of the lid
CORNER_SHADE = 0.09  # of a lid at its corners


@dataclass(frozen=True)
class Opening:
    """What is open between the lids of one eye."""

    window: Window  # px
    cover: FloatArray  # (h, w) 0..1

    def within(self, area: Window) -> FloatArray:
        """The cover as seen in another window, (h, w)."""
        seen = np.zeros((area.height, area.width), np.float32)
        own = self.window
        x0, x1 = max(own.x0, area.x0), min(own.x1, area.x1)
        y0, y1 = max(own.y0, area.y0), min(own.y1, area.y1)
        if x0 < x1 and y0 < y1:
            part = self.cover[y0 - own.y0 : y1 - own.y0, x0 - own.x0 : x1 - own.x0]
            seen[y0 - area.y0 : y1 - area.y0, x0 - area.x0 : x1 - area.x0] = part
        return seen


@dataclass(frozen=True)
class LidSkin:
    """The picture with lashes and eye openings painted out, for closed lids."""

    window: Window  # texels
    picture: FloatArray  # (h, w, 3)
    lash_shade: FloatArray  # (3,) share of red, green and blue that the lid loses toward its lashes
    grain: FloatArray  # (h, w) noise like the cheek's, laid on unstretched so that a closed lid is no wax


def lid_skin(rig: Rig, fine: FloatArray, layers: tuple[EyeLayer, ...]) -> LidSkin:
    """Skin over the eyes continued from around them, never from brows, lashes or the eye itself."""
    marks = (rig.mesh.points + 0.5) * SCALE - 0.5
    unit = rig.head.mm * SCALE
    down = rig.head.axes[:2, 1]
    whole = Window(0, 0, fine.shape[1], fine.shape[0])
    removed, brows = np.zeros(fine.shape[:2], np.float32), np.zeros(fine.shape[:2], np.float32)
    for layer in layers:
        p = layer.points
        lift = min(5.0, 0.55 * layer.opening + 2.0) * unit
        outline = np.concatenate(
            [
                marks[[p.upper[0]]],
                marks[list(p.upper[1:-1])] - down * lift,
                marks[[p.upper[-1]]],
                (marks[list(p.lower[1:-1])] + down * 2.0 * unit)[::-1],
            ]
        )
        removed = np.maximum(removed, filled(rounded(outline, 6), whole))
        hull = cv2.convexHull(marks[list(p.brow_upper + p.brow_lower)].astype(np.float32)).reshape(-1, 2)
        brows = np.maximum(brows, filled(hull, whole))
    opening = cv2.dilate((removed > 0).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    brow = cv2.dilate((brows > 0).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    around = cv2.dilate(opening.astype(np.uint8), np.ones((17, 17), np.uint8)) > 0
    bright = fine.mean(2)
    dark = around & (bright <= np.percentile(bright[around & ~opening], 30))
    face = filled(cv2.convexHull(marks[list(OVAL)].astype(np.float32)).reshape(-1, 2), whole)
    face = cv2.erode(face, np.ones((2 * int(3 * unit) + 1,) * 2, np.uint8)) > 0.5
    known = face & ~(opening | brow | dark)

    ys, xs = np.where(opening)
    area = window(np.stack([xs, ys], 1).astype(np.float32), 14 * unit, fine.shape[0])
    rows, columns = slice(area.y0, area.y1), slice(area.x0, area.x1)
    picture = blurred(push_pull(fine[rows, columns], known[rows, columns].astype(np.float32)), LID_SMOOTH * unit)
    for layer in layers:
        _match_own_lid(picture, fine, area, marks, layer.points, unit)
    return LidSkin(area, picture, _lash_shade(rig), _grain(fine, marks, picture.shape[:2]))


def _lash_shade(rig: Rig) -> FloatArray:
    x, y = np.round(rig.mesh.points[list(CHEEKS)]).astype(int).clip(0, rig.portrait.size - 1).T
    return coloured(LASH_SHADE, colourfulness(np.median(rig.portrait.image[y, x], axis=0)))


def _match_own_lid(
    picture: FloatArray, fine: FloatArray, area: Window, marks: FloatArray, points: EyePoints, unit: float
) -> None:
    """Tone the skin around one eye, in place, toward what the portrait shows of its upper lid."""
    fold, rim = marks[list(points.fold)], marks[list(points.upper[1:-1])]
    strip = filled(np.concatenate([fold, (0.5 * fold + 0.5 * rim)[::-1]]), area) > 0.9
    if strip.sum() < 30:
        return
    own = np.percentile(fine[area.y0 : area.y1, area.x0 : area.x1][strip], 60, axis=0)
    tone = np.clip(own / np.maximum(np.median(picture[strip], axis=0), 1), *OWN_LID_RANGE)
    whole = filled(
        rounded(np.concatenate([marks[[points.upper[0]]], fold, marks[[points.upper[-1]]], rim[::-1]]), 3), area
    )
    near = blurred(whole, 2.5 * unit)[..., None]
    picture *= 1 + near * (tone.astype(np.float32) - 1)


def _grain(fine: FloatArray, marks: FloatArray, shape: tuple[int, int]) -> FloatArray:
    """Noise as strong as the cheek's, (h, w)."""
    x, y = np.round(marks[CHEEKS[0]]).astype(int)
    cheek = fine[max(y - 16, 0) : y + 16, max(x - 16, 0) : x + 16].mean(2)
    strength = float(np.clip(1.48 * np.median(np.abs(cheek - blurred(cheek, 3.0))), 0, 6)) if cheek.size else 0.0
    noise = blurred(np.random.default_rng(2).normal(size=shape).astype(np.float32), 0.8)
    return np.asarray(noise / noise.std() * strength * 0.7, np.float32)


@dataclass(frozen=True)
class LidPlan:
    """A closing upper lid in one frame."""

    area: Window
    shape: Plane  # (h, w) from crease to rim
    open: Plane  # (h, w) what is open between the lids
    covers: Plane  # a number, how much of the stretched lashes it covers
    shut: Plane  # a number, how much it is shaded as a closed one
    crease: Plane  # (1, w) y of the crease, px
    rim: Plane  # (1, w) of the rim
    across: Plane  # (1, w) −1 .. 1 from corner to corner


def plan_lid(
    points: EyePoints, mm: float, screen: FloatArray, opening: Opening, blink: float, size: int
) -> LidPlan | None:
    """The upper lid of an eye that is `blink` closed in a frame of `size`; `screen` are the vertices (n, ≥ 2)."""
    fold = screen[[points.upper[0], *points.fold, points.upper[-1]], :2]
    rim = screen[list(points.upper), :2]
    over = rim[1:-1] + np.array([0, OVER_RIM * mm * float(smoothstep(*OVER_RIM_FROM, blink))], np.float32)
    outline = np.concatenate([fold, over[::-1]])
    area = window(outline, 4 + 2 * mm, size)
    if area.empty:
        return None
    columns = np.arange(area.x0, area.x1, dtype=np.float32)
    ends = rim[[0, -1], 0]
    return LidPlan(
        area=area,
        shape=filled(rounded(outline, 3), area),
        open=opening.within(area),
        covers=number(float(smoothstep(*COVERS, blink))),
        shut=number(min(1.0, 1.3 * blink)),
        crease=column(_height(fold, columns)),
        rim=column(_height(rim, columns)),
        across=column(np.clip((columns - ends.mean()) / max(float(np.ptp(ends)) / 2, 1.0), -1, 1)),
    )


def lay_lid(on: Canvas, skin: LidSkin, mm: float, plan: LidPlan) -> None:
    """Cover the stretched lashes of a closing upper lid with clean skin, but not what is open."""
    mask = on.blur(plan.shape, LID_SOFT * mm) * plan.covers * (1 - plan.open)
    here = on.flow(plan.area)
    places = here[..., :2] * SCALE + (SCALE / 2 - 0.5) - on.constant(skin.window.corner)
    colour = on.sample(skin.picture, places, "edge") + on.pattern(skin.grain, plan.area)[..., None]
    on.blend(plan.area, colour * here[..., 2:] * _rounded_shade(on, skin, plan), mask)


def _rounded_shade(on: Canvas, skin: LidSkin, plan: LidPlan) -> Plane:
    """Light (…, h, w, 3) on a lid between its crease and its rim: round over the eyeball."""
    down = (on.rows(plan.area) - plan.crease) / (plan.rim - plan.crease).clip(1, None)  # 0 in the crease .. 1 below
    arch = 1 - plan.across * plan.across
    shade = 1 - CORNER_SHADE * (1 - arch) + BULGE * arch * on.exp(-(((down - BULGE_AT) / BULGE_REACH) ** 2))
    shade = shade - CREASE * on.sqrt(arch) * on.exp(-((down / CREASE_REACH) ** 2))
    lashes = eased(LASH_SHADE_FROM, 1.0, down)[..., None] * on.constant(skin.lash_shade)
    return 1 + plan.shut[..., None] * (shade[..., None] - lashes - 1)


def _height(curve: FloatArray, columns: FloatArray) -> FloatArray:
    """y of a curve (k, 2) from corner to corner, at each column."""
    ordered = curve if curve[0, 0] < curve[-1, 0] else curve[::-1]
    return np.asarray(np.interp(columns, np.maximum.accumulate(ordered[:, 0]), ordered[:, 1]), np.float32)
