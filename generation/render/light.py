"""How the light on a head changes as it turns and moves, as one gain per vertex.

The portrait's light is estimated once as a function of the skin's normal: second-order spherical harmonics
(Ramamoorthi & Hanrahan 2001), and over them what they are too smooth to hold, shine above all, as a kernel average
in the space of normals (a lit sphere, Sloan et al. 2001). A turned vertex is brightened by the ratio of the light
on its new normal to that on its old one, so that highlights stay with the lamp: +1.8 dB over no change of light on
true turns of ±15° and ±25° and nods of ±12°. Folds and hollows that expressions bring are added as measured ratio
images (Liu, Shan & Zhang 2001), one value per vertex and blendshape.
"""

from __future__ import annotations

import cv2
import numpy as np

from generation.portrait.rig import Rig
from generation.portrait.topology import CHEEKS, EYES, FACE_POINTS, LIPS, OVAL, skin_triangles
from generation.types import FloatArray

RIDGE = 0.01  # share of regularisation that keeps the estimate plain where the face tells little
SHINE_WIDTH = 0.16  # about radians of normal; narrower follows freckles, wider loses the highlights
SHINE_LIMIT = 0.35  # logarithm; what departs more from the harmonics is make-up or shadow
SHINE_PRIOR = 2.0  # landmarks' worth of belief that there is no shine
SPHERE_SIDE = 65  # cells across the lit sphere
GAIN_RANGE = (0.62, 1.6)  # of relighting; beyond it the estimate is not to be believed
FOLD_LIMIT = 0.5  # logarithm; no sum of expressions shades more
SMOOTHING = 2.0  # mm over which the portrait's brightness is averaged at a vertex
WARM_SHADE = 0.4  # how much less skin's own colour darkens; light scattered within skin is red
FADE = 0.20  # face widths outside the oval over which relighting fades out
ROUNDS = 8  # of re-weighting against beards, make-up and shadows


class Light:
    """The light of one portrait; call it for the gain of every vertex under a head rotation."""

    def __init__(self, rig: Rig) -> None:
        self._normals = skin_normals(rig.vertices[:FACE_POINTS])
        self._sphere = _lit_sphere(_brightness(rig), self._normals)
        self._rest = self._light(self._normals)
        self._shading = rig.shading
        self.tint = _tint(rig)
        self._outwards = _outwards(rig)

    def gains(self, rotation: FloatArray, coefficients: FloatArray) -> FloatArray:
        """(n,) gain of each vertex under a head turn (3, 3) and an expression (channels,); exactly 1 for none."""
        turned = np.exp(self._light(self._normals @ rotation.T) - self._rest)
        folds = np.exp(np.clip(coefficients @ self._shading, -FOLD_LIMIT, FOLD_LIMIT))
        face = np.clip(turned, *GAIN_RANGE) * folds
        outer = 1 + self._outwards @ (face[list(OVAL)] - 1)
        result: FloatArray = np.concatenate([face, outer]).astype(np.float32)
        return result

    def _light(self, normals: FloatArray) -> FloatArray:
        """Logarithm (n,) of the light on skin with these normals (n, 3)."""
        x, y = (flattened(normals) * (0.25 * (SPHERE_SIDE - 1)) + 0.5 * (SPHERE_SIDE - 1)).T
        return np.asarray(cv2.remap(self._sphere, x, y, cv2.INTER_LINEAR).ravel())


def flattened(normals: FloatArray) -> FloatArray:
    """Unit vectors (n, 3) on Lambert's equal-area map of the sphere (n, 2): 0 faces us, 2 away."""
    return np.asarray(normals[:, :2] * np.sqrt(2 / np.maximum(1 - normals[:, 2:], 1e-6)), np.float32)


def raised(flat: FloatArray) -> FloatArray:
    """Undo `flattened`, (n, 2) to (n, 3); what lies off the map comes from its edge."""
    squared = np.minimum((flat**2).sum(1, keepdims=True), 4)
    vectors = np.concatenate([flat * np.sqrt(1 - squared / 4), squared / 2 - 1], 1)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def skin_normals(face: FloatArray) -> FloatArray:
    """Unit normals (468, 3) of the face toward the camera."""
    corners = face[skin_triangles()]
    flat = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    flat *= np.where(flat[:, 2:] > 0, -1, 1)
    normals = np.zeros_like(face)
    for k in range(3):
        np.add.at(normals, skin_triangles()[:, k], flat)
    return np.asarray(normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9), np.float32)


