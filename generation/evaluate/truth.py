"""How near is a rendered pose to the same head truly rendered in that pose?

A folder holds neutral.png, POSE.png … and poses.json: {pose: {"weights": {ARKit: w}, "yaw", "pitch", "roll"}}.
In such a file roll > 0 tilts the crown toward the picture's left, unlike elsewhere in this package. The rig is
built from neutral.png alone; every other picture is only compared.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from generation import weights
from generation.errors import InputRefused
from generation.evaluate import perceptual
from generation.portrait import analyse
from generation.portrait.detect import Detector, detector
from generation.portrait.rig import build
from generation.portrait.topology import EYES, FACE_POINTS, LIPS
from generation.render import Renderer
from generation.types import CHANNELS, FloatArray, Frame, Motion, ProgressCallback, silent

MOUTH_BOX = (1.5, 1.6)  # of the mouth's width: width and height of the box around the lips
EYE_BOX = (1.6, 1.1)  # of one eye's width: likewise around each eye
SSIM_SIGMA = 1.5  # px, Wang et al. 2004
SSIM_C1, SSIM_C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2

Mask = npt.NDArray[np.bool_]
Scores = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Pose:
    """One line of poses.json."""

    name: str
    weights: dict[str, float]
    head: tuple[float, float, float]  # yaw, pitch, roll in degrees, with this package's signs


def evaluate_truth(folder: Path, *, size: int = 512, progress: ProgressCallback = silent) -> dict[str, Scores]:
    """Scores of every pose: {pose: {"face" | "mouth" | "eyes" | "still": {"psnr", "ssim", "perceptual"}}}.

    `still` leaves the neutral picture as it is and scores the face; `perceptual` is a distance.
    Raises InputRefused for a folder that is not as described.
    """
    poses = _poses(folder)
    portrait = analyse((folder / "neutral.png").read_bytes(), size=size)
    motion = _motion(poses)
    scores = {}
    with detector(weights.path("face_landmarker")) as landmarker:
        for pose, frame in zip(poses, Renderer(build(portrait)).frames(motion), strict=True):
            truth = _cropped(folder / f"{pose.name}.png", portrait.crop, size)
            scores[pose.name] = score(frame, portrait.image, truth, _landmarks(truth, landmarker, pose.name))
    return scores


def score(frame: Frame, still: Frame, truth: Frame, landmarks: FloatArray) -> Scores:
    """Compare with the truth (s, s, 3) over regions drawn from the truth's landmarks (≥ 468, ≥ 2) px."""
    points = landmarks[:, :2]
    face = _hull(points[:FACE_POINTS], truth.shape[0])
    mouth = _box(points[list(LIPS)], MOUTH_BOX, truth.shape[0])
    eyes = np.logical_or(*(_box(points[list(eye.opening)], EYE_BOX, truth.shape[0]) for eye in EYES))
    regions = {"face": face, "mouth": mouth, "eyes": eyes}
    scores = {name: _compared(frame, truth, region) for name, region in regions.items()}
    scores["still"] = _compared(still, truth, face)
    looks = [*perceptual.distances(frame, truth, (face, mouth, eyes)), *perceptual.distances(still, truth, (face,))]
    for region, distance in zip(scores.values(), looks, strict=True):
        region["perceptual"] = round(distance, 4)
    return scores


def _poses(folder: Path) -> list[Pose]:
    listing = folder / "poses.json"
    if not listing.is_file():
        raise InputRefused(
            "no_poses",
            f"There is no poses.json in {folder}.",
            "Name a folder that holds poses.json, neutral.png and one picture per pose.",
        )
    try:
        poses = [
            Pose(name, dict(entry["weights"]), (entry["yaw"], entry["pitch"], -entry["roll"]))
            for name, entry in json.loads(listing.read_text()).items()
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise InputRefused(
            "bad_poses",
            f"poses.json in {folder} is not as expected ({type(fault).__name__}: {fault}).",
            'Give each pose {"weights": {NAME: 0..1}, "yaw": 0, "pitch": 0, "roll": 0}.',
        ) from fault
    strangers = {name for pose in poses for name in pose.weights} - set(CHANNELS)
    if strangers:
        raise InputRefused(
            "unknown_blendshapes",
            f"poses.json names blendshapes that nobody knows: {', '.join(sorted(strangers))}.",
            "Use ARKit's names, such as jawOpen or mouthSmileLeft.",
        )
    pictures = ["neutral.png", *(f"{pose.name}.png" for pose in poses)]
    missing = [name for name in pictures if not (folder / name).is_file()]
    if missing:
        raise InputRefused(
            "missing_pictures",
            f"poses.json names pictures that are not in {folder}: {', '.join(missing)}.",
            "Add them, or take their lines out of poses.json.",
        )
    return poses


def _motion(poses: list[Pose]) -> Motion:
    coefficients = np.zeros((len(poses), len(CHANNELS)), np.float32)
    head = np.zeros((len(poses), 6), np.float32)
    for i, pose in enumerate(poses):
        head[i, :3] = pose.head
        for name, weight in pose.weights.items():
            coefficients[i, CHANNELS.index(name)] = weight
    still = np.zeros(len(poses), np.float32)
    return Motion(25.0, coefficients, head, np.zeros((len(poses), 2), np.float32), still)


def _cropped(path: Path, crop: FloatArray, size: int) -> Frame:
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
    return np.asarray(
        cv2.warpAffine(picture, crop, (size, size), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def _landmarks(picture: Frame, landmarker: Detector, name: str) -> FloatArray:
    face = landmarker.face(picture)
    if face is None:
        raise InputRefused("no_face", f"No face was found in {name}.png.", "Take its line out of poses.json.")
    return face.landmarks


def _hull(points: FloatArray, size: int) -> Mask:
    mask = np.zeros((size, size), np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(np.round(points).astype(np.int32)), 1)
    return mask > 0


def _box(points: FloatArray, shares: tuple[float, float], size: int) -> Mask:
    low, high = points.min(0), points.max(0)
    middle, width = (low + high) / 2, float(high[0] - low[0])
    half = np.array(shares) * width / 2
    x0, y0 = np.clip(np.round(middle - half), 0, size).astype(int)
    x1, y1 = np.clip(np.round(middle + half), 0, size).astype(int)
    mask = np.zeros((size, size), np.bool_)
    mask[y0:y1, x0:x1] = True
    return mask


def _compared(picture: Frame, truth: Frame, region: Mask) -> dict[str, float]:
    error = float(((picture.astype(np.float64) - truth) ** 2)[region].mean())
    psnr = 99.0 if error == 0 else 10 * np.log10(255**2 / error)
    return {"psnr": round(float(psnr), 2), "ssim": round(float(_ssim(picture, truth)[region].mean()), 4)}


def _ssim(a: Frame, b: Frame) -> FloatArray:
    """Structural similarity of luminance at every px (Wang et al. 2004)."""
    x, y = (cv2.cvtColor(p, cv2.COLOR_RGB2GRAY).astype(np.float32) for p in (a, b))

    def mean(p: FloatArray) -> FloatArray:
        return np.asarray(cv2.GaussianBlur(p, (0, 0), SSIM_SIGMA), np.float32)

    mx, my = mean(x), mean(y)
    vx, vy, cov = mean(x * x) - mx * mx, mean(y * y) - my * my, mean(x * y) - mx * my
    alike = (2 * mx * my + SSIM_C1) * (2 * cov + SSIM_C2)
    return np.asarray(alike / ((mx * mx + my * my + SSIM_C1) * (vx + vy + SSIM_C2)), np.float32)
