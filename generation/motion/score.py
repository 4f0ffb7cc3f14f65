"""The score of a performance: the single events that voice and chance decide, apart from how they look."""

from __future__ import annotations

from dataclasses import dataclass

from generation.motion import blinks, breath, brows, emotion, gaze, head, idle
from generation.motion.clock import Clock
from generation.motion.manner import manner
from generation.motion.prosody import Prosody
from generation.types import Controls


@dataclass(frozen=True)
class Score:
    """Events in the order of time."""

    breaths: tuple[breath.Inhalation, ...]
    rests: tuple[gaze.Fixation, ...]  # never empty
    gestures: head.Gestures
    blinks: tuple[blinks.Blink, ...]
    raises: tuple[brows.Raise, ...]
    presses: tuple[float, ...]


def compose(prosody: Prosody, clock: Clock, controls: Controls) -> Score:
    """The score of a whole recording, whose phrases are known from beginning to end."""
    seed, how, phrases = controls.seed, manner(controls), prosody.phrases
    breaths = breath.inhalations(phrases, clock.duration_s, seed)
    rests = gaze.fixations(phrases, clock, seed, size=how.glances)
    shifts = gaze.shifts(rests) if how.alive else ()
    return Score(
        breaths=breaths,
        rests=rests,
        gestures=head.Gestures(
            nods=head.nods(prosody.accents, seed),
            postures=head.postures(phrases, seed),
            lifts=tuple(b for b in breaths if b.before_phrase),
            bows=phrases,
        ),
        blinks=blinks.blinks(phrases, shifts, clock, seed, rate=blink_rate(controls)),
        raises=brows.raises(prosody, seed),
        presses=idle.presses(phrases, clock.duration_s, seed),
    )


def blink_rate(controls: Controls) -> float:
    """Of the video's own emotion: a rate that followed the timeline would move every later blink."""
    mood = emotion.MOODS.get(controls.emotion, emotion.MOODS["neutral"])
    return 1 + controls.emotion_weight * (mood.blink_rate - 1)
