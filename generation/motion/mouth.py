"""The articulators as ARKit channels: sealed at rest, parted by a breath, closed without exception for p b m."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import maximum_filter1d

from generation.motion.breath import Inhalation
from generation.motion.clock import TICK_RATE, Clock, Track, bump, smooth
from generation.motion.targets import ARTICULATORS

# What one full articulator is worth in each ARKit channel; tuned on rendered faces.
_CHANNELS: dict[str, dict[str, float]] = {
    "mouthPressLeft": {"closed": 0.30},
    "mouthPressRight": {"closed": 0.30},
    "mouthRollLower": {"closed": 0.12, "on_teeth": 0.75},
    "mouthRollUpper": {"closed": 0.12},
    "mouthPucker": {"pucker": 0.95},
    "mouthFunnel": {"funnel": 0.80},
    "mouthStretchLeft": {"spread": 0.30},
    "mouthStretchRight": {"spread": 0.30},
    "mouthSmileLeft": {"spread": 0.28},
    "mouthSmileRight": {"spread": 0.26},  # nobody's mouth is symmetric
    "mouthDimpleLeft": {"spread": 0.10},
    "mouthDimpleRight": {"spread": 0.10},
    "mouthUpperUpLeft": {"upper": 1.0},
    "mouthUpperUpRight": {"upper": 1.0},
    "mouthLowerDownLeft": {"lower": 1.0},
    "mouthLowerDownRight": {"lower": 1.0},
    "tongueUp": {"tongue": 1.0},
}
# Channels that part the lips or draw them out of shape give way to a closure by this share.
YIELDS_TO_CLOSURE = {
    **dict.fromkeys(("mouthUpperUpLeft", "mouthUpperUpRight", "mouthLowerDownLeft", "mouthLowerDownRight"), 1.0),
    **dict.fromkeys(("mouthFunnel", "mouthShrugUpper"), 0.9),
    **dict.fromkeys(("mouthStretchLeft", "mouthStretchRight"), 0.5),
    "jawOpen": 1.0,
}
JAW_IN_CLOSURE = 0.06  # at most: behind closed lips the jaw stays ajar, which mouthClose makes good
JAW_ON_TEETH = 0.08  # at most, while the lower lip touches the upper teeth
OPEN_AT = 0.10  # opening (jaw + parted lips) at which lips are no longer held shut
RESEAL_S = 0.12  # lips let go that long before they part, and stay apart through shorter gaps
INHALE_JAW = 0.055
INHALE_LIPS = 0.10
PART_FALL_S = 0.25


@dataclass(frozen=True)
class Mouth:
    """The speaking mouth at frame rate."""

    tracks: dict[str, Track]  # channel → (frames,) 0..1
    closed: Track  # (frames,) 0..1, 1 where p b m close the lips whatever else the face does


def speak(course: npt.NDArray[np.float64], breaths: tuple[Inhalation, ...], clock: Clock) -> Mouth:
    """Turn the (n ticks, 9) course of the ARTICULATORS into channels."""
    fine = dict(zip(ARTICULATORS, course.T, strict=True))
    breath = _parted(breaths, clock)
    fine["jaw"] = np.maximum(fine["jaw"], INHALE_JAW * breath)
    fine["lower"] = np.maximum(fine["lower"], INHALE_LIPS * breath)
    at = {name: clock.mean(track) for name, track in fine.items()}
    closed, on_teeth = clock.peak(fine["closed"]), clock.peak(fine["on_teeth"])
    at |= {"closed": closed, "on_teeth": on_teeth}

    tracks = {name: _mix(parts, at) for name, parts in _CHANNELS.items()}
    for name, share in YIELDS_TO_CLOSURE.items():
        if name in tracks:
            tracks[name] = tracks[name] * (1 - share * closed)
    jaw = np.minimum(at["jaw"], 1 + (JAW_ON_TEETH - 1) * on_teeth)
    tracks["jawOpen"] = jaw + (np.minimum(jaw, JAW_IN_CLOSURE) - jaw) * closed
    tracks["mouthClose"] = tracks["jawOpen"] * closed
    tracks["lipsSealed"] = np.maximum(clock.mean(_held_shut(fine)), closed)
    return Mouth(tracks, closed)


def _mix(parts: dict[str, float], at: dict[str, Track]) -> Track:
    return np.asarray(sum(gain * at[part] for part, gain in parts.items()))


def _held_shut(fine: dict[str, Track]) -> Track:
    """(n,) how far lips are held shut: wholly while nothing has parted them for a while, else not at all."""
    parted = fine["jaw"] + 0.35 * (fine["lower"] + fine["upper"]) + 0.10 * (fine["funnel"] + fine["pucker"])
    lately = maximum_filter1d(parted, 2 * int(RESEAL_S * TICK_RATE) + 1, mode="nearest")
    return smooth(1 - np.clip(lately / OPEN_AT, 0.0, 1.0), RESEAL_S / 2)


def _parted(breaths: tuple[Inhalation, ...], clock: Clock) -> Track:
    """(n,) 0..1 the lips parting for each breath before a phrase, until the first phone takes over."""
    track = np.zeros(len(clock.ticks))
    for breath in (b for b in breaths if b.before_phrase):
        length = breath.end_s - breath.start_s
        near = clock.span(breath.start_s, breath.end_s + PART_FALL_S)
        course = bump(clock.ticks[near] - breath.start_s, 0.5 * length, 0.5 * length, PART_FALL_S)
        track[near] = np.maximum(track[near], breath.depth * course)
    return track
