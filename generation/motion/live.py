"""Planning while the voice is heard: frames of motion after every beat of sound, from that sound alone.

The parts of the face move as they do for a recording (planner.play), seen through a window of the last seconds;
what happens when is decided by the Director. What is loud or high for the voice is judged by its last 15 s.
"""

from __future__ import annotations

import math

import numpy as np

from generation.motion import planner
from generation.motion.chance import Chance
from generation.motion.clock import TICK_RATE, Clock, Track
from generation.motion.coarticulation import segments
from generation.motion.director import Director
from generation.motion.prosody import BRIDGE_S, VOICE_GATE, Phrase, Usual, joined, read, runs, usual
from generation.speech.live import BEAT_S, LOOK_AHEAD_S, Heard
from generation.types import FEATURE_RATE, Controls, Motion

PAST_S = 3.0  # of the window that shapes a frame: what lies before weighs nothing, mean moods apart
EDGE_S = 1e-9  # rounding of a frame's time
SUPPOSED_DB, SUPPOSED_S = -20.0, 0.5  # loudness of a voice that was never heard, and for how long that is believed


class LivePlanner:
    """The motion of one live performance; frames come in order, each once. Raises InputRefused for controls."""

    def __init__(self, controls: Controls) -> None:
        planner.check(controls)
        self._controls = controls
        self._director = Director(controls)
        self._chance = Chance(controls.seed)
        self._next = 0  # number of the next frame

    def frames(self, heard: Heard) -> Motion | None:
        """The frames for which enough is known now: each from less than LOOK_AHEAD_S of sound after its start."""
        fps = self._controls.fps
        last = math.floor((heard.known_s - LOOK_AHEAD_S + BEAT_S) * fps + EDGE_S)
        count = last + 1 - self._next
        if count <= 0:
            return None
        now_s, until_s = self._next / fps, (last + 1) / fps
        edge = round(heard.known_s * TICK_RATE)
        first = round((now_s - PAST_S) * TICK_RATE)
        clock = Clock(count, fps, first=self._next, planned=(first, edge + 1))
        phrases = _phrases(heard)
        going_on = phrases[-1] if phrases and phrases[-1].end_s > heard.known_s else None
        loudness = clock.from_feature(heard.loudness_db, missing=None, first=heard.first)
        pitch = clock.from_feature(heard.pitch_hz, missing=None, first=heard.first)
        prosody = read(phrases, heard.phones, loudness, pitch, _usual(heard, phrases), clock)
        score = self._director.decide(now_s, until_s, prosody, going_on)
        self._next += count
        return planner.play(score, prosody, segments(heard.phones), self._controls, clock, self._chance)


def _phrases(heard: Heard) -> tuple[Phrase, ...]:
    """Talk by phones and by the voice detector; a phrase that may still go on reaches beyond what is known."""
    spans = runs(heard.activity > VOICE_GATE, FEATURE_RATE, heard.first)
    spans += [(phone.start_s, phone.end_s) for phone in heard.phones]
    found = joined(spans)
    if found and found[-1].end_s > heard.known_s - BRIDGE_S:
        return (*found[:-1], Phrase(found[-1].start_s, heard.known_s + BRIDGE_S))
    return found


def _usual(heard: Heard, phrases: tuple[Phrase, ...]) -> Usual:
    """What is usual for the voice so far; before there is enough of it, for any voice."""
    when = (heard.first + np.arange(len(heard.activity))) / FEATURE_RATE
    talk = np.zeros(len(when), np.bool_)
    for phrase in phrases:
        talk |= (when >= phrase.start_s) & (when < phrase.end_s)
    supposed: Track = np.full(round(SUPPOSED_S * FEATURE_RATE), SUPPOSED_DB)
    return usual(np.concatenate([supposed, heard.loudness_db[talk]]), heard.pitch_hz.astype(np.float64))
