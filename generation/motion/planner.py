"""The performance of a recording: all processes of the face brought together, frame by frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from generation.errors import InputRefused
from generation.motion import blinks, breath, brows, emotion, gaze, head, idle, jaw, mouth, timeline
from generation.motion.affect import affect
from generation.motion.chance import Chance
from generation.motion.clock import Clock, Track
from generation.motion.coarticulation import Segment, articulate, segments
from generation.motion.manner import Manner, manner
from generation.motion.prosody import Prosody, hear
from generation.motion.score import Score, compose
from generation.motion.targets import COLUMN
from generation.motion.timeline import DISTANCES, FARTHEST_GAZE_DEG, Asked
from generation.types import AUTO, CHANNELS, Controls, FloatArray, Motion, Speech

FRAME_RATES = (10.0, 120.0)
MOST_EXPRESSIVE = 2.0
LAUGH = 0.9  # of a happy face while the voice laughs, whatever the mood
LIP_COLUMNS = [COLUMN[name] for name in ("jaw", "pucker", "funnel", "spread", "upper", "lower")]


def plan(speech: Speech, controls: Controls, *, frames: int) -> Motion:
    """Plan `frames` frames of a face that says `speech` as `controls` ask.

    The same arguments give the same motion; a changed timeline changes it within timeline.changed_windows only.
    Raises InputRefused for controls out of their range.
    """
    check(controls)
    clock = Clock(frames, controls.fps)
    prosody = hear(speech, clock)
    score = compose(prosody, clock, controls)
    spoken = () if speech.method == "energy" else segments(speech.phones)
    return play(score, prosody, spoken, controls, clock, Chance(controls.seed))


def play(
    score: Score,
    prosody: Prosody,
    spoken: tuple[Segment, ...],
    controls: Controls,
    clock: Clock,
    chance: Chance,
) -> Motion:
    """The frames of a clock. Without `spoken` visemes the mouth follows loudness."""
    how = manner(controls)
    asked = _felt(timeline.ask(controls, clock), prosody, how)
    energy = emotion.mixture(asked.moods, "energy")

    # 1. The line of sight comes first; the head follows a part of it and the eyes make good for the head.
    glances = gaze.line_of_sight(score.rests, clock) * how.alive
    own = head.liveliness(prosody, score.gestures, clock, chance) * np.reshape(how.head * energy, (-1, 1))
    pose = head.pose(own, glances, asked, clock)
    eyes = gaze.eyes_in_head(asked.gaze + glances, pose)
    # 2. The mouth speaks.
    mouthed = mouth.speak(_articulation(spoken, prosody, how, clock), score.breaths, clock)
    # 3. Lids, brows, the small life of a silent face and the emotion are laid over it.
    raised = brows.channels(score.raises, clock, chance, size=how.brows * energy)
    restless = idle.idle(score.presses, clock, chance) if how.alive else {}
    layers = [
        mouthed.tracks,
        blinks.channels(score.blinks, clock),
        *(_sampled(layer, clock) for layer in (gaze.lid_channels(eyes), raised, restless)),
        emotion.express(mouthed, asked.moods, clock, chance, lives=how.alive),
    ]
    return Motion(
        fps=controls.fps,
        coefficients=_sum(layers, clock.frames),
        head=_frames(pose, clock),
        gaze=_frames(eyes, clock),
        breath=clock.sample(breath.chest(score.breaths, clock) * how.alive).astype(np.float32),
    )


def check(controls: Controls) -> None:
    """Raise InputRefused for controls out of their range."""
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
    if np.any(prosody.laughing):
        moods["happy"] = np.maximum(moods.get("happy", 0.0), LAUGH * how.alive * prosody.laughing)
    head = asked.head.copy()
    for axis, quality in ((1, "pitch_deg"), (2, "roll_deg")):
        head[:, axis] += emotion.mixture(moods, quality) * how.alive
    return replace(asked, moods=moods, head=head)


def _articulation(
    spoken: tuple[Segment, ...], prosody: Prosody, how: Manner, clock: Clock
) -> npt.NDArray[np.float64]:
    """(n ticks, 9) the course of the articulators, from the visemes or, without any, from loudness."""
    if spoken:
        course = articulate(spoken, clock, jaw.opening(spoken, prosody, clock))
    else:
        course = jaw.from_loudness(prosody)
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
