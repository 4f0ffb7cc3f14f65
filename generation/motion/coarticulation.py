"""From timed phones to the course of the articulators: dominance blending, then closures that always close."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.signal import oaconvolve

from generation.motion.clock import TICK_RATE, Clock, Track, ease
from generation.motion.targets import ANTICIPATION_S, CARRY_OVER_S, COLUMN, DOMINANCE, TARGETS
from generation.speech.visemes import INDEX, classes
from generation.types import Phone

LOOK_AHEAD_S = 0.120  # no articulator answers to a phone that is farther away; the price of live speech
LOOK_BACK_S = 0.240
KERNEL_SHAPE = 1.3  # exponent of the dominance function: 1 is pointed, 2 a bell; our motion study
DIPHTHONG_TURN = 0.55  # of its length a diphthong spends on its first vowel; our motion study

# Closing and opening of the lips for p b m, and of the lower lip to the teeth for f v. The plateau is never
# shorter than MIN_TOUCH_S, which every frame rate from 24 up must hit.
APPROACH_S = 0.050
RELEASE_S = 0.045
MIN_TOUCH_S = 0.045
RAMP_SHARE, SHORTEST_RAMP_S = 0.30, 0.015  # of the gap to the neighbouring contact
RELEASED_SHARE = 0.20  # of the phone: its end is already the burst or the next vowel


@dataclass(frozen=True)
class Segment:
    """A viseme class with its time."""

    viseme: str
    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        """Its length in seconds."""
        return self.end_s - self.start_s


def segments(phones: Iterable[Phone]) -> tuple[Segment, ...]:
    """The phones as viseme classes in time; diphthongs become two, what is no phone none."""
    found: list[Segment] = []
    for phone in sorted(phones, key=lambda p: p.start_s):
        names = classes(phone.ipa)
        if len(names) == 2:
            turn = phone.start_s + DIPHTHONG_TURN * (phone.end_s - phone.start_s)
            bounds = [phone.start_s, turn, phone.end_s]
        else:
            bounds = list(np.linspace(phone.start_s, phone.end_s, len(names) + 1))
        found += [Segment(n, a, b) for n, a, b in zip(names, bounds, bounds[1:], strict=False) if b > a]
    return tuple(found)


def articulate(spoken: tuple[Segment, ...], clock: Clock, opening: Track) -> npt.NDArray[np.float64]:
    """(n ticks, 9) the course of the ARTICULATORS.

    `opening` (n,) scales the jaw's targets: louder syllables open wider.
    """
    visemes = _raster(spoken, clock)
    weight = DOMINANCE[visemes]  # (n, 9)
    wanted = TARGETS[visemes]  # (n, 9)
    wanted[:, COLUMN["jaw"]] *= opening
    course = np.empty_like(wanted)
    for column in range(course.shape[1]):
        kernel = _kernel(ANTICIPATION_S[column], CARRY_OVER_S[column])
        course[:, column] = _blend(weight[:, column], wanted[:, column], kernel)
    course[:, COLUMN["closed"]] = touches(spoken, "PP", clock)
    course[:, COLUMN["on_teeth"]] = touches(spoken, "FF", clock)
    return course


def touches(spoken: tuple[Segment, ...], viseme: str, clock: Clock) -> Track:
    """(n,) 1 while the lips must touch for segments of `viseme`, easing in before and out after."""
    track = np.zeros(len(clock.ticks))
    held = [_contact(s) for s in spoken if s.viseme == viseme]
    before = [-np.inf, *(end for _, end in held)]
    after = [*(start for start, _ in held[1:]), np.inf]
    for (start, end), last_end, next_start in zip(held, before, after, strict=False):
        approach = _ramp(APPROACH_S, start - last_end)
        release = _ramp(RELEASE_S, next_start - end)
        near = clock.span(start - approach, end + release)
        t = clock.ticks[near]
        course = ease((t - start + approach) / approach) * (1 - ease((t - end) / release))
        track[near] = np.maximum(track[near], course)
    return track


def _contact(segment: Segment) -> tuple[float, float]:
    """Start and end of the contact that a segment asks for."""
    end = segment.end_s - RELEASED_SHARE * segment.length_s
    missing = max(0.0, MIN_TOUCH_S - (end - segment.start_s))
    return segment.start_s - missing / 2, end + missing / 2


def _ramp(usual_s: float, gap_s: float) -> float:
    """Time to approach or release, less between two contacts so that the vowel between them still opens."""
    return float(np.clip(RAMP_SHARE * gap_s, SHORTEST_RAMP_S, usual_s))


def _raster(spoken: tuple[Segment, ...], clock: Clock) -> npt.NDArray[np.int64]:
    """(n,) the index of the viseme class of every tick, silence between segments."""
    visemes = np.full(len(clock.ticks), INDEX["SIL"])
    first = clock.numbers[0]
    for segment in spoken:
        a, b = round(segment.start_s * TICK_RATE) - first, round(segment.end_s * TICK_RATE) - first
        visemes[max(a, 0) : max(b, a + 1, 0)] = INDEX[segment.viseme]
    return visemes


def _kernel(anticipation_s: float, carry_over_s: float) -> Track:
    """Dominance over the distance in time, laid out for convolution: what lies ahead comes first."""
    ahead = np.arange(int(LOOK_AHEAD_S * TICK_RATE), 0, -1) / TICK_RATE
    behind = np.arange(int(LOOK_BACK_S * TICK_RATE) + 1) / TICK_RATE
    distance = np.concatenate((ahead / anticipation_s, behind / carry_over_s))
    return np.asarray(np.exp(-(distance**KERNEL_SHAPE)))


def _blend(weight: Track, wanted: Track, kernel: Track) -> Track:
    """The average of all targets near each tick, weighted by their dominance there."""
    ahead, behind = int(LOOK_AHEAD_S * TICK_RATE), int(LOOK_BACK_S * TICK_RATE)

    def spread(track: Track) -> Track:
        padded = np.pad(track, (behind, ahead), mode="edge")
        return np.asarray(oaconvolve(padded, kernel, mode="valid"))

    return spread(weight * wanted) / spread(weight)
