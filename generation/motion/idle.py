"""The small life of a face at rest: restless cheeks and lids, and a press of the lips now and then in silence."""

from __future__ import annotations

import numpy as np

from generation.motion.chance import Chance, stream
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
PRESS_S = PRESS_RISE_S + PRESS_HOLD_S + PRESS_FALL_S


def idle(pressed: tuple[float, ...], clock: Clock, chance: Chance) -> dict[str, Track]:
    """(n,) ticks of the channels that never rest; lips are pressed from the moments `pressed` on."""
    tracks = {
        name: size * np.maximum(0.0, 0.5 + chance.wander(f"idle.{name}", clock, settle_s=1.5, soften_s=0.3))
        for name, size in RESTLESS.items()
    }
    course = np.zeros(len(clock.ticks))
    for at in pressed:
        near = clock.span(at, at + PRESS_S)
        course[near] = bump(clock.ticks[near] - at, PRESS_RISE_S, PRESS_HOLD_S, PRESS_FALL_S)
    return {**tracks, **{name: size * course for name, size in PRESS.items()}}


def presses(phrases: tuple[Phrase, ...], duration_s: float, seed: int) -> tuple[float, ...]:
    """When the lips are pressed in the silences between phrases, in seconds."""
    rng = stream(seed, "idle.presses")
    found = []
    starts = [0.0, *(p.end_s for p in phrases)]
    ends = [*(p.start_s for p in phrases), duration_s]
    for start, end in zip(starts, ends, strict=True):
        at = start + float(rng.uniform(*PRESS_EVERY_S)) / 2
        while at + PRESS_S + 0.6 < end:  # leaves room for the breath before a phrase
            found.append(at)
            at += float(rng.uniform(*PRESS_EVERY_S))
    return tuple(found)
