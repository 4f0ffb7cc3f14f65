"""One row of a motion to vertices on the screen: blendshapes, closures, head, breath, camera."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from generation.portrait.head import FOCAL
from generation.portrait.rig import Rig
from generation.portrait.shapes import Closure
from generation.render.sway import Sway
from generation.types import CHANNELS, FloatArray

PITCH_LIMIT = 22.0  # degrees of nod at which chin or crown give out
KNEE = 0.7  # share of a limit up to which turns are taken literally
BREATH_RISE, BREATH_SPREAD = 2.0, 0.9  # mm that shoulders rise and part at full breath
BREATH_SWELL = 2.5  # mm that the chest comes forward
LIPS_SEALED = CHANNELS.index("lipsSealed")
OPENED = tuple([CHANNELS.index(f"eye{how}{side}") for how in ("Wide", "LookUp")] for side in ("Right", "Left"))
BLINKS = (CHANNELS.index("eyeBlinkRight"), CHANNELS.index("eyeBlinkLeft"))


class Camera:
    """Pinhole in front of the crop's centre; un-projects and projects without loss."""

    def __init__(self, rig: Rig) -> None:
        self.focal = FOCAL * rig.head.height
        self.centre = np.full(2, (rig.portrait.size - 1) / 2, np.float32)

    def unproject(self, points: FloatArray) -> FloatArray:
        """(n, 3) px of the picture and depth → (n, 3) px in space."""
        depth = points[:, 2:]
        flat = (points[:, :2] - self.centre) * ((self.focal + depth) / self.focal)
        return np.concatenate([flat, depth], 1).astype(np.float32)

    def project(self, points: FloatArray) -> FloatArray:
        """(n, 3) px in space → (n, 3) px of the screen, depth kept."""
        depth = points[:, 2:]
        flat = points[:, :2] * (self.focal / (self.focal + depth)) + self.centre
        return np.concatenate([flat, depth], 1).astype(np.float32)


