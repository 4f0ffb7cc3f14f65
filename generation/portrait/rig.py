"""A portrait ready to move: mesh, depth, blendshapes, closures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generation.portrait import head as skull
from generation.portrait import mesh as meshes
from generation.portrait import shapes
from generation.portrait.gains import UNCALIBRATED, Gains
from generation.portrait.head import Head
from generation.portrait.mesh import Mesh
from generation.portrait.shapes import Closure
from generation.types import CHANNELS, FloatArray, Portrait

FRONTAL_YAW = 6.0  # degrees of the portrait's own yaw up to which the head may turn freely both ways
HIDING = 7.0  # degrees of the portrait's own yaw over which what it bears toward the camera falls by e
AWAY_LOSS = 0.75  # degrees of turn away from the camera lost per degree by which the portrait is turned already
TURN_LIMIT = 32.0  # degrees of turn at which the texture's sides give out
THREE_QUARTER_LIMIT = 2.0  # degrees of turn toward the camera that even a full three-quarter view bears
SHOWN_FROM = 0.35  # measured coefficient from which a portrait counts as showing a blendshape; below is noise
SPENT = 0.8  # share of a shape that a portrait showing it in full has used up


@dataclass(frozen=True)
class Rig:
    """All that a renderer needs; build once per portrait, share between threads."""

    portrait: Portrait
    mesh: Mesh
    head: Head
    vertices: FloatArray  # (n, 3) px of the picture, z away
    local: FloatArray  # (n, 3) mm in the head frame
    shapes: FloatArray  # (channels, n, 3) px in picture directions per unit of each of CHANNELS
    shading: FloatArray  # (channels, 468) logarithm by which each of CHANNELS brightens the skin
    head_weights: FloatArray  # (n,) share of the head's motion
    border_lock: FloatArray  # (n,) share of any motion
    lips: Closure
    lids: tuple[Closure, Closure]  # right, left
    yaw_limits: tuple[float, float]  # degrees, least and greatest turn before artefacts
    gains: Gains = UNCALIBRATED


def build(portrait: Portrait) -> Rig:
    """Rig a portrait. Takes about half a second; deterministic."""
    face = skull.unfolded(skull.solid(portrait.face.landmarks))
    mesh = meshes.build(face, portrait.size)
    head = skull.frame(face)
    vertices = np.column_stack([mesh.points, skull.depths(mesh, face, head)]).astype(np.float32)
    local = head.local(vertices)
    lock = skull.border_lock(mesh.points, portrait.size)
    elastic = shapes.Elastic(mesh, local, head)
    left = room(portrait)
    return Rig(
        portrait=portrait,
        mesh=mesh,
        head=head,
        vertices=vertices,
        local=local,
        shapes=head.directions(shapes.blendshapes(elastic, local)) * (lock[:, None] * left[:, None, None]),
        shading=shapes.shading() * left[:, None],
        head_weights=skull.head_weights(local, head) * lock,
        border_lock=lock,
        lips=shapes.lip_closure(elastic),
        lids=shapes.lid_closures(elastic),
        yaw_limits=yaw_limits(head.yaw),
    )


def room(portrait: Portrait) -> FloatArray:
    """(channels,) share of each blendshape left to give: a smile cannot be smiled as much again."""
    shown = np.array([portrait.face.blendshapes.get(name, 0.0) for name in CHANNELS], np.float32)
    left = 1 - SPENT * np.clip((shown - SHOWN_FROM) / (1 - SHOWN_FROM), 0, 1)
    left[[CHANNELS.index(name) for name in ("jawOpen", "mouthClose")]] = 1  # these must cancel
    return np.asarray(left, np.float32)


def yaw_limits(source_yaw: float) -> tuple[float, float]:
    """Least and greatest turn, in degrees, that a portrait itself turned by `source_yaw` degrees bears.

    Turning a three-quarter view toward the camera would need the hidden half of the face.
    """
    turned = max(0.0, abs(source_yaw) - FRONTAL_YAW)
    toward = THREE_QUARTER_LIMIT + (TURN_LIMIT - THREE_QUARTER_LIMIT) * float(np.exp(-turned / HIDING))
    away = TURN_LIMIT - AWAY_LOSS * abs(source_yaw)
    return (-toward, away) if source_yaw > 0 else (-away, toward)
