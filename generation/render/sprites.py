"""Teeth and tongue as pictures in millimetres, seen from the front.

Tooth widths and lengths are adult means (Ash & Nelson, "Wheeler's Dental Anatomy"), arches are half ellipses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from generation.portrait.head import smoothstep
from generation.types import FloatArray

DENSITY = 6.0  # texels per mm
PERSPECTIVE = 34.0  # mm of depth along the arch over which light falls off by e
GLASSY, GLASSY_AT = 0.28, 0.07  # how much shines through the very edge of an incisor, share of its length
VARIES = (0.025, 0.035, 0.13, 0.018)  # spread among teeth: width, length, mm of recess, brightness
GLOSS = 0.16  # brightness of the wet streak on an incisor


@dataclass(frozen=True)
class Sprite:
    """A premultiplied picture (h, w, 4), colours 0..255, alpha 0..1; the top left texel lies at (left, top) mm."""

    picture: FloatArray
    left: float
    top: float


@dataclass(frozen=True)
class _Arch:
    widths: tuple[float, ...]  # mm, from the middle incisor outwards
    lengths: tuple[float, ...]  # mm
    recess: tuple[float, ...]  # mm by which each edge stays short of the incisors'
    half_width: float  # mm
    depth: float  # mm


_ARCHES = {
    "upper": _Arch(
        (8.6, 6.6, 7.8, 7.0, 6.8, 9.5), (10.2, 8.8, 9.8, 8.2, 7.6, 7.0), (0, 0.6, 0.2, 0.9, 1.5, 2.1), 27, 46
    ),
    "lower": _Arch(
        (5.3, 5.9, 6.9, 7.0, 7.0, 10), (8.4, 8.8, 9.8, 8.4, 8.0, 7.0), (0, 0.1, 0.0, 0.5, 0.8, 1.0), 24, 42
    ),
}
_ROUND = (0.04, 0.09, 0.20, 0.12)  # roundness of the corners: middle, lateral incisor, canine, others
_WIDTH, _HEIGHT = 64.0, 14.0  # mm of a tooth sprite


def teeth(
    row: Literal["upper", "lower"], colour: FloatArray, gum: FloatArray, *, screen_mm: float, seed: int
) -> Sprite:
    """One row; y = 0 is the edge of the middle incisors. `screen_mm` px per mm, to which the sprite is blurred.

    No two mouths are alike: `seed` varies sizes, edges and shades as teeth vary within one mouth.
    """
    arch = _ARCHES[row]
    sign = -1.0 if row == "upper" else 1.0  # toward the gum
    top = -11.0 if row == "upper" else -3.0
    x, y = _grid(_WIDTH, _HEIGHT, -_WIDTH / 2, top)
    rgb, alpha = _behind_the_teeth(x, sign * y, colour, gum)
    angle = np.linspace(0, np.pi / 2, 2000)
    across, back = arch.half_width * np.sin(angle), arch.depth * (1 - np.cos(angle))
    along = np.r_[0, np.cumsum(np.hypot(np.diff(across), np.diff(back)))]
    chance = np.random.default_rng(seed)
    for side in (-1.0, 1.0):
        start = 0.0
        for k, (width, length, recess) in enumerate(zip(arch.widths, arch.lengths, arch.recess, strict=True)):
            wider, longer, shorter, lighter = chance.normal(size=4).clip(-1.5, 1.5) * VARIES
            left, right = np.interp([start, start + width * (1 + wider)], along, across)
            depth = float(np.interp(start + width / 2, along, back))
            start += width * (1 + wider)
            middle, half = np.float32(side * (left + right) / 2), np.float32((right - left) / 2)
            u = np.float32(side) * (x - middle) / half  # −1 mesial .. 1 distal
            high = np.float32(recess + shorter * (k > 0))
            v = (np.float32(sign) * y - high) / np.float32(length * (1 + longer))  # 0 at the edge .. 1 at the gum
            tooth = _tooth(u, v, float(half), length, round_corner=_ROUND[min(k, 3)])
            paint = colour * (_tooth_shade(u, v, depth) * (1 + lighter))[..., None] * _tint_of(k)
            if k < 2:
                streak = np.exp(-(((u + 0.15) / 0.22) ** 2) - ((v - 0.42) / 0.2) ** 2)
                paint = paint * (1 + GLOSS * streak)[..., None]
                tooth *= 1 - GLASSY * np.exp(-np.maximum(v, 0) / GLASSY_AT)
            rgb = rgb * (1 - tooth[..., None]) + paint * tooth[..., None]
            alpha = np.maximum(alpha, tooth)
    return _finished(rgb, alpha, -_WIDTH / 2, top, screen_mm)


def _tint_of(k: int) -> FloatArray:
    """RGB (3,) of the k-th tooth against the middle incisor: canines and molars are yellower."""
    return np.array([1, 1 - 0.008 * min(k, 3), 1 - 0.022 * min(k, 3)], np.float32)


def tongue(colour: FloatArray, back: FloatArray, *, screen_mm: float) -> Sprite:
    """The tongue seen from the front; y = 0 is its highest edge, which takes the colour `back`.

    At rest that edge is its back, lost in the dark; of a raised tongue it is the tip, in the light.
    """
    width, height, top = 44.0, 30.0, -2.0
    x, y = _grid(width, height, -width / 2, top)
    away = np.hypot(x / 19, (y - 14) / 13)
    alpha = np.clip((1 - away) * 6, 0, 1)
    shade = 0.66 + 0.50 * np.clip(1 - away, 0, 1) ** 0.6
    shade *= 1 - 0.22 * np.exp(-((x / 1.8) ** 2)) * np.clip(y / 8, 0, 1)
    grain = cv2.GaussianBlur(np.random.default_rng(1).normal(size=x.shape).astype(np.float32), (0, 0), 2.0)
    front = smoothstep(0, 11, y)[..., None]
    rgb = (back * (1 - front) + colour * front) * (shade * (1 + 0.3 * grain))[..., None]
    return _finished(rgb, alpha, -width / 2, top, screen_mm)


def _grid(width: float, height: float, left: float, top: float) -> tuple[FloatArray, FloatArray]:
    columns = (np.arange(int(width * DENSITY)) + 0.5) / DENSITY + left
    rows = (np.arange(int(height * DENSITY)) + 0.5) / DENSITY + top
    x, y = np.meshgrid(columns.astype(np.float32), rows.astype(np.float32))
    return x, y


def _behind_the_teeth(
    x: FloatArray, toward_gum: FloatArray, colour: FloatArray, gum: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Gum and the dark between the teeth, as colour (h, w, 3) and alpha (h, w)."""
    gums = smoothstep(7.0, 8.5, toward_gum)
    between = np.sqrt(np.clip(1 - np.abs(x) / 26, 0, 1)) * np.clip((toward_gum - 1.0) / 0.6, 0, 1)
    dark = colour * np.array([0.76, 0.68, 0.66])
    pink = gum * np.exp(-np.abs(x) / 40)[..., None]
    rgb = dark * (1 - gums[..., None]) + pink * gums[..., None]
    reach = np.clip(1 - np.abs(x) / 30, 0, 1) ** 0.3
    return rgb.astype(np.float32), np.maximum(between * 0.9, gums * reach).astype(np.float32)


