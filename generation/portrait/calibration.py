"""Does a portrait move as far as it is told? Pose it, look, correct the gains.

Heads truly rendered in 3-D tell what is read when a jaw opens or a head turns by a known amount (`READS_JAW` and so
on). What is read on our rendering of the same pose, as a share of that, is the slope; a slope outside 1 ± TOLERANCE
changes the gain. Lids need none: they close the gap there is.

Turns, nods and lids are read by the detector on rendered frames. Lips are read where they are painted, on the posed
mesh: the detector misses pale, painted or bearded lips by up to five sixths of their gap, and agrees with the mesh
within an eighth where lips are dark enough to be seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from generation import weights
from generation.portrait.detect import Detector, detector
from generation.portrait.gains import UNCALIBRATED, Gains
from generation.portrait.measures import lid_ratio, mouth_width_mm, opening_mm
from generation.portrait.rig import Rig
from generation.portrait.shapes import MEASURED_MOUTH, MOUTH_SCALES
from generation.render import Renderer
from generation.render.pose import KNEE, Puppet
from generation.types import CHANNELS, Face, Motion

JAWS, JAW_ROWS = (0.25, 0.5), (1, 2)  # of jawOpen, and where in the sweep
YAWS, PITCHES = (-12.0, 12.0), (-8.0, 8.0)  # degrees
# What the detector reads on true heads: mm between the lips at JAWS (11.0 at 0.3 and 17.8 at 0.6, interpolated), on
# a mouth as wide as MEASURED_MOUTH; degrees per degree of yaw and pitch; share of the gap that a blink closes.
READS_JAW, READS_YAW, READS_PITCH, READS_BLINK = (9.3, 15.8), 0.84, 0.70, 0.88
TOLERANCE = 0.1  # of the slope, within which nothing is changed
STEP = 0.05  # of a gain; coarse, so that machines whose detectors differ in the last digits agree
WEAKEST, STRONGEST = 0.7, 1.35  # of a gain; beyond it the portrait was not understood


@dataclass(frozen=True)
class Slopes:
    """What is seen as a share of what is meant, 1 as it should be; None where it cannot be told."""

    jaw: float | None
    yaw: float | None
    pitch: float | None
    blink: float | None


def measure(rig: Rig) -> Gains:
    """The gains that a portrait needs. Takes half a second; deterministic."""
    with detector(weights.path("face_landmarker")) as landmarker:
        return corrected(slopes(Renderer(replace(rig, gains=UNCALIBRATED)), landmarker))


def slopes(renderer: Renderer, landmarker: Detector) -> Slopes:
    """Render the sweep and read it."""
    motion = _sweep()
    looked_at = [row for row in range(len(motion)) if row not in JAW_ROWS]
    rest, *posed = [landmarker.face(renderer.draw(motion, row)) for row in looked_at]
    jaw = _jaw(renderer.rig, motion)
    if rest is None:
        return Slopes(jaw, None, None, None)
    yaw, pitch, blink = posed[0:2], posed[2:4], posed[4]
    return Slopes(
        jaw=jaw,
        yaw=_turn([_less(face, rest, "yaw") for face in yaw], YAWS, READS_YAW, _literal(renderer.rig)),
        pitch=_turn([_less(face, rest, "pitch") for face in pitch], PITCHES, READS_PITCH, (True, True)),
        blink=None if blink is None else _closing(rest, blink) / READS_BLINK,
    )


def corrected(found: Slopes) -> Gains:
    """The gains that bring slopes outside 1 ± TOLERANCE back to 1, as far as they may go."""

    def of(slope: float | None) -> float:
        if slope is None or abs(slope - 1) <= TOLERANCE:
            return 1.0
        return float(np.clip(round(1 / max(slope, 0.1) / STEP) * STEP, WEAKEST, STRONGEST))

    return Gains(of(found.jaw), of(found.yaw), of(found.pitch))


def _sweep() -> Motion:
    """Rest, two jaws, two turns, two nods, one blink."""
    count = 1 + len(JAWS) + len(YAWS) + len(PITCHES) + 1
    coefficients, head = np.zeros((count, len(CHANNELS)), np.float32), np.zeros((count, 6), np.float32)
    coefficients[list(JAW_ROWS), CHANNELS.index("jawOpen")] = JAWS
    head[3:5, 0], head[5:7, 1] = YAWS, PITCHES
    coefficients[7, [CHANNELS.index(f"eyeBlink{side}") for side in ("Left", "Right")]] = 1
    return Motion(25.0, coefficients, head, np.zeros((count, 2), np.float32), np.zeros(count, np.float32))


def _jaw(rig: Rig, motion: Motion) -> float:
    """Slope through the origin of the lips' opening over what true heads show at the same weights."""
    puppet = Puppet(rig)

    def opening(row: int) -> float:
        coefficients, head = rig.gains.applied(motion.coefficients[row], motion.head[row])
        return opening_mm(puppet.pose(coefficients, head, 0.0))

    scale = float(np.clip(mouth_width_mm(rig.portrait.face.landmarks) / MEASURED_MOUTH, *MOUTH_SCALES))
    meant = np.array(READS_JAW) * scale
    seen = np.array([opening(row) for row in JAW_ROWS]) - opening(0)
    return float(seen @ meant / (meant @ meant))


def _turn(
    seen: Sequence[float | None], meant: Sequence[float], reads: float, literal: Sequence[bool]
) -> float | None:
    """Mean slope of the turns that the portrait takes literally."""
    known = [
        angle / (reads * asked) for angle, asked, told in zip(seen, meant, literal, strict=True) if told and angle
    ]
    return float(np.mean(known)) if known else None


def _less(face: Face | None, rest: Face, angle: str) -> float | None:
    return None if face is None else float(getattr(face, angle) - getattr(rest, angle))


def _literal(rig: Rig) -> tuple[bool, bool]:
    """Which of YAWS lie within what the portrait bears without easing."""
    least, most = rig.yaw_limits
    return KNEE * least <= YAWS[0], KNEE * most >= YAWS[1]


def _closing(rest: Face, blink: Face) -> float:
    """Share of the lids' gap that is gone."""
    before, after = (float(np.mean(lid_ratio(face.landmarks))) for face in (rest, blink))
    return 1 - after / before