class Puppet:
    """Poses one rig; holds nothing that changes, so that threads may share it."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.camera = Camera(rig)
        self.rest = self.camera.unproject(rig.vertices)
        self.pivot = self.camera.unproject(rig.head.pivot[None])[0]
        self._shapes = rig.shapes.reshape(len(CHANNELS), -1)
        self._sway = Sway(rig)
        self._breath = _breath(rig)

    def express(self, coefficients: FloatArray) -> FloatArray:
        """Vertices (n, 3) px in space under the expression alone; coefficients (channels,)."""
        active = np.flatnonzero(coefficients)
        vertices = self.rest + (coefficients[active] @ self._shapes[active]).reshape(-1, 3)
        close(vertices, self.rig.lips, float(coefficients[LIPS_SEALED]))
        for closure, channel in zip(self.rig.lids, BLINKS, strict=True):
            close(vertices, closure, float(coefficients[channel]))
        return vertices

    def turn(self, vertices: FloatArray, head: FloatArray, share: FloatArray | None = None) -> FloatArray:
        """Move vertices (n, 3) px with the head (6,: yaw, pitch, roll °; x, y, z mm), wholly or by shares (n,)."""
        matrix, axis, angle = turning(*self._eased(head))
        arms, shift = vertices - self.pivot, head[3:] * self.rig.head.mm
        if share is None:
            return np.asarray(self.pivot + arms @ matrix.T + shift, np.float32)
        angles = (share * angle)[:, None]
        cosines, sines = np.cos(angles), np.sin(angles)
        x, y, z = axis
        crossed = arms @ np.array([[0, z, -y], [-z, 0, x], [y, -x, 0]], np.float32)  # of the axis with every arm
        turned = arms * cosines + crossed * sines + axis * (arms @ axis)[:, None] * (1 - cosines)
        return np.asarray(self.pivot + turned + share[:, None] * shift, np.float32)

    def rotation(self, head: FloatArray) -> FloatArray:
        """(3, 3) turn of the head (6,), its yaw eased into what the portrait bears; not to be changed."""
        return turning(*self._eased(head))[0]

    def _eased(self, head: FloatArray) -> tuple[float, float, float]:
        """Yaw, pitch and roll that the portrait bears, degrees."""
        least, most = self.rig.yaw_limits
        yaw, pitch, roll = head[:3].tolist()
        yaw = eased(yaw, most) if yaw > 0 else -eased(-yaw, -least)
        return yaw, math.copysign(eased(abs(pitch), PITCH_LIMIT), pitch), roll

    def breathe(self, vertices: FloatArray, breath: float) -> None:
        """Move chest and shoulders in place by `breath` −1..1."""
        vertices += self._breath * np.float32(breath)

    def pose(
        self, coefficients: FloatArray, head: FloatArray, breath: float, trailing: FloatArray | None = None
    ) -> FloatArray:
        """Screen positions (n, 3) of all vertices; `trailing` (6,) is the head that loose hair still follows."""
        expressed, weights = self.express(coefficients), self.rig.head_weights
        vertices = self.turn(expressed, head, weights)
        if trailing is not None:
            loose = self._sway.vertices
            late = self.turn(expressed[loose], trailing, weights[loose])
            vertices[loose] += self._sway.shares * (late - vertices[loose])
        self.breathe(vertices, breath)
        return self.camera.project(vertices)


def _breath(rig: Rig) -> FloatArray:
    """(n, 3) px by which each vertex moves at a full breath: shoulders up and apart, the chest forward."""
    chest = rig.border_lock - rig.head_weights
    apart = np.clip(rig.local[:, 0] * rig.head.mm / rig.head.width, -1, 1)
    moved = np.stack([BREATH_SPREAD * apart * chest, -BREATH_RISE * chest, -BREATH_SWELL * chest], 1)
    return np.asarray(moved * rig.head.mm, np.float32)


def close(vertices: FloatArray, closure: Closure, share: float) -> None:
    """Bring two edges together in place by `share` 0..1 of the gap they have now."""
    if share <= 0:
        return
    gaps = vertices[closure.lower] - vertices[closure.upper]
    vertices += closure.fields @ (min(share, 1.0) * gaps)


def eased(angle: float, limit: float) -> float:
    """A positive angle, unchanged up to KNEE of the limit, then nearing the limit without a jerk."""
    knee = KNEE * limit
    return angle if angle <= knee else knee + (limit - knee) * float(np.tanh((angle - knee) / (limit - knee)))


@lru_cache(maxsize=64)
def turning(yaw: float, pitch: float, roll: float) -> tuple[FloatArray, FloatArray, float]:
    """`rotation`, its axis (3,) and angle, not to be changed; every layer of a frame asks for the same."""
    matrix = rotation(yaw, pitch, roll)
    return matrix, *axis_angle(matrix)


def rotation(yaw: float, pitch: float, roll: float) -> FloatArray:
    """(3, 3) in picture directions: yaw > 0 to the right, pitch > 0 down, roll > 0 crown to the right; degrees."""
    y, p, r = np.radians([yaw, pitch, roll])
    turn = np.array([[np.cos(y), 0, -np.sin(y)], [0, 1, 0], [np.sin(y), 0, np.cos(y)]])
    nod = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    tilt = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    return np.asarray(tilt @ turn @ nod, np.float32)


def axis_angle(matrix: FloatArray) -> tuple[FloatArray, float]:
    """Unit axis (3,) and angle in radians of a rotation of less than half a turn."""
    skew = np.array(
        [matrix[2, 1] - matrix[1, 2], matrix[0, 2] - matrix[2, 0], matrix[1, 0] - matrix[0, 1]], np.float64
    )
    sine = float(np.linalg.norm(skew)) / 2
    if sine < 1e-7:
        return np.array([0, 1, 0], np.float32), 0.0
    angle = float(np.arctan2(sine, (np.trace(matrix) - 1) / 2))
    return (skew / (2 * sine)).astype(np.float32), angle
