"""The head behind the picture: its frame, its depth, and how much of the picture moves with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from generation.portrait.mesh import Mesh
from generation.portrait.topology import (
    CHIN,
    CROWN,
    EYES,
    FACE_POINTS,
    LEFT_EDGE,
    OVAL,
    RIGHT_EDGE,
)
from generation.types import FloatArray

EYE_DISTANCE = 62.0  # mm between the eye centres of an average adult
MEASURED_DEPTH = Path(__file__).with_name("measured_depth.npz")
DEPTH_GAIN = 0.91  # of mediapipe's z; beside MEASURED_DEPTH; best fit to rendered turns of ±15°, ±25°, nods of ±12°
DEPTH_BEHIND = 0.70  # face widths from the oval's mean depth to where ears, hair and neck level out
REACH_SIDE, REACH_ABOVE, REACH_BELOW = 0.07, 0.30, 0.30  # face widths over which it does so
REACH_NECK = 0.02  # likewise beside the neck, which the jaw hides
BELOW_FOCUS = 8  # power of the direction's cosine by which REACH_BELOW holds straight below the chin
NECK_SECTOR = (0.1, 0.6)  # cosine to straight down from which depth nears the neck's own axis, until it is there
RIM = 6.0  # mm by which the oval lies further round the cheeks than found; a contour slides over the skin
PIVOT_BEHIND = 0.317  # face widths from the oval's widest line back to the neck joint; fitted as DEPTH_GAIN
PIVOT_BELOW = 0.24  # face heights from there down
NECK_FROM, NECK_TO = -0.04, 0.36  # face heights below the chin between which the head's motion fades out
FOLDED_FROM = 6.0  # degrees of the portrait's own yaw from which the far side of the oval may be hidden
BORDER = 0.09  # share of the crop over which all motion fades out, so that the crop can be pasted back
FOCAL = 6.5  # face heights from the camera to the head


@dataclass(frozen=True)
class Head:
    """The head's own frame: x toward the picture's right, y to the chin, z into the head."""

    axes: FloatArray  # (3, 3) columns are x, y, z in picture directions
    origin: FloatArray  # (3,) px, middle between the oval's edges
    mm: float  # px per millimetre
    width: float  # px between the oval's edges
    height: float  # px from crown to chin of the oval

    def local(self, points: FloatArray) -> FloatArray:
        """(n, 3) px of the picture → (n, 3) mm in the head frame."""
        return ((points - self.origin) @ self.axes / self.mm).astype(np.float32)

    def picture(self, local: FloatArray) -> FloatArray:
        """(n, 3) mm in the head frame → (n, 3) px of the picture."""
        return (self.directions(local) + self.origin).astype(np.float32)

    def directions(self, local: FloatArray) -> FloatArray:
        """(…, 3) mm along the head's axes → (…, 3) px along the picture's."""
        return (local @ self.axes.T * self.mm).astype(np.float32)

    @property
    def pivot(self) -> FloatArray:
        """(3,) px, the joint about which the head turns."""
        offset = np.array([0.0, PIVOT_BELOW * self.height, PIVOT_BEHIND * self.width])
        return np.asarray(self.origin + self.axes @ offset, np.float32)

    @property
    def yaw(self) -> float:
        """Degrees by which the portrait itself is turned, positive toward the picture's right."""
        return float(-np.degrees(np.arctan2(self.axes[0, 2], self.axes[2, 2])))


def scaled(landmarks: FloatArray) -> FloatArray:
    """Mediapipe's landmarks (≥ 468, 3) px with the depth it gives brought to scale, (468, 3)."""
    return np.asarray(landmarks[:FACE_POINTS] * np.array([1, 1, DEPTH_GAIN]), np.float32)


def solid(landmarks: FloatArray) -> FloatArray:
    """Landmarks (≥ 468, 3) px at their true depth, (468, 3): scaled, and rid of the error of mediapipe's that is
    much the same in every face, measured by evaluate/fit_depth.py."""
    face = scaled(landmarks)
    head = frame(face)
    with np.load(MEASURED_DEPTH) as stored:
        deeper = stored["depth"] + RIM * _sides(head.local(face))
    face[:, 2] += deeper * (head.mm * head.axes[2, 2])
    return face


def _sides(local: FloatArray) -> FloatArray:
    """(468,) 1 at the ears' ends of the oval, 0 at crown and chin and on the rest of a face (468, 3) mm."""
    across, down = np.abs(local[list(OVAL), :2] / np.abs(local[list(OVAL), :2]).max(0)).T
    sides = np.zeros(FACE_POINTS, np.float32)
    sides[list(OVAL)] = across**2 * (1 - down**2)
    return sides