def _tooth(u: FloatArray, v: FloatArray, half_width: float, length: float, *, round_corner: float) -> FloatArray:
    """Coverage 0..1 of one crown: narrower to the gum, rounded at the corners of its edge."""
    waist = 0.985 - 0.07 * np.clip(v, 0, 1) ** 1.7
    sides = (waist - np.abs(u)) * half_width * DENSITY
    edge = (v - round_corner * np.abs(u) ** 4) * length * DENSITY
    neck = (1 - 0.12 * u * u - v) * length * DENSITY
    cover: FloatArray = np.clip(sides + 0.5, 0, 1) * np.clip(edge + 0.5, 0, 1) * np.clip(neck + 0.5, 0, 1)
    return cover


def _tooth_shade(u: FloatArray, v: FloatArray, depth: float) -> FloatArray:
    """Brightness of a crown: round from side to side, duller to the gum, translucent at the edge, dark far back."""
    round_off = 0.90 + 0.10 * np.sqrt(np.clip(1 - (u * 0.9) ** 2, 0, 1))
    to_gum = 1 - 0.14 * np.clip(v - 0.45, 0, 1)
    edge = 1 - 0.08 * np.clip(1 - v / 0.12, 0, 1)
    shade: FloatArray = (round_off * to_gum * edge * np.exp(-depth / PERSPECTIVE)).astype(np.float32)
    return shade


def _finished(rgb: FloatArray, alpha: FloatArray, left: float, top: float, screen_mm: float) -> Sprite:
    """Premultiply, blur to the screen's scale, and clear the rim so that sampling outside finds nothing."""
    picture = np.concatenate([rgb * alpha[..., None], alpha[..., None]], 2).astype(np.float32)
    picture = cv2.GaussianBlur(picture, (0, 0), max(0.8, 0.42 * DENSITY / screen_mm))
    picture[[0, -1]] = 0
    picture[:, [0, -1]] = 0
    return Sprite(picture, left, top)
