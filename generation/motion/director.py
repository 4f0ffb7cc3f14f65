"""Deciding while the voice is heard: the score of a live performance, event by event, none before its decision.

The same habits as in a recording, but for what would need the future: a breath comes when a phrase has ended, not
before the next begins; a nod when its accent has been heard; and no phrase is known to be long before it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

import numpy as np

from generation.motion import blinks, breath, brows, gaze, head, idle
from generation.motion.chance import stream
from generation.motion.manner import manner
from generation.motion.prosody import ACCENT_GAP_S, Accent, Phrase, Prosody
from generation.motion.score import Score, blink_rate
from generation.types import Controls

REMEMBERED_S = 8.0  # after its start an event is forgotten; none lasts longer
PLANNING_SHARE = 0.2  # of phrases begin with a look away: half of gaze.PLANNING_SHARE, for most phrases are short
BREATH_AFTER_S = (0.05, 0.30)  # of the end of a phrase
PARTS = (
    *("gaze", "micro", "blinks", "blinks.saccades", "breath", "brows", "nods", "presses"),
    *(f"posture.{name}" for name in head.AXES),
)
LATEST_ACCENT_S = 0.6  # an accent found later than that goes without a gesture


class _Event(Protocol):
    @property
    def start_s(self) -> float: ...


Event = TypeVar("Event", bound=_Event)


class Director:
    """Decides beat by beat. Ask in the order of time; the same beats give the same score."""

    def __init__(self, controls: Controls) -> None:
        seed = controls.seed
        self._how, self._blink_rate = manner(controls), blink_rate(controls)
        self._chance = {name: stream(seed, f"live.{name}") for name in PARTS}
        self._phrase: Phrase | None = None  # that goes on
        self._silent_from = 0.0
        self._last_accent = self._last_nod = -head.NOD_GAP_S
        aim = gaze.Fixation(0.0, *gaze.about(gaze.AHEAD, gaze.AIM_SPREAD_DEG, self._chance["gaze"]), away=False)
        self._rests = [aim]
        self._aim = aim
        self._next_glance = float(self._chance["gaze"].gamma(gaze.HELD_SHAPE, gaze.HELD_SCALE_S))
        self._next_micro = self._after_micro(0.0)
        self._blinks: list[blinks.Blink] = []
        self._next_blink = float(self._chance["blinks"].uniform(0.4, blinks.INTERVAL_MEDIAN_S))
        self._breaths: list[breath.Inhalation] = []
        self._next_breath = breath.QUIET_AFTER_S
        self._raises: list[brows.Raise] = []
        self._nods: list[head.Nod] = []
        self._bows: list[Phrase] = []
        self._postures = {name: [head.first_posture(self._chance[f"posture.{name}"])] for name in head.AXES}
        self._presses: list[float] = []
        self._next_press = self._after_press(0.0)

    def decide(self, now_s: float, until_s: float, prosody: Prosody, phrase: Phrase | None) -> Score:
        """The score with what begins from `now_s` to `until_s`; `phrase` is the one that goes on, if any."""
        if phrase and not self._phrase:
            self._begins(now_s)
        elif self._phrase and not phrase:
            self._ends(now_s, prosody.phrases[-1] if prosody.phrases else self._phrase, prosody)
        self._phrase = phrase
        for accent in prosody.accents:
            if accent.time_s > max(self._last_accent + ACCENT_GAP_S / 2, now_s - LATEST_ACCENT_S):
                self._stressed(accent, now_s)
        self._look(now_s, until_s)
        self._blink(now_s, until_s)
        if not phrase:
            self._rest(now_s, until_s)
        return self._score(now_s)

    def _begins(self, now_s: float) -> None:
        rng = self._chance["gaze"]
        if rng.random() < PLANNING_SHARE and now_s > self._aim.start_s + 0.8 and not self._aim.away:
            self._next_glance = now_s
        for name, changes in self._postures.items():
            changes.append(head.next_posture(changes[-1], now_s, self._chance[f"posture.{name}"]))

    def _ends(self, now_s: float, phrase: Phrase, prosody: Prosody) -> None:
        """A pause: breathe, blink perhaps, look back, bow, and raise the brows after a question."""
        self._silent_from = now_s
        rng = self._chance["breath"]
        start, length = now_s + float(rng.uniform(*BREATH_AFTER_S)), float(rng.uniform(*breath.TALK_INHALE_S))
        self._breaths.append(breath.Inhalation(start, start + length, float(rng.uniform(0.6, 0.95)), True))
        self._next_breath = start + length + breath.QUIET_AFTER_S
        self._next_press = self._after_press(now_s)
        self._bows.append(Phrase(phrase.start_s, now_s + head.SETTLE_LEAD_S))
        if (
            self._next_blink - now_s < blinks.NEAR_PAUSE_S
            and self._chance["blinks"].random() < blinks.AT_PAUSE_SHARE
        ):
            self._next_blink = now_s
        if self._aim.away:
            self._next_glance = now_s
        if brows.risen(prosody.melody, min(phrase.end_s, now_s) - prosody.first_s):
            self._raises.append(brows.question(now_s, self._chance["brows"]))

    def _stressed(self, accent: Accent, now_s: float) -> None:
        self._last_accent = accent.time_s
        raised = brows.raise_on(accent, self._chance["brows"])
        if raised:
            self._raises.append(replace(raised, start_s=max(raised.start_s, now_s)))
        nod = head.nod_on(accent, self._chance["nods"])
        if nod and accent.time_s - self._last_nod >= head.NOD_GAP_S:
            self._nods.append(replace(nod, start_s=max(nod.start_s, now_s)))
            self._last_nod = accent.time_s

    def _look(self, now_s: float, until_s: float) -> None:
        rng = self._chance["gaze"]
        while self._next_glance < until_s:
            at, away = max(self._next_glance, now_s), not self._aim.away
            place = (
                gaze.elsewhere(self._how.glances, rng) if away else gaze.about(gaze.AHEAD, gaze.AIM_SPREAD_DEG, rng)
            )
            before, self._aim = self._aim, gaze.Fixation(at, *place, away=away)
            self._rests.append(self._aim)
            if away:
                self._next_glance = at + float(np.clip(rng.gamma(gaze.AWAY_SHAPE, gaze.AWAY_SCALE_S), 0.25, 2.5))
            else:
                self._next_glance = at + 0.5 + float(rng.gamma(gaze.HELD_SHAPE, gaze.HELD_SCALE_S))
            self._next_micro = self._after_micro(at)
            self._blink_with(before, self._aim)
        while self._next_micro < until_s:
            at = max(self._next_micro, now_s)
            if self._how.alive and self._next_glance - at > 0.2:
                place = gaze.about((self._aim.yaw, self._aim.pitch), gaze.MICRO_DEG, rng)
                self._rests.append(gaze.Fixation(at, *place, away=self._aim.away))
            self._next_micro = self._after_micro(at)

    def _blink_with(self, before: gaze.Fixation, after: gaze.Fixation) -> None:
        size = float(np.hypot(after.yaw - before.yaw, after.pitch - before.pitch))
        carried = self._chance["blinks.saccades"].random() < blinks.WITH_SACCADE_SHARE
        if self._how.alive and carried and size > blinks.LARGE_SACCADE_DEG:
            self._next_blink = min(self._next_blink, after.start_s)

    def _blink(self, now_s: float, until_s: float) -> None:
        rng = self._chance["blinks"]
        while self._next_blink < until_s:
            earliest = self._blinks[-1].start_s + blinks.SHORTEST_S if self._blinks else 0.0
            start = max(self._next_blink, now_s, earliest)
            if start >= until_s:
                self._next_blink = start
                return
            self._blinks.append(blinks.draw(rng, start))
            pause = blinks.INTERVAL_MEDIAN_S * rng.lognormal(0.0, blinks.INTERVAL_SPREAD)
            self._next_blink = start + float(np.clip(pause, blinks.SHORTEST_S, blinks.LONGEST_S)) / self._blink_rate

    def _rest(self, now_s: float, until_s: float) -> None:
        """Quiet breaths, and lips pressed now and then, while nobody talks."""
        while self._next_breath < until_s:
            cycle = float(self._chance["breath"].uniform(*breath.QUIET_CYCLE_S))
            start = max(self._next_breath, now_s)
            end = start + cycle * breath.QUIET_INHALE_SHARE
            self._breaths.append(breath.Inhalation(start, end, breath.QUIET_DEPTH, before_phrase=False))
            self._next_breath = start + cycle
        while self._next_press < until_s:
            self._presses.append(max(self._next_press, now_s))
            self._next_press = self._after_press(self._presses[-1])

    def _score(self, now_s: float) -> Score:
        """What still shows."""
        self._rests = _recent(self._rests, now_s)
        self._blinks = _recent(self._blinks, now_s)
        self._breaths = _recent(self._breaths, now_s)
        self._raises, self._nods = _recent(self._raises, now_s), _recent(self._nods, now_s)
        self._postures = {name: _recent(changes, now_s) for name, changes in self._postures.items()}
        self._bows = [bow for bow in self._bows if bow.end_s > now_s - REMEMBERED_S]
        self._presses = [at for at in self._presses if at > now_s - REMEMBERED_S]
        return Score(
            breaths=tuple(self._breaths),
            rests=tuple(self._rests),
            gestures=head.Gestures(
                nods=tuple(self._nods),
                postures={name: tuple(changes) for name, changes in self._postures.items()},
                lifts=tuple(b for b in self._breaths if b.before_phrase),
                bows=tuple(self._bows),
            ),
            blinks=tuple(self._blinks),
            raises=tuple(self._raises),
            presses=tuple(self._presses),
        )

    def _after_micro(self, at_s: float) -> float:
        return at_s + float(self._chance["micro"].exponential(1 / gaze.MICRO_RATE_HZ)) + 0.2

    def _after_press(self, at_s: float) -> float:
        return at_s + float(self._chance["presses"].uniform(*idle.PRESS_EVERY_S)) / 2


def _recent(events: Sequence[Event], now_s: float) -> list[Event]:
    """What began not long ago, and the two before that, on which the course of the first depends."""
    old = sum(event.start_s < now_s - REMEMBERED_S for event in events)
    return list(events[max(0, old - 2) :])
