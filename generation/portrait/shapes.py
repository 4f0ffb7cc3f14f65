"""Blendshapes with ARKit's names: how the mesh moves for each unit of a coefficient.

Most shapes are measured (generation/evaluate/fit_shapes.py); those that a landmark detector under-reads (rolled and
pressed lips, lids, puffed cheeks) are helped by hand, in millimetres. All are spread over the mesh by a
bi-Laplacian solve with open eyes and mouth, so that lips and lids part by themselves (Botsch & Sorkine 2008, "On
linear variational surface deformation methods").
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from generation.portrait.head import Head, smoothstep
from generation.portrait.mesh import Mesh
from generation.portrait.topology import (
    CHIN,
    EYES,
    FACE_POINTS,
    LIPS,
    LOWER_LIP_RINGS,
    MOUTH_CORNERS,
    UPPER_LIP_RINGS,
    EyePoints,
    IndexArray,
)
from generation.types import ARKIT, CHANNELS, FloatArray

MEASURED = Path(__file__).with_name("measured_shapes.npz")
MEASURED_MOUTH = 51.3  # mm, mouth width of the measured heads; mouth shapes scale with it
MOUTH_SCALES = (0.72, 1.2)  # least and greatest such scale
SHADING_SHARE = 0.8  # of the measured change in brightness; the rest belongs to the measured heads' own light
SHADING_LIMIT = (-0.6, 0.16)  # logarithm, per unit of weight; skin that lights up by more looks stained
MEMBRANE = 0.02  # share of first-order smoothness; keeps the solve from overshooting
STILL_BEYOND = 0.42  # face widths outside the oval from which nothing of the face's expression is felt
STILL_BELOW = 0.45  # face heights below the chin, likewise
PINNED = 1e3  # weight of a handle that must be met
TRUST_LIPS, TRUST_SKIN = 10.0, 1.0  # weight of a measured displacement against smoothness
CHIN_DROP = 5.0  # mm by which a full jawOpen takes the chin further than its landmarks tell; measured at 0.3, 0.6
RING_FOLLOW = (0.75, 0.85, 0.95, 1.0)  # share of the inner contour's closing that each lip ring takes, skin inwards
UPPER_LIP_SHARE, UPPER_LID_SHARE = 0.42, 0.96  # of the way that two lips, two lids go to meet
CLOSED_BELOW = 2.5  # mm between the lids; eyes shut in a portrait measure 0.6–1.4, open ones 7 and more
FOLD_FOLLOW = 0.30  # share of the upper lid's travel that its crease takes


@dataclass(frozen=True)
class Closure:
    """Two edges that meet whatever else the face does: lips, or the lids of one eye.

    Moving each vertex by `fields @ (lower − upper)` scaled by a weight closes the gap by that share.
    """

    upper: IndexArray  # (k,)
    lower: IndexArray  # (k,)
    fields: FloatArray  # (n, k) signed share of each pair's gap that a vertex takes


class Elastic:
    """The open mesh as a thin plate, ready to spread handle displacements."""

    def __init__(self, mesh: Mesh, local: FloatArray, head: Head) -> None:
        """`local` are the vertices (n, 3) in mm of the head frame."""
        self.count = len(mesh)
        edges = np.unique(np.sort(mesh.triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), 1), axis=0)
        a, b = edges.T
        pull = 1 / np.maximum(np.linalg.norm(local[a] - local[b], axis=1), 0.7).astype(np.float64)
        links = sp.coo_matrix((np.r_[pull, pull], (np.r_[a, b], np.r_[b, a])), shape=(self.count,) * 2).tocsr()
        laplacian = sp.eye(self.count) - sp.diags(1 / np.asarray(links.sum(1)).ravel()) @ links
        self.stiffness = (laplacian.T @ laplacian + MEMBRANE / 2 * (laplacian + laplacian.T)).tocsc()
        outer = np.arange(self.count) >= FACE_POINTS
        low = local[:, 1] > local[CHIN, 1] + STILL_BELOW * head.height / head.mm
        self.still: IndexArray = np.flatnonzero(outer & ((mesh.outside > STILL_BEYOND * head.width) | low)).astype(
            np.int32
        )

    def spread(self, trust: npt.NDArray[np.float64], targets: FloatArray) -> FloatArray:
        """Displacements (n, c) nearest to targets (n, c) where trusted (n,), smooth elsewhere, still far away."""
        weights = trust.copy()
        weights[self.still] = PINNED
        factor = splu((self.stiffness + sp.diags(weights)).tocsc())
        wanted = np.where(np.isin(np.arange(self.count), self.still)[:, None], 0, targets)
        return np.asarray(factor.solve(weights[:, None] * wanted.astype(np.float64)), np.float32)


def blendshapes(elastic: Elastic, local: FloatArray) -> FloatArray:
    """(channels, n, 3) mm in the head frame, one field per entry of CHANNELS; zero where a layer does the work."""
    fields = {name: field[:, :3].copy() for name, field in _measured().items()}
    width = float(np.linalg.norm(local[MOUTH_CORNERS[1]] - local[MOUTH_CORNERS[0]]))
    mouth_scale = float(np.clip(width / MEASURED_MOUTH, *MOUTH_SCALES))
    _help_lips(fields, local, width)
    _help_chin(fields["jawOpen"], local)
    _help_lids(fields, local)
    _help_cheeks(fields)
    for name, field in fields.items():
        if name.startswith(("mouth", "jaw")):
            field *= mouth_scale
    fields["mouthClose"] = _mouth_close(fields["jawOpen"])

    names = list(fields)
    targets = np.zeros((elastic.count, len(names), 3), np.float32)
    targets[:FACE_POINTS] = np.stack([fields[name] for name in names], 1)
    trust = np.zeros(elastic.count)
    trust[:FACE_POINTS] = TRUST_SKIN
    trust[list(LIPS) + [i for eye in EYES for i in eye.opening]] = TRUST_LIPS
    spread = elastic.spread(trust, targets.reshape(elastic.count, -1)).reshape(targets.shape)

    shapes = np.zeros((len(CHANNELS), elastic.count, 3), np.float32)
    for k, name in enumerate(names):
        shapes[CHANNELS.index(name)] = spread[:, k]
    return shapes


def eye_opening(local: FloatArray, eye: EyePoints) -> float:
    """Mean distance between the lids of one eye, mm; `local` are vertices (n, 3) in mm of the head frame."""
    return float(np.maximum(local[list(eye.lower[2:-2]), 1] - local[list(eye.upper[2:-2]), 1], 0).mean())


def shading() -> FloatArray:
    """(channels, 468) by how much each blendshape brightens the skin at a landmark, as a logarithm."""
    table = np.zeros((len(CHANNELS), FACE_POINTS), np.float32)
    for name, field in _measured().items():
        if not name.startswith("eye"):  # lids are painted by their own layer
            table[CHANNELS.index(name)] = np.clip(field[:, 3], *SHADING_LIMIT) * SHADING_SHARE
    return table


def lip_closure(elastic: Elastic) -> Closure:
    """Brings the inner contours of the lips together."""
    pairs = range(1, 10)
    steady = [i for eye in EYES for i in eye.opening + eye.brow_upper + eye.brow_lower]
    steady += [6, 168, 197, 195, 5, 4, 1, 19, 94, 2, 98, 327]  # the nose
    targets = np.zeros((elastic.count, len(pairs)), np.float32)
    handles: list[int] = list(steady)
    for rings, share in ((UPPER_LIP_RINGS, UPPER_LIP_SHARE), (LOWER_LIP_RINGS, UPPER_LIP_SHARE - 1)):
        for ring, follow in zip(rings, RING_FOLLOW, strict=True):
            handles += ring
            targets[list(ring[1:-1]), list(range(len(pairs)))] = share * follow
    return _closure(elastic, UPPER_LIP_RINGS[-1][1:-1], LOWER_LIP_RINGS[-1][1:-1], handles, targets)


def lid_closures(elastic: Elastic) -> tuple[Closure, Closure]:
    """Brings the lids of the right and of the left eye together."""
    right, left = (_lid_closure(elastic, eye) for eye in EYES)
    return right, left


def _lid_closure(elastic: Elastic, eye: EyePoints) -> Closure:
    upper, lower = eye.upper[1:-1], eye.lower[1:-1]
    targets = np.zeros((elastic.count, len(upper)), np.float32)
    columns = list(range(len(upper)))
    targets[list(upper), columns] = UPPER_LID_SHARE
    targets[list(lower), columns] = UPPER_LID_SHARE - 1
    targets[list(eye.fold), columns] = UPPER_LID_SHARE * FOLD_FOLLOW
    others = [i for e in EYES for i in e.brow_upper + e.brow_lower + e.opening if e is eye or i not in e.fold]
    handles = [*others, *eye.fold, *LIPS, 6, 168, 197, 4, 1]
    return _closure(elastic, upper, lower, handles, targets)


def _closure(
    elastic: Elastic, upper: tuple[int, ...], lower: tuple[int, ...], handles: list[int], targets: FloatArray
) -> Closure:
    trust = np.zeros(elastic.count)
    trust[handles] = PINNED
    fields = elastic.spread(trust, targets)
    return Closure(np.array(upper, np.int32), np.array(lower, np.int32), fields)


def _measured() -> dict[str, FloatArray]:
    """ARKit name → (468, 4): mm along the head's axes, logarithm of the change in brightness."""
    with np.load(MEASURED) as stored:
        return {name: stored[name] for name in stored.files if name in ARKIT}


