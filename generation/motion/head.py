"""The head: slow drift, a livelier sway while talking that follows the voice, nods on accents, new postures.

Yehia, Kuratate & Vatikiotis-Bateson (2002) found head motion and pitch of the voice closely coupled; the shares
and sizes here are ours, set so that a talking head turns at a mean of 10–14 degrees a second, between the 4 of
our first study and the 17 and more (landmark jitter included) of two real clips.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generation.motion.chance import stream, sway, wander
from generation.motion.clock import Clock, Track, bump, ease, smooth
from generation.motion.emotion import MOODS
from generation.motion.prosody import Prosody
from generation.types import Controls

PORTRAIT_DISTANCE_MM = 600.0  # assumed between head and camera
FOLLOWS_GAZE = 0.25  # share of the asked gaze that the head turns
FOLLOWS_GLANCE = 0.12  # share of a look away that it follows, late
GLANCE_DELAY_S, GLANCE_SOFTEN_S = 0.18, 0.15


@dataclass(frozen=True)
class Axis:
    """Sizes for one angle, standard deviations in degrees."""

    drift: float  # wanders over seconds
    sway: float  # 0.5–3 Hz while talking
    voice: float  # follows loudness and pitch
    posture: float  # taken anew at the start of a phrase


YAW = Axis(drift=2.1, sway=0.92, voice=0.5, posture=1.8)
PITCH = Axis(drift=1.7, sway=0.70, voice=0.9, posture=1.0)
ROLL = Axis(drift=1.15, sway=0.50, voice=0.3, posture=0.9)

DRIFT_SETTLE_S, DRIFT_SOFTEN_S = 2.5, 0.30
SWAY_HZ = (0.45, 1.25)
IN_SILENCE = 0.25  # of the talking sway
VOICE_BAND_S = (0.09, 0.32)  # Gaussians whose difference keeps 0.4–1.5 Hz of the voice's course
POSTURE_S = (0.5, 0.9)
POSTURE_LEAD_S = 0.15

NOD_SHARE = 0.45  # of accents
NOD_DEG = (1.2, 2.8)  # downwards, at strength 1
NOD_FALL_S, NOD_RISE_S = (0.22, 0.32), (0.34, 0.48)
NOD_GAP_S = 0.9  # 46 nods a minute looked too many in our study
SHIFT_MM = (1.6, 1.0, 3.0)  # standard deviations of x, y, z
TURN_SHIFT_MM_PER_DEG = 0.35  # a turning head also leans: it pivots on the neck, not on its centre


def move(
    prosody: Prosody, sight: npt.NDArray[np.float64], controls: Controls, clock: Clock
) -> npt.NDArray[np.float64]:
    """(n, 6) yaw, pitch, roll in degrees and x, y, z in mm on the ticks, about the portrait's own pose."""
    mood, weight = MOODS[controls.emotion], controls.emotion_weight
    energy = 1 + weight * (mood.energy - 1)
    angles = [
        energy * _axis(name, axis, prosody, clock, controls.seed)
        for name, axis in (("yaw", YAW), ("pitch", PITCH), ("roll", ROLL))
    ]
    angles[1] = angles[1] + energy * nods(prosody, clock, controls.seed) + weight * mood.pitch_deg
    angles[2] = angles[2] + weight * mood.roll_deg
    for axis in (0, 1):
        asked = controls.gaze[axis]
        glance = np.interp(clock.ticks - GLANCE_DELAY_S, clock.ticks, sight[:, axis] - asked)
        angles[axis] = angles[axis] + FOLLOWS_GAZE * asked + FOLLOWS_GLANCE * smooth(glance, GLANCE_SOFTEN_S)
    return np.stack([*angles, *_place(angles[0], controls, clock)], axis=1)


def _axis(name: str, axis: Axis, prosody: Prosody, clock: Clock, seed: int) -> Track:
    """(n,) degrees: everything about one angle that chance and the voice decide."""
    count = len(clock.ticks)
    drift = wander(stream(seed, f"head.{name}.drift"), count, settle_s=DRIFT_SETTLE_S, soften_s=DRIFT_SOFTEN_S)
    lively = sway(stream(seed, f"head.{name}.sway"), count, slow_hz=SWAY_HZ[0], fast_hz=SWAY_HZ[1])
    talking = IN_SILENCE + (1 - IN_SILENCE) * smooth(prosody.talking, 0.25)
    return (
        axis.drift * drift
        + axis.sway * talking * lively
        + axis.voice * _voice(prosody, stream(seed, f"head.{name}.voice"))
        + axis.posture * _postures(prosody, clock, stream(seed, f"head.{name}.posture"))
    )


def _voice(prosody: Prosody, rng: np.random.Generator) -> Track:
    """(n,) the voice's own movement, about unit size: high and loud lifts or turns the head."""
    contour = -(0.6 * prosody.melody + 0.8 * prosody.emphasis) * (1 if rng.random() < 0.8 else -1)
    return 2.5 * (smooth(contour, VOICE_BAND_S[0]) - smooth(contour, VOICE_BAND_S[1]))


def _postures(prosody: Prosody, clock: Clock, rng: np.random.Generator) -> Track:
    """(n,) unit size: a new posture settles as each phrase begins."""
    course = np.full(len(clock.ticks), float(rng.normal()))
    now = course[0]
    for phrase in prosody.phrases:
        target, length = float(np.clip(rng.normal(), -2.0, 2.0)), float(rng.uniform(*POSTURE_S))
        start = phrase.start_s - POSTURE_LEAD_S
        if start > 0:
            later = clock.span(start, clock.duration_s + 1)
            course[later] = course[later] + (target - now) * ease((clock.ticks[later] - start) / length)
            now = target
    return course


def nods(prosody: Prosody, clock: Clock, seed: int) -> Track:
    """(n,) degrees, downwards: short nods on some of the accents."""
    rng = stream(seed, "head.nods")
    course = np.zeros(len(clock.ticks))
    last = -NOD_GAP_S
    for accent in prosody.accents:
        chosen, size = rng.random() < NOD_SHARE, float(rng.uniform(*NOD_DEG)) * min(accent.strength, 1.2)
        fall, rise = float(rng.uniform(*NOD_FALL_S)), float(rng.uniform(*NOD_RISE_S))
        if chosen and accent.time_s - last >= NOD_GAP_S:
            start = accent.time_s - fall / 2
            near = clock.span(start, start + fall + rise)
            course[near] += size * bump(clock.ticks[near] - start, fall, 0.0, rise)
            last = accent.time_s
    return course


def _place(yaw: Track, controls: Controls, clock: Clock) -> list[Track]:
    """x, y, z in mm: a little wandering, a lean with the turn, the asked distance."""
    x, y, z = (
        size * wander(stream(controls.seed, f"head.{name}"), len(clock.ticks), settle_s=3.0, soften_s=0.4)
        for name, size in zip("xyz", SHIFT_MM, strict=True)
    )
    return [x + TURN_SHIFT_MM_PER_DEG * smooth(yaw, 0.05), y, z + PORTRAIT_DISTANCE_MM * (controls.distance - 1)]
