"""Measure how far mediapipe's depth of each landmark is off, from heads rendered at several turns and nods.

    python -m generation.evaluate.fit_depth FOLDER…   rewrites generation/portrait/measured_depth.npz

A FOLDER is as `evaluate/truth.py` wants it. The landmarks found in its turned and nodded pictures are triangulated:
each landmark's depth, the joint the head turns about and the camera's distance are those that put the neutral
picture's landmarks nearest to the found ones. What differs from mediapipe's own depth, less any linear trend (which
DEPTH_GAIN and the head frame take care of), is averaged with its mirror image and over the heads, and kept as
`depth` (468,) mm into the head. On this project's two heads these differences agree (r = 0.9, 1.8 mm each), and
either head's measure makes the other's turns and nods 0.2–1.7 dB better.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares

from generation import weights
from generation.errors import InputRefused
from generation.evaluate.fit_shapes import mirror_map
from generation.portrait import head as skull
from generation.portrait.detect import Detector, detector
from generation.portrait.topology import FACE_POINTS, OVAL
from generation.render.pose import rotation
from generation.types import FloatArray

ROUNDS = 6  # of solving for joint and camera, then for the depths
DEPTH_STEPS = 3  # Gauss-Newton steps in each round
TRUSTED = 2.0  # px of reprojection error from which a view loses weight (Cauchy)
DAMPING = 0.02  # px² per px², keeps the depth of a landmark that hardly moves
LIKELY_FOCAL, FOCAL_TRUST = 5.0, 3.0  # face heights; px per face height by which the focal length is held there
NEIGHBOURS = 6  # inner landmarks that lend an oval landmark their error; a contour slides over the skin on turns

Points = npt.NDArray[np.float64]
INNER = np.setdiff1d(np.arange(FACE_POINTS), np.array(OVAL))


class Views:
    """One head in several poses without expression."""

    def __init__(self, folder: Path, landmarker: Detector) -> None:
        picture = _picture(folder / "neutral.png")
        self.centre = np.array([picture.shape[1] - 1, picture.shape[0] - 1]) / 2
        self.face = skull.scaled(_found(landmarker, picture))
        self.head = skull.frame(self.face)
        poses = json.loads((folder / "poses.json").read_text())
        turned = {name: pose for name, pose in poses.items() if not pose["weights"]}
        if not turned:
            raise InputRefused(
                "no_turns",
                f"No pose in {folder} turns the head without an expression.",
                "Add turned and nodded heads whose weights are empty.",
            )
        self.rotations = [rotation(p["yaw"], p["pitch"], -p["roll"]) for p in turned.values()]
        self.found = np.stack([_found(landmarker, _picture(folder / f"{name}.png"))[:, :2] for name in turned])

    def projected(self, depth: Points, pivot: Points, focal: float) -> Points:
        """Where each view shows the neutral landmarks, (views, 468, 2) px, were their depth (468,) px so."""
        flat = (self.face[:, :2] - self.centre) * ((focal + depth) / focal)[:, None]
        arms = np.column_stack([flat, depth]) - pivot
        places = (arms @ turn.T + pivot for turn in self.rotations)
        return np.stack([p[:, :2] * (focal / (focal + p[:, 2:])) + self.centre for p in places])

    def errors(self) -> Points:
        """(468,) mm by which mediapipe's depth falls short, linear trends removed."""
        depth = self.face[:, 2].astype(np.float64)
        joint = np.r_[self.head.pivot - np.r_[self.centre, 0], skull.FOCAL]
        for _ in range(ROUNDS):
            joint = least_squares(self._misses, joint, loss="soft_l1", args=(depth,)).x
            depth = self._deepened(depth, joint)
        missing = (depth - self.face[:, 2]) / self.head.mm
        trend = np.column_stack([np.ones(FACE_POINTS), self.head.local(self.face)])
        slopes, *_ = np.linalg.lstsq(trend[INNER], missing[INNER], rcond=None)
        return np.asarray(missing - trend @ slopes, np.float64)

    def _misses(self, joint: Points, depth: Points) -> Points:
        focal = joint[3] * self.head.height
        missed = (self.projected(depth, joint[:3], focal) - self.found)[:, INNER].ravel()
        return np.asarray(np.r_[missed, FOCAL_TRUST * (joint[3] - LIKELY_FOCAL)])

    def _deepened(self, depth: Points, joint: Points) -> Points:
        pivot, focal = joint[:3], joint[3] * self.head.height
        for _ in range(DEPTH_STEPS):
            here = self.projected(depth, pivot, focal)
            slope, missed = self.projected(depth + 1, pivot, focal) - here, self.found - here
            trust = 1 / (1 + (np.linalg.norm(missed, axis=2, keepdims=True) / TRUSTED) ** 2)
            depth = depth + (trust * slope * missed).sum((0, 2)) / ((trust * slope**2).sum((0, 2)) + DAMPING)
        return depth


def symmetric_mean(errors: list[Points], neutral: FloatArray) -> FloatArray:
    """Average over heads and sides of errors (468,) on the mean neutral face (468, 3) mm."""
    mean = np.mean(errors, 0)
    mean = (mean + mean[mirror_map(neutral)]) / 2
    for i in OVAL:
        distances = np.linalg.norm(neutral[INNER] - neutral[i], axis=1)
        near = np.argsort(distances)[:NEIGHBOURS]
        mean[i] = np.average(mean[INNER[near]], weights=1 / distances[near])
    return np.asarray(mean, np.float32)


def _picture(path: Path) -> npt.NDArray[np.uint8]:
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
    if picture is None:
        raise InputRefused("missing_picture", f"{path} is missing or is no picture.", "Render it again.")
    return np.asarray(picture, np.uint8)


def _found(landmarker: Detector, picture: npt.NDArray[np.uint8]) -> FloatArray:
    face = landmarker.face(picture)
    if face is None:
        raise InputRefused("no_face", "No face was found in one of the pictures.", "Leave it out of poses.json.")
    return face.landmarks[:FACE_POINTS]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    folders = parser.parse_args().folders
    with detector(weights.path("face_landmarker")) as landmarker:
        heads = [Views(folder, landmarker) for folder in folders]
    neutral = np.mean([view.head.local(view.face) for view in heads], 0)
    depth = symmetric_mean([view.errors() for view in heads], neutral)
    np.savez_compressed(skull.MEASURED_DEPTH, allow_pickle=False, depth=depth)


if __name__ == "__main__":
    main()