def _mouth_close(jaw_open: FloatArray) -> FloatArray:
    """ARKit's mouthClose: undoes the parting that jawOpen brings to the lips, and leaves the jaw low."""
    field = np.zeros_like(jaw_open)
    inner = np.array(LOWER_LIP_RINGS[-1][1:-1]), np.array(UPPER_LIP_RINGS[-1][1:-1])
    gaps = jaw_open[inner[0]] - jaw_open[inner[1]]
    for rings, share in ((UPPER_LIP_RINGS, UPPER_LIP_SHARE), (LOWER_LIP_RINGS, UPPER_LIP_SHARE - 1)):
        for ring, follow in zip(rings, RING_FOLLOW, strict=True):
            field[list(ring[1:-1])] += share * follow * gaps
    return field


def _help_lips(fields: dict[str, FloatArray], local: FloatArray, width: float) -> None:
    """Rolled and pressed lips: the red disappears inwards, which landmarks hardly follow."""
    middle = (local[MOUTH_CORNERS[0], 0] + local[MOUTH_CORNERS[1], 0]) / 2
    for rings, sign, roll in ((UPPER_LIP_RINGS, 1, "mouthRollUpper"), (LOWER_LIP_RINGS, -1, "mouthRollLower")):
        for depth, ring in zip((0.0, 0.35, 0.7, 1.0), rings, strict=True):
            for i in ring[1:-1]:
                across = float(np.clip(2 * (local[i, 0] - middle) / width, -1, 1))
                arch = 1 - across * across
                fields[roll][i] += np.array([0, sign * 1.6 * (1 - depth) * arch, 1.5 * depth])
                for side, name in ((1, "mouthPressLeft"), (-1, "mouthPressRight")):
                    here = float(np.clip(0.5 + 1.5 * side * across, 0, 1))
                    fields[name][i] += np.array([0, sign * 0.9 * (1 - depth) * arch * here, 0.3])


