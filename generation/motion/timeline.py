"""Controls as functions of time: keyframes become courses, and two versions the windows in which they differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from generation.errors import InputRefused
from generation.motion.clock import TICK_RATE, Clock, Track, ease
from generation.types import AUTO, EMOTIONS, Controls, Keyframe

MOODS = (*EMOTIONS, AUTO)
DISTANCES = (0.8, 1.25)
FARTHEST_GAZE_DEG = 30.0
FARTHEST_HEAD_DEG = (20.0, 15.0, 15.0)  # yaw, pitch, roll: what a portrait's picture can show
MOST_KEYFRAMES = 2000
# What is asked at one tick reaches that far into its neighbours: four sigmas of the two Gaussians that the head
# lays over it one after the other (0.15 s, 0.05 s), and the interval of a frame at the lowest rate.
REACH_S = 4 * (0.15 + 0.05) + 0.1

Rows = npt.NDArray[np.float64]
Knot = tuple[float, tuple[float, ...], str]  # time, values, course


@dataclass(frozen=True)
class Asked:
    """What the controls ask of the face on every tick."""

    gaze: Rows  # (n, 2) degrees
    distance: Track  # (n,)
    moods: dict[str, Track]  # emotion or AUTO → (n,) 0..1
    head: Rows  # (n, 3) degrees


def ask(controls: Controls, clock: Clock) -> Asked:
    """The controls over time. A control that no keyframe names keeps its one value."""
    shares = _course(controls, clock, lambda k: _shares(k.emotion, k.emotion_weight) if k.emotion else None,
                     _shares(controls.emotion, controls.emotion_weight))  # fmt: skip
    return Asked(
        gaze=_course(controls, clock, lambda k: k.gaze, controls.gaze),
        distance=_course(controls, clock, lambda k: None if k.distance is None else (k.distance,),
                         (controls.distance,))[:, 0],
        moods={name: shares[:, k] for k, name in enumerate(MOODS) if shares[:, k].any()},
        head=_course(controls, clock, lambda k: k.head, (0.0, 0.0, 0.0)),
    )  # fmt: skip


def changed_windows(old: Controls, new: Controls, duration_s: float) -> tuple[tuple[float, float], ...]:
    """Start and end in seconds of every window outside of which both give the very same motion.

    Controls that differ in more than what a timeline can say have one window: everything.
    """
    if _rest(old) != _rest(new):
        return ((0.0, duration_s),)
    clock = Clock(max(1, round(duration_s * TICK_RATE)), float(TICK_RATE))
    differs = np.any(_table(old, clock) != _table(new, clock), axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], differs.astype(np.int8), [0]))))
    windows: list[tuple[float, float]] = []
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        start = max(0.0, float(first) / TICK_RATE - REACH_S)
        end = min(duration_s, float(last) / TICK_RATE + REACH_S)
        if windows and start <= windows[-1][1]:
            start = windows.pop()[0]
        windows.append((start, end))
    return tuple(windows)


def check(keyframes: Sequence[Keyframe]) -> None:
    """Raise InputRefused with code timeline_out_of_range for what cannot be performed."""
    if len(keyframes) > MOST_KEYFRAMES:
        raise _refused(f"The timeline has {len(keyframes)} keyframes.", f"Give at most {MOST_KEYFRAMES}.")
    for number, one in enumerate(keyframes, 1):
        where = f"Keyframe {number} of the timeline"
        wrong = [
            (not 0 <= one.at_s < np.inf, "lies before the start", "Give its time in seconds from 0."),
            (one.gaze is not None and not _within(one.gaze, (FARTHEST_GAZE_DEG,) * 2),
             "looks too far away", f"The gaze reaches up to {FARTHEST_GAZE_DEG:g} degrees."),
            (one.distance is not None and not DISTANCES[0] <= one.distance <= DISTANCES[1],
             "asks for a distance that can't be shown", "The distance lies between 0.8 and 1.25."),
            (one.emotion is not None and one.emotion not in MOODS,
             f"names the emotion “{one.emotion}”", f"Choose from: {', '.join(MOODS)}."),
            (not 0 <= one.emotion_weight <= 1, "has a wrong weight", "An emotion's weight lies between 0 and 1."),
            (one.head is not None and not _within(one.head, FARTHEST_HEAD_DEG),
             "turns the head too far", "Yaw reaches 20, pitch and roll 15 degrees."),
            (one.course not in ("smooth", "linear"), f"has the course “{one.course}”", "Take smooth or linear."),
        ]  # fmt: skip
        for is_wrong, what, hint in wrong:
            if is_wrong:
                raise _refused(f"{where} {what}.", hint)
    for before, after in pairwise(keyframes):
        if after.at_s <= before.at_s:
            raise _refused(
                f"The keyframe at {after.at_s:g} s does not come after the one at {before.at_s:g} s.",
                "Put the keyframes in order, each at a time of its own.",
            )


def _course(
    controls: Controls,
    clock: Clock,
    asked: Callable[[Keyframe], tuple[float, ...] | None],
    otherwise: tuple[float, ...],
) -> Rows:
    """(n, k) the values on the ticks; the first holds until its keyframe, the last from its own on."""
    knots: list[Knot] = [(k.at_s, v, k.course) for k in controls.timeline if (v := asked(k)) is not None]
    knots = knots or [(0.0, otherwise, "smooth")]
    rows = np.repeat(np.array([knots[0][1]], np.float64), len(clock.ticks), axis=0)
    for (start, before, _), (end, after, course) in pairwise(knots):
        later = clock.span(start, clock.duration_s + 1)
        u = np.clip((clock.ticks[later] - start) / (end - start), 0.0, 1.0)
        share = (ease(u) if course == "smooth" else u)[:, None]
        rows[later] = np.array(before) * (1 - share) + np.array(after) * share
    return rows


def _shares(emotion: str, weight: float) -> tuple[float, ...]:
    return tuple(weight if name == emotion else 0.0 for name in MOODS)


def _table(controls: Controls, clock: Clock) -> Rows:
    asked = ask(controls, clock)
    moods = [asked.moods.get(name, np.zeros(len(clock.ticks))) for name in MOODS if name != "neutral"]
    return np.column_stack([asked.gaze, asked.distance, asked.head, *moods])


def _rest(controls: Controls) -> Controls:
    """The controls without what the courses say. An emotion sets the blink rate of the whole video, so it stays."""
    return replace(controls, timeline=(), gaze=(0.0, 0.0), distance=1.0)


def _within(values: tuple[float, ...], limits: tuple[float, ...]) -> bool:
    return all(abs(value) <= limit for value, limit in zip(values, limits, strict=True))


def _refused(message: str, hint: str) -> InputRefused:
    return InputRefused("timeline_out_of_range", message, hint)
