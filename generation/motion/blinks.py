"""Blinks: when they come and how the two lids move."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generation.motion.chance import stream
from generation.motion.clock import Clock, Track, ease
from generation.motion.prosody import Phrase

# Intervals are log-normal. Adults blink about 26 times a minute in conversation and 17 at rest
# (Bentivoglio et al. 1997, as recalled, not re-read); studies: median 2.9 s gives 20 a minute.
INTERVAL_MEDIAN_S, INTERVAL_SPREAD = 2.7, 0.55
SHORTEST_S, LONGEST_S = 0.7, 9.0
AT_PAUSE_SHARE = 0.6  # of the blinks that fall near the end of a phrase move onto it
NEAR_PAUSE_S = 0.7
WITH_SACCADE_SHARE = 0.5  # of the gaze shifts beyond LARGE_SACCADE_DEG carry a blink (Evinger et al. 1994)
LARGE_SACCADE_DEG = 9.0
DOUBLE_SHARE, DOUBLE_AFTER_S = 0.06, 0.42
PARTIAL_SHARE = 0.08  # of blinks do not close wholly

CLOSING_S = (0.070, 0.100)
CLOSED_S = (0.020, 0.040)
OPENING_S = (0.130, 0.220)  # the slow last part included; 140 ms at half height, our study 124
SQUEEZE = 0.08  # of cheekSquint that a full blink brings along
BETWEEN_EYES_S = 0.008  # standard deviation of one lid's delay after the other


@dataclass(frozen=True)
class Blink:
    """One blink; `depth` 1 closes the eye."""

    start_s: float
    closing_s: float
    closed_s: float
    opening_s: float
    depth: float
    right_after_left_s: float


def blinks(
    phrases: tuple[Phrase, ...],
    shifts: tuple[tuple[float, float], ...],
    clock: Clock,
    seed: int,
    *,
    rate: float = 1.0,
) -> tuple[Blink, ...]:
    """The blinks of a video, in order; `shifts` are gaze shifts as (time in s, size in degrees)."""
    rng = stream(seed, "blinks")
    ends = [p.end_s for p in phrases]
    starts: list[float] = []
    at = float(rng.uniform(0.4, INTERVAL_MEDIAN_S))
    while at < clock.duration_s:
        drawn, share, double = rng.lognormal(0.0, INTERVAL_SPREAD), rng.random(), rng.random()
        near = [e for e in ends if abs(e - at) < NEAR_PAUSE_S and e > (starts[-1] if starts else 0.0) + SHORTEST_S]
        start = near[0] + 0.04 if near and share < AT_PAUSE_SHARE else at
        starts.append(start)
        if double < DOUBLE_SHARE:
            starts.append(start + DOUBLE_AFTER_S)
        at = start + float(np.clip(INTERVAL_MEDIAN_S * drawn, SHORTEST_S, LONGEST_S)) / rate
    chosen = stream(seed, "blinks.saccades")
    carried = [t for t, size in shifts if size > LARGE_SACCADE_DEG and chosen.random() < WITH_SACCADE_SHARE]
    starts += [t for t in carried if all(abs(t - s) > SHORTEST_S for s in starts)]
    shape = stream(seed, "blinks.shape")
    return tuple(draw(shape, start) for start in sorted(starts))


def draw(rng: np.random.Generator, start_s: float) -> Blink:
    """A blink that begins at `start_s`, its shape by chance."""
    partial = rng.random() < PARTIAL_SHARE
    return Blink(
        start_s=start_s,
        closing_s=float(rng.uniform(*CLOSING_S)),
        closed_s=float(rng.uniform(*CLOSED_S)),
        opening_s=float(rng.uniform(*OPENING_S)),
        depth=float(rng.uniform(0.6, 0.8) if partial else 1.0),
        right_after_left_s=float(np.clip(rng.normal(0.0, BETWEEN_EYES_S), -0.02, 0.02)),
    )


def channels(found: tuple[Blink, ...], clock: Clock) -> dict[str, Track]:
    """(frames,) closure of the two eyes, and the squeeze of the lids around them; no blink falls between frames."""
    left, right = np.zeros(len(clock.ticks)), np.zeros(len(clock.ticks))
    for blink in found:
        for lid, delay in ((left, 0.0), (right, blink.right_after_left_s)):
            start = blink.start_s + delay
            near = clock.span(start, start + blink.closing_s + blink.closed_s + blink.opening_s)
            lid[near] = np.maximum(lid[near], _course(clock.ticks[near] - start, blink))
    shut = {"Left": clock.peak(left), "Right": clock.peak(right)}
    squeeze = {f"cheekSquint{side}": SQUEEZE * lid for side, lid in shut.items()}
    return {f"eyeBlink{side}": lid for side, lid in shut.items()} | squeeze


def _course(t: Track, blink: Blink) -> Track:
    """Quick down, slower up: the lid loses speed as it opens."""
    down = np.sin(np.pi / 2 * np.clip(t / blink.closing_s, 0.0, 1.0)) ** 2
    opened = np.clip((t - blink.closing_s - blink.closed_s) / blink.opening_s, 0.0, 1.0)
    return np.asarray(blink.depth * down * (1 - ease(opened**0.75)))