def _help_chin(jaw_open: FloatArray, local: FloatArray) -> None:
    """The chin drops with the jaw, the lower lip's edge less so."""
    lip, chin = local[LOWER_LIP_RINGS[0][5], 1], local[CHIN, 1]
    jaw_open[:, 1] += CHIN_DROP * smoothstep(0, 1, (local[:FACE_POINTS, 1] - lip) / (chin - lip))


def _help_lids(fields: dict[str, FloatArray], local: FloatArray) -> None:
    """Widened, squinting and following lids, in mm; those that blink are left to `lid_closures`."""
    for eye in EYES:
        names = ("Wide", "LookUp", "LookDown", "Squint", "Blink")
        wide, look_up, look_down, squint, blink = (fields[f"eye{name}{eye.side}"] for name in names)
        for field in (wide, look_up, look_down, squint, blink):
            field[:] = 0
        opening = eye_opening(local, eye)
        if opening < CLOSED_BELOW:
            continue  # nobody knows the eyes behind closed lids, so they stay closed
        for k, (up, low) in enumerate(zip(eye.upper[1:-1], eye.lower[1:-1], strict=True), start=1):
            bulge = np.sin(np.pi * k / 8)
            wide[up, 1], wide[low, 1] = -1.8 * bulge, 0.5 * bulge
            look_up[up, 1], look_up[low, 1] = -1.6 * bulge, -0.5 * bulge
            look_down[up, 1], look_down[low, 1] = 0.45 * opening * bulge, 0.7 * bulge
            squint[up, 1], squint[low, 1] = 0.12 * opening * bulge, -0.28 * opening * bulge


def _help_cheeks(fields: dict[str, FloatArray]) -> None:
    """Cheeks that rise as eyes narrow, and puffed ones, in mm."""
    for eye in EYES:
        right = eye.side == "Right"
        for i in (117, 118, 119, 50) if right else (346, 347, 348, 280):
            fields[f"eyeSquint{eye.side}"][i] = (0, -1.0, -0.4)
            fields[f"cheekSquint{eye.side}"][i] += np.array([0, -1.2, -0.6])
        outwards = -1 if right else 1
        cheek = (205, 207, 187, 216) if right else (425, 427, 411, 436)
        for i, bulge in zip(cheek, (4.5, 4.0, 5.0, 2.5), strict=True):
            fields["cheekPuff"][i] += np.array([outwards * bulge * 0.5, 0, -bulge])
