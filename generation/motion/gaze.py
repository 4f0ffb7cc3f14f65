"""Where the eyes look: mostly in the asked direction, away now and then, in saccades with small corrections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from generation.motion.chance import stream
from generation.motion.clock import Clock, Track
from generation.motion.prosody import Phrase

# After Lee & Badler (2002), as recalled, not re-read: sizes A = −6.9 · ln(P / 15.7) with P uniform in 0..15,
# directions by share, durations by the main sequence.
SIZE_SCALE_DEG, SIZE_ORIGIN = 6.9, 15.7
SMALLEST_DEG, LARGEST_DEG = 3.0, 14.0
DIRECTION_SHARES = (0.155, 0.065, 0.177, 0.074, 0.168, 0.079, 0.204, 0.078)  # from 0° in steps of 45°
SACCADE_S, SACCADE_S_PER_DEG = 0.021, 0.0022
VERTICAL_SHARE = 0.6  # of a shift's vertical part is kept: lids would follow it too visibly

HELD_SHAPE, HELD_SCALE_S = 1.6, 2.4  # gamma, of looking at the viewer: mean 3.8 s; 13–20 % of the time away
AWAY_SHAPE, AWAY_SCALE_S = 2.2, 0.36  # gamma, of looking away: mean 0.8 s
PLANNING_SHARE = 0.4  # of long phrases begin with a look away, and the end looks back (Kendon 1967)
PLANNED_PHRASE_S = 2.0
LOOK_BACK_S = 0.25  # before the phrase ends

AIM_SPREAD_DEG = 0.35  # standard deviation of where a fixation lands
MICRO_RATE_HZ = 1.1  # microsaccades in a fixation
MICRO_DEG = 0.22  # standard deviation of their landing about the fixation's aim
FULL_LOOK_DEG = (35.0, 28.0)  # yaw, pitch at which ARKit's eyeLook weights are 1; our choice
AHEAD = (0.0, 0.0)
FIELD_DEG = (32.0, 22.0)  # farthest line of sight that a portrait can show: yaw, pitch


@dataclass(frozen=True)
class Fixation:
    """The line of sight rests at `yaw`, `pitch` (degrees, of the picture) from `start_s` on."""

    start_s: float
    yaw: float
    pitch: float
    away: bool


def fixations(phrases: tuple[Phrase, ...], clock: Clock, seed: int, *, size: float = 1.0) -> tuple[Fixation, ...]:
    """Where the line of sight rests, about the asked direction and in order; looks away are `size` times as far."""
    rng = stream(seed, "gaze")
    aim = stream(seed, "gaze.aim")
    found = [Fixation(0.0, *about(AHEAD, AIM_SPREAD_DEG, aim), away=False)]
    for start, end in _looks_away(phrases, clock.duration_s, rng):
        found.append(Fixation(start, *elsewhere(size, rng), away=True))
        found.append(Fixation(end, *about(AHEAD, AIM_SPREAD_DEG, aim), away=False))
    micro = stream(seed, "gaze.micro")
    ends = [f.start_s for f in found[1:]] + [clock.duration_s]
    small = [m for f, end in zip(found, ends, strict=True) for m in _microsaccades(f, end, micro)]
    return tuple(sorted([*found, *small], key=lambda f: f.start_s))


def _looks_away(
    phrases: tuple[Phrase, ...], duration_s: float, rng: np.random.Generator
) -> Iterator[tuple[float, float]]:
    """Start and end of every look away: by chance, and while planning a long phrase."""
    planned = [p.start_s for p in phrases if p.end_s - p.start_s > PLANNED_PHRASE_S]
    planned = [max(0.0, s - 0.1) for s in planned if s > 0.8 and rng.random() < PLANNING_SHARE]
    at = float(rng.gamma(HELD_SHAPE, HELD_SCALE_S))
    while at < duration_s or planned:
        if planned and planned[0] <= at:
            at = planned.pop(0)
        end = at + float(np.clip(rng.gamma(AWAY_SHAPE, AWAY_SCALE_S), 0.25, 2.5))
        looked_for = [p.end_s - LOOK_BACK_S for p in phrases if at + 0.25 < p.end_s - LOOK_BACK_S < end]
        end = min([end, *looked_for])
        yield at, end
        at = end + 0.5 + float(rng.gamma(HELD_SHAPE, HELD_SCALE_S))
        planned = [p for p in planned if p > end + 0.5]


def elsewhere(size: float, rng: np.random.Generator) -> tuple[float, float]:
    """Where a look away goes, by chance: yaw, pitch in degrees."""
    far = -SIZE_SCALE_DEG * np.log(max(rng.uniform(0.0, 15.0), 0.05) / SIZE_ORIGIN)
    far = size * float(np.clip(far, SMALLEST_DEG, LARGEST_DEG))
    shares = np.array(DIRECTION_SHARES) / sum(DIRECTION_SHARES)
    angle = np.deg2rad(45.0 * rng.choice(8, p=shares) + rng.normal(0.0, 10.0))
    return far * float(np.cos(angle)), -VERTICAL_SHARE * far * float(np.sin(angle))


def about(aim: tuple[float, float], spread: float, rng: np.random.Generator) -> tuple[float, float]:
    """Near `aim`, by chance: yaw, pitch in degrees."""
    return aim[0] + float(rng.normal(0.0, spread)), aim[1] + float(rng.normal(0.0, spread))


def _microsaccades(rest: Fixation, end_s: float, rng: np.random.Generator) -> Iterator[Fixation]:
    at = rest.start_s + float(rng.exponential(1 / MICRO_RATE_HZ)) + 0.2
    while at < end_s - 0.2:
        yield Fixation(at, *about((rest.yaw, rest.pitch), MICRO_DEG, rng), away=rest.away)
        at += float(rng.exponential(1 / MICRO_RATE_HZ)) + 0.2


def line_of_sight(rests: tuple[Fixation, ...], clock: Clock) -> npt.NDArray[np.float64]:
    """(n, 2) yaw, pitch in degrees about the asked direction: saccades of the main sequence between fixations."""
    knots = [(0.0, rests[0].yaw, rests[0].pitch)]
    for before, after in pairwise(rests):
        size = float(np.hypot(after.yaw - before.yaw, after.pitch - before.pitch))
        knots.append((after.start_s, before.yaw, before.pitch))
        knots.append((after.start_s + SACCADE_S + SACCADE_S_PER_DEG * size, after.yaw, after.pitch))
    at, yaw, pitch = np.array(knots).T
    return np.stack([np.interp(clock.ticks, at, yaw), np.interp(clock.ticks, at, pitch)], axis=1)


def shifts(rests: tuple[Fixation, ...]) -> tuple[tuple[float, float], ...]:
    """Time in s and size in degrees of every change of the line of sight."""
    return tuple((b.start_s, float(np.hypot(b.yaw - a.yaw, b.pitch - a.pitch))) for a, b in pairwise(rests))


def eyes_in_head(sight: npt.NDArray[np.float64], pose: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(n, 2) the eyes' yaw and pitch in the head that keep the line of sight (vestibulo-ocular reflex)."""
    return np.asarray(np.clip(sight, [-f for f in FIELD_DEG], FIELD_DEG) - pose[:, :2])


def lid_channels(eyes: npt.NDArray[np.float64]) -> dict[str, Track]:
    """ARKit's eyeLook weights of (t, 2) gaze angles, for the lids that follow the eye."""
    yaw, down = eyes[:, 0] / FULL_LOOK_DEG[0], eyes[:, 1] / FULL_LOOK_DEG[1]
    to_left, to_right = np.maximum(yaw, 0.0), np.maximum(-yaw, 0.0)  # the sitter's own left and right
    return {
        "eyeLookOutLeft": to_left,
        "eyeLookInRight": to_left,
        "eyeLookInLeft": to_right,
        "eyeLookOutRight": to_right,
        "eyeLookDownLeft": np.maximum(down, 0.0),
        "eyeLookDownRight": np.maximum(down, 0.0),
        "eyeLookUpLeft": np.maximum(-down, 0.0),
        "eyeLookUpRight": np.maximum(-down, 0.0),
    }
