"""The eyeball: an iris that turns over a sclera, with the lamp's reflection on the cornea.

The eye is taken apart once per portrait into sclera, iris and glint; put together again unmoved they give back the
portrait's own pixels. The glint stays with the lamp: it goes only part of the way with the pupil.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from generation.portrait.head import smoothstep
from generation.portrait.rig import Rig
from generation.portrait.shapes import eye_opening
from generation.portrait.topology import CHEEKS, EyePoints
from generation.render.canvas import Affine, Canvas, Plane, affine, number
from generation.render.paint import Window, blurred, filled, push_pull, rounded, stroked, window
from generation.render.pose import Puppet
from generation.render.surface import SCALE
from generation.types import FloatArray

EYEBALL_RADIUS = 12.0  # mm, adult
GLINT_FOLLOW = 0.4  # share of the pupil's way that the corneal reflection goes; cornea 7.8 mm in a 12 mm ball
IRIS_REACH = 1.16  # iris radii to which the limbus is soft
SCLERA_FROM = 1.28  # iris radii beyond which the white is taken for white
CORNERS = (0.34, 0.44)  # shares of the eye's length from its middle, beyond which its own pixels always stay
LASHES_WITHIN = 1.0  # mm of the upper lid's rim, in which its lashes are rooted
HALF_PUPILS = 31.0  # mm, half the adult distance between pupils
VIEWER, FAR = 700.0, 2500.0  # mm to a viewer, and to what eyes rest on that look past them; our choice
PAST_VIEWER = (3.0, 12.0)  # degrees off the viewer over which a look goes into the distance


@dataclass(frozen=True)
class EyeLayer:
    """One eye taken apart, in texels of the 2× texture; windows are in the same texels."""

    points: EyePoints
    window: Window
    sclera: FloatArray  # (h, w, 3) as in the portrait, with the lids' rims
    clean_sclera: FloatArray  # (h, w, 3) without them, for eyes that look away or open wider
    iris: FloatArray  # (h, w, 4) premultiplied residual over the sclera, alpha 0..1, as in the portrait
    clean_iris: FloatArray  # (h, w, 4) the same without what lids and lashes did to its rim
    glint: FloatArray  # (h, w, 3) light added by the cornea
    lash: FloatArray  # (3,) colour of the lash line
    lash_contrast: float  # 0..1, how much darker the lash line is than the skin
    opening: float  # mm between the lids
    anchors: FloatArray  # (3, 3) px in space: outer corner, inner corner, a point 10 mm below
    texels: FloatArray  # (3, 2) where the anchors lie in this layer's window


def take_apart(rig: Rig, puppet: Puppet, fine: FloatArray, points: EyePoints) -> EyeLayer:
    """Separate one eye of the 2× picture `fine` (2s, 2s, 3) into its layers."""
    marks = (rig.portrait.face.landmarks[:, :2] + 0.5) * SCALE - 0.5
    lids = marks[list(points.opening)]
    long = float(np.linalg.norm(lids[0] - lids[len(points.upper) - 1]))
    area = window(lids, 0.45 * long, fine.shape[0])
    patch = fine[area.y0 : area.y1, area.x0 : area.x1]
    hole = filled(rounded(lids, 6), area)
    centre = marks[points.centre] - area.corner
    radius = float(np.linalg.norm(marks[list(points.iris)] - marks[points.centre], axis=1).mean())
    y, x = np.mgrid[0 : area.height, 0 : area.width].astype(np.float32)
    away = np.hypot(x - centre[0], y - centre[1])
    sure = cv2.erode((hole > 0.9).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0

    white = _sclera(patch, sure & (away > radius * SCLERA_FROM), np.abs(x - centre[0]) / long, _skin(rig))
    glint = _glint(patch, sure, away, radius)
    full = _complete_iris(patch - glint, sure, centre, away, radius)
    cover = np.clip((radius * IRIS_REACH - away) / (radius * 0.18) + 0.5, 0, 1)[..., None]
    seen = cv2.dilate((hole > 0.02).astype(np.uint8), np.ones((5, 5), np.uint8))[..., None] > 0
    eye = np.where(seen, patch, full * cover + white * (1 - cover))
    near = np.clip((radius * 1.6 - away) / (radius * 0.40), 0, 1)[..., None]
    portrayed = eye * (1 - near) + white * near
    tear_duct = smoothstep(*CORNERS, np.abs(_along(lids - area.corner, len(points.upper), x, y)))[..., None]
    clean_white, white = white * (1 - tear_duct) + portrayed * tear_duct, portrayed
    anchors = _anchors(rig, puppet, points)
    lash = _lash_colour(patch, lids[: len(points.upper)] - area.corner, rig.head.mm * SCALE)
    return EyeLayer(
        points=points,
        window=area,
        sclera=white.astype(np.float32),
        clean_sclera=clean_white,
        iris=np.concatenate([eye - glint - (1 - cover) * white, cover], 2).astype(np.float32),
        clean_iris=np.concatenate([full * cover, cover], 2).astype(np.float32),
        glint=glint,
        lash=lash,
        lash_contrast=float(np.clip(1 - lash.mean() / max(float(_skin(rig).mean()), 1.0), 0, 1)),
        opening=eye_opening(rig.local, points),
        anchors=anchors,
        texels=(puppet.camera.project(anchors)[:, :2] + 0.5) * SCALE - 0.5 - area.corner,
    )


def _along(lids: FloatArray, inner: int, x: FloatArray, y: FloatArray) -> FloatArray:
    """Where each texel lies between the corners of the eye: −0.5 at the outer, 0.5 at the inner."""
    axis = lids[inner - 1] - lids[0]
    middle = (lids[inner - 1] + lids[0]) / 2
    return np.asarray(((x - middle[0]) * axis[0] + (y - middle[1]) * axis[1]) / (axis @ axis), np.float32)


def _anchors(rig: Rig, puppet: Puppet, points: EyePoints) -> FloatArray:
    corners = puppet.rest[[points.upper[0], points.upper[-1]]]
    below = corners.mean(0) + rig.head.axes[:, 1] * (10 * rig.head.mm)
    return np.stack([corners[0], corners[1], below]).astype(np.float32)


def _skin(rig: Rig) -> FloatArray:
    x, y = np.round(rig.mesh.points[list(CHEEKS)]).astype(int).clip(0, rig.portrait.size - 1).T
    return np.asarray(np.median(rig.portrait.image[y, x], axis=0), np.float32)


def _lash_colour(patch: FloatArray, rim: FloatArray, unit: float) -> FloatArray:
    """The darkest along the upper lid's rim (9, 2) texels; `unit` texels are a millimetre."""
    beside = stroked(rim, 2 * round(LASHES_WITHIN * unit) + 1, Window(0, 0, patch.shape[1], patch.shape[0])) > 0.5
    bright = patch[beside].mean(1)
    return np.asarray(np.median(patch[beside][bright <= np.percentile(bright, 12)], axis=0), np.float32)