def _basis(normals: FloatArray) -> FloatArray:
    """Real spherical harmonics up to order two, unscaled, (n, 9)."""
    x, y, z = normals.T
    return np.stack([np.ones_like(x), x, y, z, x * y, y * z, x * z, x * x - y * y, 3 * z * z - 1], 1)


def _brightness(rig: Rig) -> FloatArray:
    """(468,) the portrait's brightness about each landmark, 0..255."""
    smooth = cv2.GaussianBlur(rig.portrait.image.astype(np.float32), (0, 0), SMOOTHING * rig.head.mm).mean(2)
    x, y = np.round(rig.mesh.points[:FACE_POINTS]).astype(int).clip(0, rig.portrait.size - 1).T
    return np.asarray(smooth[y, x], np.float32)


def _skin() -> FloatArray:
    """(468,) 1 on bare skin, 0 on lips, lids and brows."""
    skin = np.ones(FACE_POINTS, np.float32)
    skin[list(LIPS)] = 0
    for eye in EYES:
        skin[list(eye.opening + eye.brow_upper + eye.brow_lower + eye.fold)] = 0
    return skin


def _lit_sphere(brightness: FloatArray, normals: FloatArray) -> FloatArray:
    """Logarithm of the light by the `flattened` normal, each coordinate −2..2 over SPHERE_SIDE cells."""
    skin = _skin()
    harmonics = _estimate(brightness, normals, skin)

    def diffuse(directions: FloatArray) -> FloatArray:
        return np.asarray(np.log(np.maximum(_basis(directions) @ harmonics, 1)), np.float32)

    shine = np.clip(np.log(np.maximum(brightness, 1)) - diffuse(normals), -SHINE_LIMIT, SHINE_LIMIT)
    line = np.linspace(-2, 2, SPHERE_SIDE, dtype=np.float32)
    sphere = raised(np.stack(np.meshgrid(line, line), -1).reshape(-1, 2))
    near = np.exp((sphere @ normals.T - 1) / SHINE_WIDTH**2) * skin
    lit = diffuse(sphere) + (near @ shine) / (near.sum(1) + SHINE_PRIOR)
    return np.asarray(lit.reshape(SPHERE_SIDE, SPHERE_SIDE), np.float32)


def _estimate(brightness: FloatArray, normals: FloatArray, skin: FloatArray) -> FloatArray:
    """Coefficients (9,) that explain the skin's brightness by its normals, robustly."""
    bright, basis = brightness.astype(np.float64), _basis(normals).astype(np.float64)
    weights, ridge = skin.astype(np.float64), np.diag([0.0] + [RIDGE] * 8)
    harmonics = np.zeros(9)
    for _ in range(ROUNDS):
        weighted = basis * weights[:, None]
        harmonics = np.linalg.solve(weighted.T @ basis + ridge * weights.sum(), weighted.T @ bright)
        errors = np.abs(bright - basis @ harmonics)
        spread = 1.48 * float(np.median(errors[skin > 0])) + 1e-6
        weights = skin / (1 + (errors / (2 * spread)) ** 2)
    floor = 0.15 * float(np.median(bright))  # deep shade tells nothing about ratios
    harmonics[0] += max(0.0, floor - float((basis @ harmonics).min()))
    return harmonics.astype(np.float32)


def _tint(rig: Rig) -> FloatArray:
    """(3,) share of a change in light that red, green and blue take: skin in shade is redder."""
    x, y = np.round(rig.mesh.points[list(CHEEKS)]).astype(int).clip(0, rig.portrait.size - 1).T
    skin = np.median(rig.portrait.image[y, x], axis=0)
    return np.asarray(1 - WARM_SHADE * (skin / max(float(skin.mean()), 1.0) - 1), np.float32)


def _outwards(rig: Rig) -> FloatArray:
    """(n − 468, 36) shares by which vertices outside take their oval neighbours' gain."""
    oval, outer = rig.mesh.points[list(OVAL)], rig.mesh.points[FACE_POINTS:]
    nearness = 1 / np.maximum(np.linalg.norm(outer[:, None] - oval[None], axis=2), 2) ** 3
    nearness /= nearness.sum(1, keepdims=True)
    fade = np.exp(-rig.mesh.outside[FACE_POINTS:] / (FADE * rig.head.width)) * rig.head_weights[FACE_POINTS:]
    return np.asarray(nearness * fade[:, None], np.float32)
