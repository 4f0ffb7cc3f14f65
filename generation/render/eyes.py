"""Eyes: an iris that turns over a sclera, under lids that close.

The eye is taken apart once per portrait into sclera, iris and glint; put together again unmoved they give back the
portrait's own pixels. A glint is the lamp's reflection on the cornea: it follows the gaze only part of the way.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from generation.portrait.head import smoothstep
from generation.portrait.rig import Rig
from generation.portrait.topology import CHEEKS, OVAL, EyePoints
from generation.render.paint import Window, blend, blurred, filled, push_pull, rounded, stroked, window
from generation.render.pose import Puppet
from generation.render.surface import SCALE
from generation.types import FloatArray, Frame

EYEBALL_RADIUS = 12.0  # mm, adult
GLINT_FOLLOW = 0.4  # share of the pupil's way that the corneal reflection goes; cornea 7.8 mm in a 12 mm ball
IRIS_REACH = 1.16  # iris radii to which the limbus is soft
SCLERA_FROM = 1.28  # iris radii beyond which the white is taken for white
CLEAN_AT = 5.0  # degrees of gaze at which the iris is wholly free of the lid shade it had in the portrait
CORNERS = (0.34, 0.44)  # shares of the eye's length from its middle, beyond which its own pixels always stay
WIDE_CLEANS = 2.0  # per unit of eyeWide or eyeLookUp
LID_SHADOW = 0.30  # of the upper lid on a clean eyeball; in the portrait's own pixels it is there already
LID_SMOOTH = 1.6  # mm over which the skin that fills a lid is averaged; the lid stretches it up to eightfold
LASH_STRENGTH = 0.8  # opacity of the lash line
LID_SHADE = 0.86  # brightness of a closed lid at its edges, its middle being 1


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
    return EyeLayer(
        points=points,
        window=area,
        sclera=white.astype(np.float32),
        clean_sclera=clean_white,
        iris=np.concatenate([eye - glint - (1 - cover) * white, cover], 2).astype(np.float32),
        clean_iris=np.concatenate([full * cover, cover], 2).astype(np.float32),
        glint=glint,
        lash=_lash_colour(patch),
        opening=_opening(rig, points),
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


def _opening(rig: Rig, points: EyePoints) -> float:
    upper, lower = rig.local[list(points.upper[2:-2]), 1], rig.local[list(points.lower[2:-2]), 1]
    return float(np.maximum(lower - upper, 0).mean())


def _skin(rig: Rig) -> FloatArray:
    x, y = np.round(rig.mesh.points[list(CHEEKS)]).astype(int).clip(0, rig.portrait.size - 1).T
    return np.asarray(np.median(rig.portrait.image[y, x], axis=0), np.float32)


def _lash_colour(patch: FloatArray) -> FloatArray:
    bright = patch.mean(2)
    darkest = np.median(patch[bright <= np.percentile(bright, 6)], axis=0)
    return np.asarray(0.8 * darkest + 0.2 * np.median(patch, axis=(0, 1)), np.float32)


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


@dataclass(frozen=True)
class LidSkin:
    """The picture with lashes and eye openings painted out, for closed lids."""

    window: Window  # texels
    picture: FloatArray  # (h, w, 3)
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
    return LidSkin(area, picture, _grain(fine, marks, picture.shape[:2]))


def _grain(fine: FloatArray, marks: FloatArray, shape: tuple[int, int]) -> FloatArray:
    """Noise as strong as the cheek's, (h, w)."""
    x, y = np.round(marks[CHEEKS[0]]).astype(int)
    cheek = fine[max(y - 16, 0) : y + 16, max(x - 16, 0) : x + 16].mean(2)
    strength = float(np.clip(1.48 * np.median(np.abs(cheek - blurred(cheek, 3.0))), 0, 6)) if cheek.size else 0.0
    noise = blurred(np.random.default_rng(2).normal(size=shape).astype(np.float32), 0.8)
    return np.asarray(noise / noise.std() * strength * 0.7, np.float32)