def _sclera(patch: FloatArray, known: np.ndarray, across: FloatArray, skin: FloatArray) -> FloatArray:
    """White of the eye continued under iris and lids, darker toward the corners."""
    bright = patch.mean(2)
    if known.sum() < 40:
        return (np.ones_like(patch) * skin * 0.95).astype(np.float32)
    clean = known & (bright >= np.percentile(bright[known], 15))
    base = np.median(patch[clean], axis=0)
    prior = base * (0.80 + 0.20 * np.clip(1 - across / 0.6, 0, 1))[..., None]
    spread = push_pull(patch, known.astype(np.float32))
    gap = cv2.distanceTransform((~known).astype(np.uint8), cv2.DIST_L2, 3)
    near = np.exp(-gap / (0.10 * patch.shape[1]))[..., None]
    return blurred((spread * near + prior * (1 - near)).astype(np.float32), 1.6)


def _complete_iris(
    patch: FloatArray, sure: np.ndarray, centre: FloatArray, away: FloatArray, radius: float
) -> FloatArray:
    """Iris with what the lids hide filled in: its vertical mirror image, else the mean at that radius."""
    profile = np.zeros((int(radius * 1.5) + 1, 3), np.float32)
    last = np.full(3, 20, np.float32)
    ring = np.clip(away.astype(int), 0, len(profile) - 1)
    for k in range(len(profile)):
        here = sure & (ring == k)
        if here.sum() > 3:
            last = np.median(patch[here], axis=0).astype(np.float32)
        profile[k] = last
    y, x = np.mgrid[0 : patch.shape[0], 0 : patch.shape[1]].astype(np.float32)
    mirrored = cv2.remap(patch, x, 2 * centre[1] - y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    seen = np.minimum(blurred(sure.astype(np.float32), 1.2), sure)
    trust = cv2.remap(seen, x, 2 * centre[1] - y, cv2.INTER_LINEAR)[..., None]
    hidden = mirrored * trust + profile[ring] * (1 - trust)
    return np.asarray(patch * seen[..., None] + hidden * (1 - seen[..., None]), np.float32)


def _glint(eye: FloatArray, sure: np.ndarray, away: FloatArray, radius: float) -> FloatArray:
    """What is much brighter in the iris than its ring: the reflection of the light."""
    inside = sure & (away < radius * 0.95)
    if inside.sum() < 20:
        return np.zeros_like(eye)
    bright = eye.mean(2)
    threshold = np.median(bright[inside]) + 3.0 * np.median(np.abs(bright[inside] - np.median(bright[inside]))) + 25
    share = smoothstep(threshold - 10, threshold + 25, bright) * inside
    share = cv2.GaussianBlur(cv2.dilate(share.astype(np.float32), np.ones((3, 3))), (0, 0), 0.8) * inside
    plain = push_pull(eye.astype(np.float32), (share < 0.02).astype(np.float32))
    return np.asarray(np.maximum(eye - plain, 0) * share[..., None], np.float32)


def converged(gaze: tuple[float, float], head: FloatArray, side: str) -> tuple[float, float]:
    """One eye's own yaw and pitch, degrees, for both eyes' `gaze`: crossed for a near viewer.

    The portrait holds the vergence it was taken with, so that only the difference counts; exactly `gaze` at rest.
    """
    past = float(smoothstep(*PAST_VIEWER, float(np.hypot(head[0] + gaze[0], head[1] + gaze[1]))))
    nearness = (1 - past) / max(VIEWER + float(head[5]), 150.0) + past / FAR
    inwards = np.degrees(np.arctan(HALF_PUPILS * nearness) - np.arctan(HALF_PUPILS / VIEWER))
    return gaze[0] + float(inwards) * (1 if side == "Right" else -1), gaze[1]


@dataclass(frozen=True)
class Look:
    """Where one eyeball's layers lie in one frame."""

    eyeball: Affine
    iris: Affine
    glint: Affine
    clean: Plane  # a number, 0 rims as in the portrait .. 1 clean


def aim(
    layer: EyeLayer,
    rig: Rig,
    area: Window,
    anchors: FloatArray,
    gaze: tuple[float, float],
    head: FloatArray,
    clean: float,
) -> Look:
    """An eyeball turned by `gaze` degrees.

    `anchors` are the layer's anchors (3, ≥ 2) px after the motion of the `head` (6,).
    """
    unit = SCALE * rig.head.mm
    eyeball = affine(anchors[:, :2] - area.corner, layer.texels)
    sine = np.sin(np.radians(np.array(gaze)))
    shift = (rig.head.axes[:2, :2] @ sine) * (EYEBALL_RADIUS * unit)
    turned = (rig.head.axes[:2, :2] @ np.sin(np.radians(head[:2]))) * (EYEBALL_RADIUS * unit)
    glint_shift = GLINT_FOLLOW * shift - (1 - GLINT_FOLLOW) * turned
    return Look(eyeball, eyeball.shifted(shift), eyeball.shifted(glint_shift), number(clean))


def draw(on: Canvas, layer: EyeLayer, area: Window, look: Look) -> Plane:
    """The eyeball behind the lids, (…, h, w, 3)."""
    eyeball = on.warp_between(layer.sclera, layer.clean_sclera, look.clean, look.eyeball, area, "edge")
    iris = on.warp_between(layer.iris, layer.clean_iris, look.clean, look.iris, area, "nothing")
    return iris[..., :3] + (1 - iris[..., 3:]) * eyeball + on.warp(layer.glint, look.glint, area)
