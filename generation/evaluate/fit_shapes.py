"""Measure how each ARKit blendshape moves and shades the landmarks, from heads rendered at one weight at a time.

    python -m generation.evaluate.fit_shapes FOLDER…   rewrites generation/portrait/measured_shapes.npz

A FOLDER holds neutral.png and calibration/{poses.json, *.png}: the same head and light, one weight each. Fields are
aligned on the skull, averaged with their mirror image where the shape is symmetric, averaged over the heads, faded
out beyond the part of the face that the shape can reach, and kept per unit of weight as (468, 4): mm along the
head's axes, then the logarithm of how much brighter the skin becomes (Liu, Shan & Zhang 2001, "Expressive
expression mapping with ratio images"). The committed file was measured on this project's synthetic heads a and b
(geometry ICT-FaceKit, MIT, © 2020 USC).
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from generation import weights
from generation.portrait import head as skull
from generation.portrait.detect import Detector, detector
from generation.portrait.shapes import MEASURED
from generation.portrait.topology import EYES, FACE_POINTS, LOWER_LIP_RINGS, UPPER_LIP_RINGS, IndexArray
from generation.types import ARKIT, FloatArray, Frame

Finder = Callable[[Frame], FloatArray]  # picture → landmarks (478, 3) px

STEADY = (6, 168, 197, 195, 33, 133, 263, 362, 127, 356, 234, 454, 162, 389, 21, 251, 122, 351)  # barely move
LIGHT_SMOOTHING = 1.5  # mm over which brightness is averaged at a landmark
LIGHT_FLOOR = 4.0  # of 255, so that black stays finite
MIDLINE_FADE = (-22.0, 4.0)  # mm across the face over which a one-sided shape fades out on the other side
REACHES = {  # prefix → (top, bottom) mm of the head frame between which the shape fades in, counted downwards
    "brow": (None, (2.0, 14.0)),
    "eye": (None, (4.0, 22.0)),
    "cheekSquint": (None, (22.0, 40.0)),
    "mouth": ((2.0, 24.0), None),
    "jaw": ((2.0, 24.0), None),
    "cheekPuff": ((2.0, 24.0), None),
    "noseSneer": ((-30.0, -12.0), None),
}


def measure(folder: Path, find: Finder) -> dict[str, FloatArray]:
    """Raw fields of one head: ARKit name → (468, 4) per unit of weight, as rendered (left or both sides)."""
    picture = _picture(folder / "neutral.png")
    landmarks = find(picture)
    neutral = _scaled(landmarks)
    head = skull.frame(neutral)
    light = _skin_light(picture, landmarks, head.mm)
    fields = {}
    for name, pose in json.loads((folder / "calibration" / "poses.json").read_text()).items():
        picture = _picture(folder / "calibration" / f"{name}.png")
        landmarks = find(picture)
        moved = head.local(_on_skull(_scaled(landmarks), neutral)) - head.local(neutral)
        brighter = _skin_light(picture, landmarks, head.mm) - light
        (shape, weight), *_ = pose["weights"].items()
        fields[shape] = np.column_stack([moved, brighter]).astype(np.float32) / np.float32(weight)
    return fields


def symmetric_mean(heads: list[dict[str, FloatArray]], neutral: FloatArray) -> dict[str, FloatArray]:
    """Average over heads and sides: ARKit name → (468, 4), right sides mirrored from the left."""
    mirror = mirror_map(neutral)
    collected: dict[str, list[FloatArray]] = defaultdict(list)
    for fields in heads:
        for shape, field in fields.items():
            reflected = np.asarray(field[mirror] * np.array([-1, 1, 1, 1], np.float32), np.float32)
            other = shape.replace("Left", "Right")
            collected[shape].append(field if other != shape else np.asarray((field + reflected) / 2, np.float32))
            if other != shape:
                collected[other].append(reflected)
    return {shape: _within_reach(shape, np.mean(f, 0), neutral) for shape, f in collected.items() if shape in ARKIT}


def mirror_map(neutral: FloatArray) -> IndexArray:
    """(468,) index of each landmark's counterpart on the other side of a neutral face (468, 3) mm."""
    flipped = neutral * np.array([-1, 1, 1], np.float32)
    distances = np.linalg.norm(neutral[:, None] - flipped[None], axis=2)
    return linear_sum_assignment(distances + distances.T)[1].astype(np.int32)


