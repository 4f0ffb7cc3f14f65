"""The small life of a face at rest: restless cheeks and lids, and a press of the lips now and then in silence."""

from __future__ import annotations

import numpy as np

from generation.motion.chance import stream, wander
from generation.motion.clock import Clock, Track, bump
from generation.motion.prosody import Phrase

# Standard deviations of ARKit weights; small enough to be felt rather than seen. Only the upper half shows,
# for a weight cannot be negative.
RESTLESS = {
    "eyeSquintLeft": 0.035,
    "eyeSquintRight": 0.035,
    "mouthSmileLeft": 0.020,
    "mouthSmileRight": 0.020,
    "cheekSquintLeft": 0.015,
    "cheekSquintRight": 0.015,
}
PRESS_EVERY_S = (7.0, 16.0)  # of silence, between two presses of the lips
PRESS = {"mouthPressLeft": 0.28, "mouthPressRight": 0.25, "mouthRollLower": 0.15, "mouthRollUpper": 0.10}
PRESS_RISE_S, PRESS_HOLD_S, PRESS_FALL_S = 0.30, 0.25, 0.50


def idle(phrases: tuple[Phrase, ...], clock: Clock, seed: int) -> dict[str, Track]:
    """(n,) ticks of the channels that never rest."""
    count = len(clock.ticks)
    tracks = {
        name: size * np.maximum(0.0, 0.5 + wander(stream(seed, f"idle.{name}"), count, settle_s=1.5, soften_s=0.3))
        for name, size in RESTLESS.items()
    }
    pressed = _presses(phrases, clock, seed)
    return {**tracks, **{name: size * pressed for name, size in PRESS.items()}}


def _presses(phrases: tuple[Phrase, ...], clock: Clock, seed: int) -> Track:
    rng = stream(seed, "idle.presses")
    course = np.zeros(len(clock.ticks))
    length = PRESS_RISE_S + PRESS_HOLD_S + PRESS_FALL_S
    starts = [0.0, *(p.end_s for p in phrases)]
    ends = [*(p.start_s for p in phrases), clock.duration_s]
    for start, end in zip(starts, ends, strict=True):
        at = start + float(rng.uniform(*PRESS_EVERY_S)) / 2
        while at + length + 0.6 < end:  # leaves room for the breath before a phrase
            near = clock.span(at, at + length)
            course[near] = bump(clock.ticks[near] - at, PRESS_RISE_S, PRESS_HOLD_S, PRESS_FALL_S)
            at += float(rng.uniform(*PRESS_EVERY_S))
    return course
