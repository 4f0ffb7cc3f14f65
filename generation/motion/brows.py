"""Brows: raised on some accents and toward the end of a rising phrase, restless otherwise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generation.motion.chance import Chance, stream
from generation.motion.clock import TICK_RATE, Clock, Track, bump
from generation.motion.prosody import Accent, Prosody

ON_ACCENT_SHARE = 0.40  # studies: .35
RAISE = 0.42  # at strength 1; studies: .45
LEAD_S = 0.08  # a raise begins before its accent
RISE_S, HOLD_S, FALL_S = (0.14, 0.22), (0.05, 0.25), (0.28, 0.45)
QUESTION_RISE = 0.5  # of melody's −1..1, gained in the last QUESTION_S of a phrase
QUESTION_S = 0.45
QUESTION_RAISE = 0.5
LARGEST_RAISE = 0.8  # however vivid
RESTLESS = 0.035  # standard deviation in silence and talk alike


@dataclass(frozen=True)
class Raise:
    """One raise of the brows; `tilt` > 0 raises the sitter's left brow more."""

    start_s: float
    rise_s: float
    hold_s: float
    fall_s: float
    size: float
    tilt: float


def raises(prosody: Prosody, seed: int) -> tuple[Raise, ...]:
    """The raises that the voice calls for."""
    rng = stream(seed, "brows")
    found = []
    for accent in prosody.accents:
        raised = raise_on(accent, rng)
        found += [raised] if raised else []
    for phrase in prosody.phrases:
        if risen(prosody.melody, phrase.end_s):
            found.append(question(phrase.end_s - QUESTION_S, rng))
    return tuple(found)


def raise_on(accent: Accent, rng: np.random.Generator) -> Raise | None:
    """A raise that begins just before an accent, or none, by chance."""
    raised, scale = rng.random() < ON_ACCENT_SHARE, rng.uniform(0.6, 1.1)
    shape = _shape(rng)
    if not raised:
        return None
    return Raise(accent.time_s - LEAD_S, *shape, RAISE * min(accent.strength, 1.2) * scale, _tilt(rng))


def risen(melody: Track, end_s: float) -> bool:
    """Whether the voice went up, as in a question, toward the end of a phrase, `end_s` into the track."""
    last = int(end_s * TICK_RATE) - 8
    first = max(last - int(QUESTION_S * TICK_RATE), 0)
    return last > first and bool(melody[last] - melody[first] > QUESTION_RISE)


def question(start_s: float, rng: np.random.Generator) -> Raise:
    """The raise of a question."""
    return Raise(start_s, *_shape(rng), QUESTION_RAISE, _tilt(rng))


def _shape(rng: np.random.Generator) -> tuple[float, float, float]:
    return float(rng.uniform(*RISE_S)), float(rng.uniform(*HOLD_S)), float(rng.uniform(*FALL_S))


def _tilt(rng: np.random.Generator) -> float:
    return float(np.clip(rng.normal(0.0, 0.12), -0.3, 0.3))


def channels(
    found: tuple[Raise, ...], clock: Clock, chance: Chance, *, size: Track | float = 1.0
) -> dict[str, Track]:
    """(n,) ticks of the brow channels and of the eyes that widen with them, all `size` times."""
    left, right = np.zeros(len(clock.ticks)), np.zeros(len(clock.ticks))
    for one in found:
        near = clock.span(one.start_s, one.start_s + one.rise_s + one.hold_s + one.fall_s)
        course = one.size * bump(clock.ticks[near] - one.start_s, one.rise_s, one.hold_s, one.fall_s)
        left[near] = np.maximum(left[near], course * (1 + one.tilt))
        right[near] = np.maximum(right[near], course * (1 - one.tilt))
    left, right = (np.minimum(size * side, LARGEST_RAISE) for side in (left, right))
    rest = size * RESTLESS * (1 + chance.wander("brows.rest", clock, settle_s=2.0, soften_s=0.3))
    inner = (left + right) / 2 + np.maximum(rest, 0.0)
    return {
        "browInnerUp": inner,
        "browOuterUpLeft": 0.8 * left + 0.5 * np.maximum(rest, 0.0),
        "browOuterUpRight": 0.8 * right + 0.5 * np.maximum(rest, 0.0),
        "eyeWideLeft": 0.22 * left,
        "eyeWideRight": 0.22 * right,
    }