def _within_reach(shape: str, field: FloatArray, neutral: FloatArray) -> FloatArray:
    prefix = max((p for p in REACHES if shape.startswith(p)), key=len)
    top, bottom = REACHES[prefix]
    share = np.ones(FACE_POINTS, np.float32)
    if top:
        share = share * skull.smoothstep(*top, neutral[:, 1])
    if bottom:
        share = share * (1 - skull.smoothstep(*bottom, neutral[:, 1]))
    if shape.endswith(("Left", "Right")) and shape not in ("mouthLeft", "mouthRight", "jawLeft", "jawRight"):
        side = 1 if shape.endswith("Left") else -1
        share = share * skull.smoothstep(*MIDLINE_FADE, neutral[:, 0] * side)
    return (field * share[:, None]).astype(np.float32)


def _scaled(landmarks: FloatArray) -> FloatArray:
    return landmarks[:FACE_POINTS] * np.array([1, 1, skull.DEPTH_GAIN], np.float32)


def _on_skull(moved: FloatArray, neutral: FloatArray) -> FloatArray:
    """Undo the drift of the detector: similarity in the picture plane, plane fit in depth, on steady landmarks."""
    a, b = moved[list(STEADY)].astype(np.float64), neutral[list(STEADY)].astype(np.float64)
    p, q = _complex(a), _complex(b)
    turn = np.vdot(p - p.mean(), q - q.mean()) / np.vdot(p - p.mean(), p - p.mean())
    flat = turn * (_complex(moved) - p.mean()) + q.mean()
    plane, *_ = np.linalg.lstsq(np.column_stack([b[:, :2], np.ones(len(b))]), b[:, 2] - a[:, 2], rcond=None)
    depth = moved[:, 2] + np.column_stack([neutral[:, :2], np.ones(len(neutral))]) @ plane
    return np.stack([flat.real, flat.imag, depth], 1).astype(np.float32)


def _complex(points: npt.NDArray[np.floating]) -> npt.NDArray[np.complex128]:
    return points[:, 0].astype(np.float64) + 1j * points[:, 1]


def _skin_light(picture: Frame, landmarks: FloatArray, mm: float) -> FloatArray:
    """Logarithm (468,) of the skin's brightness at each landmark; 0 where lids, lips and mouth come and go."""
    smooth = cv2.GaussianBlur(picture.astype(np.float32).mean(2), (0, 0), LIGHT_SMOOTHING * mm)
    x, y = landmarks[:FACE_POINTS, :2].T
    light = np.log(cv2.remap(smooth, x[None], y[None], cv2.INTER_LINEAR)[0] + LIGHT_FLOOR)
    light[[i for rings in (UPPER_LIP_RINGS, LOWER_LIP_RINGS) for ring in rings[1:] for i in ring]] = 0
    light[[i for eye in EYES for i in eye.opening + eye.fold]] = 0
    return np.asarray(light, np.float32)


def _picture(path: Path) -> Frame:
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
    if picture is None:
        raise SystemExit(
            f"{path} is missing or is no picture. Render it again, or take its line out of poses.json."
        )
    return np.asarray(picture, np.uint8)


def _find(landmarker: Detector, picture: Frame) -> FloatArray:
    face = landmarker.face(picture)
    if face is None:
        raise SystemExit("No face was found in one of the pictures. Take its line out of poses.json.")
    return face.landmarks


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    folders = parser.parse_args().folders
    with detector(weights.path("face_landmarker")) as landmarker:
        find = partial(_find, landmarker)
        heads = [measure(folder, find) for folder in folders]
        faces = [_scaled(find(_picture(folder / "neutral.png"))) for folder in folders]
    neutral = np.mean([skull.frame(face).local(face) for face in faces], 0)
    fields = symmetric_mean(heads, neutral)
    np.savez_compressed(MEASURED, allow_pickle=False, **fields)


if __name__ == "__main__":
    main()
