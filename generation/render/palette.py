"""What colours a mouth has inside, read off the portrait: its skin, lips, the white of its eyes, its own teeth.

Measured on real talking people: the interior is 0.3–0.9 of the skin's luminance and reddish, never black; incisors
are 1.05–1.15 of the skin. The white of the eye tells the colour of the light: teeth in an old painting are gold.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from generation.portrait.rig import Rig
from generation.portrait.topology import CHEEKS, EYES, LIP_RED, MOUTH_OPENING
from generation.render.paint import Window, filled, rounded
from generation.types import FloatArray, Frame

TEETH_TO_SKIN = 1.20  # luminance of incisors before the lips shade them to the measured 1.05–1.15
TEETH_OVER_SCLERA = 1.25  # never much brighter than the eyes' white
TEETH_LEAST = 0.95  # of the skin; never duller
TEETH_LIMIT = 238.0  # never burnt out
LIGHT_RANGE = (0.6, 1.35)  # of the light's red, green and blue against its mean; beyond it, a bloodshot eye
OWN_TEETH_FROM = 0.55  # of the skin's luminance, from which something between the lips may be teeth
OWN_TEETH_RED = 1.1  # of the skin's redness, up to which it is; lips and tongue exceed it
DEEP = np.array([1.55, 0.74, 0.71], np.float32)  # RGB of the throat against grey
FLESH = np.array([1.46, 0.76, 0.78], np.float32)  # of the tongue
DEEP_LIGHT, FLESH_LIGHT = 0.21, 0.62  # luminance, shares of the skin's
LIP_SHARE = 0.4  # of the portrait's own lips in the colour of its tongue
SHUT = np.array([0.50, 0.33, 0.32], np.float32)  # of the lips' own colour, between lips that nearly touch
COLOURFUL = 0.14  # chroma of skin, (max − min) / mean, from which a picture counts as fully coloured
GUMS = np.array([12.0, 4.5, 6.0], np.float32)  # RGB added to darkened lips


@dataclass(frozen=True)
class Palette:
    """RGB colours (3,), 0..255."""

    tooth: FloatArray  # of the middle incisors in full light
    gum: FloatArray
    tongue: FloatArray
    deep: FloatArray  # at the back
    shut: FloatArray  # between lips that nearly touch
    tone: float  # luminance of the skin, 0..255
    shows_teeth: bool  # whether the portrait itself does


def palette(rig: Rig, gap: float, *, shows_from: float) -> Palette:
    """Colours for a portrait whose lips are `gap` mm apart; it may show its own teeth from `shows_from` mm on."""
    image = rig.portrait.image
    skin, lips = _median(image, rig.mesh.points[list(CHEEKS)]), _median(image, rig.mesh.points[list(LIP_RED)])
    white, tone = _white_of_the_eyes(rig, skin), float(skin.mean())
    light = np.clip(white / white.mean(), *LIGHT_RANGE)
    own = _bright_interior(rig) if gap > shows_from else None
    shows = (
        own is not None and own.mean() > OWN_TEETH_FROM * tone and _redness(own) < OWN_TEETH_RED * _redness(skin)
    )
    tooth = own if own is not None and shows else _enamel(skin, white, light)
    warmth = 0.4 * light + 0.6 * (1 + (skin / tone - 1) * 0.35)
    chroma = colourfulness(skin)
    flesh = (1 - LIP_SHARE) * FLESH * warmth + LIP_SHARE * lips / max(float(lips.mean()), 1.0)
    return Palette(
        tooth=np.asarray(tooth, np.float32),
        gum=np.asarray(lips * 0.75 + coloured(GUMS, chroma) * light, np.float32),
        tongue=np.asarray(tone * FLESH_LIGHT * coloured(flesh, chroma), np.float32),
        deep=np.asarray(tone * DEEP_LIGHT * coloured(DEEP * warmth, chroma), np.float32),
        shut=np.asarray(lips * coloured(SHUT, chroma), np.float32),
        tone=tone,
        shows_teeth=shows,
    )


def colourfulness(skin: FloatArray) -> float:
    """0 for a black-and-white picture, by its skin (3,), to 1."""
    return float(np.clip((skin.max() - skin.min()) / max(float(skin.mean()), 1.0) / COLOURFUL, 0, 1))


def coloured(colour: FloatArray, chroma: float) -> FloatArray:
    """A colour (3,) as saturated as the picture: grey in a black-and-white photograph."""
    grey = float(colour.mean())
    return np.asarray(grey + (colour - grey) * chroma, np.float32)


def _enamel(skin: FloatArray, white: FloatArray, light: FloatArray) -> FloatArray:
    tone, sclera = float(skin.mean()), float(white.mean())
    bright = max(min(TEETH_TO_SKIN * tone, TEETH_OVER_SCLERA * sclera), sclera, TEETH_LEAST * tone)
    tint = 0.6 * light + 0.4 * (1 + (skin / tone - 1) * 0.30)
    return np.asarray(min(bright, TEETH_LIMIT) * tint, np.float32)


def _bright_interior(rig: Rig) -> FloatArray | None:
    """The brighter half between the lips, (3,), or None where too little is seen."""
    opening = _inside(rig, MOUTH_OPENING)
    inside = rig.portrait.image[cv2.erode(opening.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0]
    if len(inside) <= 40:
        return None
    brighter = inside[inside.mean(1) > np.median(inside.mean(1))]
    return np.asarray(np.percentile(brighter, 60, axis=0), np.float32)


def _white_of_the_eyes(rig: Rig, skin: FloatArray) -> FloatArray:
    """The brightest fifth of what lies between the lids, (3,); the skin where that is too little."""
    whites = []
    for eye in EYES:
        inside = rig.portrait.image[_inside(rig, eye.opening)]
        if len(inside) > 20:
            whites.append(np.median(inside[inside.mean(1) >= np.percentile(inside.mean(1), 80)], axis=0))
    return np.asarray(np.mean(whites, axis=0) if whites else skin, np.float32)


def _inside(rig: Rig, polygon: tuple[int, ...]) -> np.ndarray:
    size = rig.portrait.size
    result: np.ndarray = filled(rounded(rig.mesh.points[list(polygon)], 4), Window(0, 0, size, size)) > 0.9
    return result


def _redness(colour: FloatArray) -> float:
    """How far red exceeds green and blue, per luminance; lips exceed skin, teeth stay below it."""
    return float((colour[0] - colour[1:].mean()) / max(float(colour.mean()), 1.0))


def _median(image: Frame, points: FloatArray) -> FloatArray:
    x, y = np.round(points).astype(int).clip(0, image.shape[0] - 1).T
    return np.asarray(np.median(image[y, x], axis=0), np.float32)