def paint_eye(
    frame: Frame,
    flow: FloatArray,
    layer: EyeLayer,
    skin: LidSkin,
    rig: Rig,
    screen: FloatArray,
    anchors: FloatArray,
    *,
    gaze: tuple[float, float],
    blink: float,
    wide: float,
) -> None:
    """Paint one eye into the frame in place.

    `screen` are the vertices (n, ≥ 2) px, `anchors` the layer's anchors (3, ≥ 2) px after the head's motion, `gaze`
    yaw and pitch in degrees, `blink` and `wide` (how much more the lids open than in the portrait) 0..1.
    """
    mm, size = rig.head.mm, rig.portrait.size
    edge = rounded(screen[list(layer.points.opening), :2], 4)
    area = window(edge, 4 + 2 * mm, size)
    if area.empty:
        return
    opening = filled(edge, area)
    if blink > 0.05:
        _paint_lid(frame, flow, layer, skin, mm, screen, edge, blink)
    if opening.max() > 0.02:
        clean = float(np.clip(smoothstep(0, CLEAN_AT, float(np.hypot(*gaze))) + WIDE_CLEANS * wide, 0, 1))
        colour = _look(layer, rig, area, anchors, gaze, clean)
        shadow = max(0.55 * blink, LID_SHADOW * clean)
        if shadow > 0.01:
            deep = np.roll(blurred(opening, 1.3 * mm), round(0.6 * mm), 0)  # lids shade from above
            colour *= (1 - shadow * (1 - np.clip(deep * 1.6 - 0.2, 0, 1)))[..., None]
        blend(area.of(frame), colour, opening)
    if blink > 0.15:
        upper = edge[: (len(layer.points.upper) - 1) * 4 + 1]
        outer_half = upper[: len(upper) * 2 // 3]
        line = stroked(upper, max(1, round(0.7 * mm)), area) + stroked(outer_half, max(1, round(mm)), area)
        line = blurred(line, 0.5 * mm) * 0.5 * (LASH_STRENGTH * min(1.0, blink * 1.2))
        blend(area.of(frame), np.broadcast_to(layer.lash, (*line.shape, 3)), line)


def _look(
    layer: EyeLayer, rig: Rig, area: Window, anchors: FloatArray, gaze: tuple[float, float], clean: float
) -> FloatArray:
    """The eyeball behind the lids, (h, w, 3), turned by `gaze` degrees, its rims as in the portrait or `clean`."""
    unit = SCALE * rig.head.mm
    on_screen = (anchors[:, :2] - area.corner).astype(np.float32)
    matrix = cv2.getAffineTransform(on_screen, layer.texels.astype(np.float32))  # screen → texels
    sine = np.sin(np.radians(np.array(gaze)))
    shift = (rig.head.axes[:2, :2] @ sine) * (EYEBALL_RADIUS * unit)
    size, flags = (area.width, area.height), cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    iris_source, sclera_source = layer.iris, layer.sclera
    if clean > 0:
        iris_source = layer.iris * (1 - clean) + layer.clean_iris * clean
        sclera_source = layer.sclera * (1 - clean) + layer.clean_sclera * clean
    eyeball = cv2.warpAffine(sclera_source, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    iris = cv2.warpAffine(iris_source, _shifted(matrix, shift), size, flags=flags)
    glint = cv2.warpAffine(layer.glint, _shifted(matrix, shift * GLINT_FOLLOW), size, flags=flags)
    result: FloatArray = iris[..., :3] + (1 - iris[..., 3:]) * eyeball + glint
    return result


def _shifted(matrix: np.ndarray, shift: FloatArray) -> np.ndarray:
    moved = matrix.copy()
    moved[:, 2] -= shift
    return moved


def _paint_lid(
    frame: Frame,
    flow: FloatArray,
    layer: EyeLayer,
    skin: LidSkin,
    mm: float,
    screen: FloatArray,
    edge: FloatArray,
    blink: float,
) -> None:
    """Cover the stretched lashes of a closing upper lid with clean skin, rounded by shade."""
    p = layer.points
    fold = screen[list(p.fold), :2]
    outline = np.concatenate(
        [screen[[p.upper[0]], :2], fold, screen[[p.upper[-1]], :2], screen[list(p.upper[1:-1]), :2][::-1]]
    )
    area = window(outline, 4 + 2 * mm, frame.shape[0])
    lid = filled(rounded(outline, 3), area)
    mask = blurred(lid, 1.0 * mm) * float(smoothstep(0.05, 0.6, blink))
    mask *= 1 - filled(edge, area)
    maps = flow[area.y0 : area.y1, area.x0 : area.x1, :2] * np.float32(SCALE) + np.float32(SCALE / 2 - 0.5)
    maps -= skin.window.corner
    colour = cv2.remap(skin.picture, maps, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    colour = colour + skin.grain[: area.height, : area.width, None]
    shade = LID_SHADE + (1.02 - LID_SHADE) * np.clip(blurred(lid, 2.0 * mm) * 1.15, 0, 1)
    blend(area.of(frame), colour * shade[..., None], mask)