def unfolded(face: FloatArray) -> FloatArray:
    """A face (468, 3) px whose oval is also its outline on the side turned away.

    There mediapipe's oval lies behind the cheek that hides it; left there, a turning head would bare a second rim.
    """
    head = frame(face)
    if abs(head.yaw) < FOLDED_FROM:
        return face
    outline = cv2.convexHull(np.ascontiguousarray(face[:, :2], np.float32))[:, 0]
    following = np.roll(outline, -1, 0)
    spread = face.copy()
    for i in OVAL:
        if head.local(face[i])[0] * head.yaw <= 0:
            continue
        along = following - outline
        share = ((face[i, :2] - outline) * along).sum(1) / np.maximum((along**2).sum(1), 1e-6)
        feet = outline + along * np.clip(share, 0, 1)[:, None]
        spread[i, :2] = feet[np.argmin(np.linalg.norm(feet - face[i, :2], axis=1))]
    return spread


def frame(face: FloatArray) -> Head:
    """The head frame of landmarks (468, 3) px whose z is scaled to px."""
    across = _unit(_unit(face[LEFT_EDGE] - face[RIGHT_EDGE]) + _unit(face[263] - face[33]))
    down = face[CHIN] - face[CROWN]
    down = _unit(down - across * (down @ across))
    right, left = (face[[eye.upper[0], eye.upper[-1]]].mean(0) for eye in EYES)
    return Head(
        axes=np.stack([across, down, np.cross(across, down)], 1).astype(np.float32),
        origin=((face[RIGHT_EDGE] + face[LEFT_EDGE]) / 2).astype(np.float32),
        mm=float(np.linalg.norm(left - right)) / EYE_DISTANCE,
        width=float(np.linalg.norm(face[LEFT_EDGE] - face[RIGHT_EDGE])),
        height=float(np.linalg.norm(face[CROWN] - face[CHIN])),
    )


def depths(mesh: Mesh, face: FloatArray, head: Head) -> FloatArray:
    """z of every vertex (n,) px: the landmarks' own, and outside a skull that curves back and levels out."""
    oval, outer = face[list(OVAL)], mesh.points[FACE_POINTS:]
    nearness = 1 / np.maximum(np.linalg.norm(outer[:, None] - oval[None, :, :2], axis=2), 4) ** 3
    rim = (nearness * oval[:, 2]).sum(1) / nearness.sum(1)
    arms = (outer - oval[:, :2].mean(0)) @ head.axes[:2, :2]
    across, down = (arms / np.maximum(np.linalg.norm(arms, axis=1, keepdims=True), 1e-6)).T
    skull = max(oval[:, 2].mean() + DEPTH_BEHIND * head.width, oval[:, 2].max() + 0.05 * head.width)
    back = skull + (head.pivot[2] - skull) * smoothstep(*NECK_SECTOR, down)
    levelled = 1 - np.exp(-mesh.outside[FACE_POINTS:] / (_reach(across, down) * head.width))
    return np.concatenate([face[:, 2], rim + (back - rim) * levelled]).astype(np.float32)


def _reach(across: FloatArray, down: FloatArray) -> FloatArray:
    """Share (n,) of the face's width over which the depth levels out in a direction from the face's middle.

    Soon beside the face, where the ears are, and beside the neck; later above the forehead and straight below the
    chin.
    """
    above = REACH_SIDE * across**2 + REACH_ABOVE * down**2
    beside = REACH_SIDE + (REACH_NECK - REACH_SIDE) * smoothstep(*NECK_SECTOR, down)
    below = beside + (REACH_BELOW - beside) * np.abs(down) ** BELOW_FOCUS
    return np.asarray(np.where(down > 0, below, above), np.float32)


def head_weights(local: FloatArray, head: Head) -> FloatArray:
    """Share (n,) of the head's motion that each vertex (n, 3) mm takes: 1 above the chin, 0 below the neck."""
    tall = head.height / head.mm
    chin = local[CHIN, 1]
    weights = 1 - smoothstep(chin + NECK_FROM * tall, chin + NECK_TO * tall, local[:, 1])
    weights[:FACE_POINTS] = 1
    return weights.astype(np.float32)


def border_lock(points: FloatArray, size: int) -> FloatArray:
    """Share (n,) of any motion that a vertex may take: 0 at the crop's border, 1 well inside and in the face."""
    inside = np.minimum(points, size - 1 - points).min(1)
    lock = smoothstep(0, BORDER * size, inside)
    lock[:FACE_POINTS] = 1
    return lock.astype(np.float32)


def smoothstep(start: float, end: float, x: FloatArray | float) -> FloatArray:
    """0 before `start`, 1 after `end`, smooth between."""
    t = np.clip((x - start) / (end - start), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def _unit(vector: FloatArray) -> FloatArray:
    return (vector / np.linalg.norm(vector)).astype(np.float32)
