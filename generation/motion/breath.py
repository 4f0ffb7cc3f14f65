"""Breathing: a quick breath before a phrase, a slow fall while talking, quiet breathing in silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from generation.motion.chance import stream
from generation.motion.clock import Clock, Track, ease, smooth
from generation.motion.prosody import Phrase

# Speech breathing: a quick breath in before talking, at rest two fifths of a cycle (after Conrad & Schönle 1979).
TALK_INHALE_S = (0.35, 0.60)
TALK_INHALE_ENDS_S = 0.04  # before the phrase begins
NEEDED_PAUSE_S = 0.30  # a shorter pause has no room for a breath
FULL_PHRASE_S = 4.0  # a phrase this long takes a full breath
QUIET_CYCLE_S = (3.6, 4.8)  # 12–17 breaths a minute
QUIET_INHALE_SHARE = 0.4  # of the cycle
QUIET_DEPTH = 0.5
QUIET_AFTER_S = 1.2  # of silence
OUT_S = 2.2  # time constant of breathing out
EMPTY, FIRST_LEVEL = -0.8, -0.3  # the chest's −1..1: where breathing out tends, where a video begins


@dataclass(frozen=True)
class Inhalation:
    """A breath in; `depth` 0..1, through parted lips when a phrase follows."""

    start_s: float
    end_s: float
    depth: float
    before_phrase: bool


def inhalations(phrases: tuple[Phrase, ...], duration_s: float, seed: int) -> tuple[Inhalation, ...]:
    """The breaths of a recording, in order and apart."""
    rng = stream(seed, "breath")
    found: list[Inhalation] = []
    silent_from = 0.0
    for phrase in (*phrases, None):
        silent_to = phrase.start_s if phrase else duration_s
        length = float(rng.uniform(*TALK_INHALE_S))
        talk_breath = phrase and silent_to - silent_from >= NEEDED_PAUSE_S
        end = silent_to - TALK_INHALE_ENDS_S
        start = max(end - length, silent_from)
        found += _quiet(rng, silent_from, start if talk_breath else silent_to)
        if phrase and talk_breath:
            need = min(1.0, (phrase.end_s - phrase.start_s) / FULL_PHRASE_S)
            found.append(Inhalation(start, end, 0.55 + 0.45 * need, before_phrase=True))
        silent_from = phrase.end_s if phrase else silent_to
    return tuple(found)


def _quiet(rng: np.random.Generator, start_s: float, end_s: float) -> Iterator[Inhalation]:
    """Quiet breaths in a silence, each finished before it ends."""
    at = start_s + QUIET_AFTER_S
    while True:
        cycle = float(rng.uniform(*QUIET_CYCLE_S))
        if at + cycle * QUIET_INHALE_SHARE + 0.5 > end_s:
            return
        yield Inhalation(at, at + cycle * QUIET_INHALE_SHARE, QUIET_DEPTH, before_phrase=False)
        at += cycle


def chest(breaths: tuple[Inhalation, ...], clock: Clock) -> Track:
    """(n,) −1..1 the rise of the chest: up with every breath, then falling toward EMPTY."""
    t = clock.ticks
    level = np.empty(len(t))
    top, emptying_from = FIRST_LEVEL, 0.0
    for breath in (*breaths, None):
        until = breath.start_s if breath else clock.duration_s + 1
        out = clock.span(emptying_from, until)
        level[out] = EMPTY + (top - EMPTY) * np.exp(-(t[out] - emptying_from) / OUT_S)
        if breath is None:
            break
        begun = EMPTY + (top - EMPTY) * float(np.exp(-(until - emptying_from) / OUT_S))
        top, emptying_from = 2 * breath.depth - 1, breath.end_s
        rise = clock.span(until, emptying_from)
        level[rise] = begun + (top - begun) * ease((t[rise] - until) / (emptying_from - until))
    return smooth(level, 0.08)
