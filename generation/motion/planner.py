"""The performance of a recording: all processes of the face brought together, frame by frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from generation.errors import InputRefused
from generation.motion import blinks, breath, brows, emotion, gaze, head, idle, jaw, mouth, timeline
from generation.motion.affect import affect
from generation.motion.clock import Clock, Track
from generation.motion.coarticulation import articulate, segments
from generation.motion.manner import Manner, manner
from generation.motion.prosody import Prosody, hear
from generation.motion.targets import COLUMN
from generation.motion.timeline import DISTANCES, FARTHEST_GAZE_DEG, Asked
from generation.types import AUTO, CHANNELS, Controls, FloatArray, Motion, Speech

FRAME_RATES = (10.0, 120.0)
MOST_EXPRESSIVE = 2.0
LIP_COLUMNS = [COLUMN[name] for name in ("jaw", "pucker", "funnel", "spread", "upper", "lower")]


def plan(speech: Speech, controls: Controls, *, frames: int) -> Motion:
    """Plan `frames` frames of a face that says `speech` as `controls` ask.

    The same arguments give the same motion; a changed timeline changes it within timeline.changed_windows only.
    Raises InputRefused for controls out of their range.
    """
    _check(controls)
    seed, clock, how = controls.seed, Clock(frames, controls.fps), manner(controls)
    prosody = hear(speech, clock)
    asked = _felt(timeline.ask(controls, clock), prosody, how)
    energy = emotion.mixture(asked.moods, "energy")
    breaths = breath.inhalations(prosody.phrases, clock.duration_s, seed)

    # 1. The line of sight comes first; the head follows a part of it and the eyes make good for the head.
    rests = gaze.fixations(prosody.phrases, clock, seed, size=how.glances)
    glances = gaze.line_of_sight(rests, clock) * how.alive
    own = head.liveliness(prosody, breaths, clock, seed) * np.reshape(how.head * energy, (-1, 1))
    pose = head.pose(own, glances, asked, clock)
    eyes = gaze.eyes_in_head(asked.gaze + glances, pose)
    # 2. The mouth speaks.
    spoken = mouth.speak(_articulation(speech, prosody, how, clock), breaths, clock)
    # 3. Lids, brows, the small life of a silent face and the emotion are laid over it.
    blinked = blinks.blinks(
        prosody.phrases, gaze.shifts(rests) if how.alive else (), clock, seed, rate=_blink_rate(controls)
    )
    raised = brows.channels(brows.raises(prosody, seed), clock, seed, size=how.brows * energy)
    restless = idle.idle(prosody.phrases, clock, seed) if how.alive else {}
    layers = [
        spoken.tracks,
        blinks.channels(blinked, clock),
        *(_sampled(layer, clock) for layer in (gaze.lid_channels(eyes), raised, restless)),
        emotion.express(spoken, asked.moods, clock, seed, lives=how.alive),
    ]
    return Motion(
        fps=controls.fps,
        coefficients=_sum(layers, frames),
        head=_frames(pose, clock),
        gaze=_frames(eyes, clock),
        breath=clock.sample(breath.chest(breaths, clock) * how.alive).astype(np.float32),
    )


def _check(controls: Controls) -> None:
    wrong = [
        (controls.emotion not in timeline.MOODS, "emotion", f"The emotion is one of {', '.join(timeline.MOODS)}."),
        (not 0 <= controls.emotion_weight <= 1, "emotion", "The emotion's weight lies between 0 and 1."),
        (not max(map(abs, controls.gaze)) <= FARTHEST_GAZE_DEG, "gaze", "The gaze reaches up to 30 degrees."),
        (
            not DISTANCES[0] <= controls.distance <= DISTANCES[1],
            "distance",
            "The distance lies between 0.8 and 1.25.",
        ),
        (not FRAME_RATES[0] <= controls.fps <= FRAME_RATES[1], "fps", "Videos have 10 to 120 frames per second."),
        (
            not 0 <= controls.expressiveness <= MOST_EXPRESSIVE,
            "expressiveness",
            "The expressiveness lies between 0 and 2.",
        ),
    ]
    for is_wrong, name, hint in wrong:
        if is_wrong:
            raise InputRefused(f"{name}_out_of_range", f"We can't perform with this {name}.", hint)
    timeline.check(controls.timeline)


def _felt(asked: Asked, prosody: Prosody, how: Manner) -> Asked:
    """What is asked, with AUTO spelled out as the moods that the voice suggests, and the heads that moods carry."""
    moods = {name: track for name, track in asked.moods.items() if name not in (AUTO, "neutral")}
    if AUTO in asked.moods:
        for name, track in affect(prosody).items():
            moods[name] = moods.get(name, 0.0) + how.affect * asked.moods[AUTO] * track
    head = asked.head.copy()
    for axis, quality in ((1, "pitch_deg"), (2, "roll_deg")):
        head[:, axis] += emotion.mixture(moods, quality) * how.alive
    return replace(asked, moods=moods, head=head)


def _blink_rate(controls: Controls) -> float:
    """Of the video's own emotion: a rate that followed the timeline would move every later blink."""
    mood = emotion.MOODS.get(controls.emotion, emotion.MOODS["neutral"])
    return 1 + controls.emotion_weight * (mood.blink_rate - 1)


def _articulation(speech: Speech, prosody: Prosody, how: Manner, clock: Clock) -> npt.NDArray[np.float64]:
    """(n ticks, 9) the course of the articulators, from the phones or, without any, from loudness."""
    if speech.method == "energy" or not speech.phones:
        course = jaw.from_loudness(prosody)
    else:
        spoken = segments(speech.phones)
        course = articulate(spoken, clock, jaw.opening(spoken, prosody, clock))
    course[:, LIP_COLUMNS] *= how.lips
    return course


def _sampled(layer: dict[str, Track], clock: Clock) -> dict[str, Track]:
    return {name: clock.sample(track) for name, track in layer.items()}


def _sum(layers: list[dict[str, Track]], frames: int) -> FloatArray:
    """(frames, channels) the layers added up and kept within 0..1."""
    table = np.zeros((frames, len(CHANNELS)))
    for layer in layers:
        for name, track in layer.items():
            table[:, CHANNELS.index(name)] += track
    return np.clip(table, 0.0, 1.0).astype(np.float32)


def _frames(rows: npt.NDArray[np.float64], clock: Clock) -> FloatArray:
    """(frames, k) the columns of (n ticks, k) at the middle of every frame."""
    return np.stack([clock.sample(column) for column in rows.T], axis=1).astype(np.float32)
