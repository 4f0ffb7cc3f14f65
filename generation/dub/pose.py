"""Where the head is in every frame: the rig turned until it lies on the landmarks that speech does not move."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.signal import savgol_filter

from generation.portrait.topology import EYES
from generation.render.pose import Puppet
from generation.types import FloatArray

# Bridge, tip and wings of the nose, corners of the eyes, temples, forehead, upper cheeks.
STABLE = tuple(
    sorted(
        {
            168, 6, 197, 195, 5, 4, 1, 19, 94, 2, 98, 327, 129, 358, 48, 278, 115, 344, 49, 279, 198, 420, 236, 456,
            122, 351, 193, 417, 174, 399, 196, 419, 3, 248, 51, 281, 45, 275, 44, 274, 9, 8, 151, 10, 108, 337,
            69, 299, 109, 338, 67, 297, 54, 284, 21, 251, 162, 389, 127, 356, 34, 264, 139, 368, 143, 372,
            111, 340, 117, 346, 118, 347, 119, 348, 100, 329, 126, 355, 114, 343, 188, 412, 116, 345, 123, 352,
            *(corner for eye in EYES for corner in (eye.upper[0], eye.upper[-1])),
        }
    )
)  # fmt: skip
STEPS = np.array((0.5, 0.5, 0.5, 0.5, 0.5, 2.0))  # degrees and mm by which a slope is measured
TRUST = np.array((0.02, 0.04, 0.02, 0.0, 0.0, 0.01))  # px per unit that holds back what the landmarks tell badly
ROUNDS = 5
ROBUST = 2.5  # px of a 512 square beyond which a landmark is doubted
SMOOTH_S, ORDER = 0.3, 2  # Savitzky & Golay 1964: keeps nods that a mean would flatten


def follow(puppet: Puppet, landmarks: FloatArray, fps: float) -> FloatArray:
    """(t, 6) head of every frame (yaw, pitch, roll in degrees; mm) relative to the rig's own picture.

    `landmarks` (t, ≥ 468, ≥ 2) px of the rig's square.
    """
    heads = np.zeros((len(landmarks), 6))
    last = np.zeros(6)
    for index, points in enumerate(landmarks):
        heads[index] = last = _fit(puppet, points[list(STABLE), :2], last)
    return smoothed(heads, fps)


def smoothed(rows: npt.NDArray[np.floating], fps: float) -> FloatArray:
    """(t, …) without the trembling of landmarks, courses kept."""
    window = max(5, 2 * round(SMOOTH_S * fps / 2) + 1)
    if len(rows) < window:
        return np.asarray(rows, np.float32)
    return np.asarray(savgol_filter(rows, window, ORDER, axis=0), np.float32)


def placed(puppet: Puppet, head: FloatArray, points: tuple[int, ...]) -> npt.NDArray[np.float64]:
    """(n, 2) px of the square where landmarks of a face at rest lie under a head (6,)."""
    turned = puppet.turn(puppet.rest[list(points)], head, np.ones(len(points), np.float32))
    return puppet.camera.project(turned)[:, :2].astype(np.float64)


def _fit(puppet: Puppet, seen: FloatArray, start: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Gauss–Newton with Cauchy weights."""
    head = start.copy()
    doubt = ROBUST * puppet.rig.portrait.size / 512
    for _ in range(ROUNDS):
        here = placed(puppet, head.astype(np.float32), STABLE)
        errors = (seen - here).ravel()
        slopes = np.stack(
            [
                (placed(puppet, (head + step).astype(np.float32), STABLE) - here).ravel() / step.sum()
                for step in np.diag(STEPS)
            ],
            1,
        )
        weights = np.repeat(1 / (1 + (errors.reshape(-1, 2) ** 2).sum(1) / doubt**2), 2)
        normal = slopes.T @ (slopes * weights[:, None]) + np.diag(TRUST**2 * len(STABLE))
        change = np.linalg.solve(normal, slopes.T @ (weights * errors) - TRUST**2 * len(STABLE) * head)
        head = head + change
        if np.abs(change).max() < 1e-3:
            break
    return head
