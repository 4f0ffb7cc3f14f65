"""Turns of the head, nods, blinks and eyes that stay shut, with their times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from generation.evaluate.life import BRIEF_S, OPEN_PERCENTILE, SHUT_BELOW, filled, smoothed
from generation.presence.watching import Watched

Kind = Literal["turn_left", "turn_right", "nod", "blink", "eyes_shut"]
Track = npt.NDArray[np.float64]

TURN_DEG = 10.0  # of yaw as read, 12 in truth, away from the usual direction: more than a speaker's swaying
NOD_DEG = 6.0  # of pitch as read, 8 in truth, away from where the head was around it
NOD_ROOM_S = 1.5  # that tells where the head was
SMOOTHING_S = 0.1  # landmarks tremble
APART_S = 0.3  # closer peaks are one movement


@dataclass(frozen=True)
class Event:
    """Something that a sitter did; `at_s` is its peak. Left and right are the sitter's own."""

    kind: Kind
    start_s: float
    at_s: float
    end_s: float
    size: float  # degrees; of lids, the share of the eye that was covered


def events(watched: Watched) -> tuple[Event, ...]:
    """Everything in the order of its peak."""
    yaw, pitch, lids = (filled(track) for track in (watched.head[:, 0], watched.head[:, 1], watched.lids))
    sigma = SMOOTHING_S * watched.fps
    away = smoothed(yaw - float(np.median(yaw)), sigma)
    usual = smoothed(pitch, NOD_ROOM_S * watched.fps)
    nodding = np.abs(smoothed(pitch, sigma) - usual)
    shut = 1 - lids / max(float(np.percentile(lids, OPEN_PERCENTILE)), 1e-6)
    found = [
        *_beyond("turn_left", away, TURN_DEG, watched.fps),
        *_beyond("turn_right", -away, TURN_DEG, watched.fps),
        *_beyond("nod", nodding, NOD_DEG, watched.fps),
        *map(_longer, _beyond("blink", shut, 1 - SHUT_BELOW, watched.fps)),
    ]
    return tuple(sorted(found, key=lambda event: event.at_s))


def _beyond(kind: Kind, track: Track, limit: float, fps: float) -> Iterator[Event]:
    """Stretches of a track above a limit; those less than APART_S apart are one."""
    above = np.flatnonzero(track > limit)
    if not len(above):
        return
    for run in np.split(above, np.flatnonzero(np.diff(above) > max(1.0, APART_S * fps)) + 1):
        peak = int(run[np.argmax(track[run])])
        start, end = float(run[0]) / fps, float(run[-1] + 1) / fps
        yield Event(kind, start, (peak + 0.5) / fps, end, float(track[peak]))


def _longer(blink: Event) -> Event:
    """A closure that is too long for a blink is one on purpose."""
    return blink if blink.end_s - blink.start_s <= BRIEF_S else replace(blink, kind="eyes_shut")
