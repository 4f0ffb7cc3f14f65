"""The performance of a recording: all processes of the face brought together, frame by frame."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generation.errors import InputRefused
from generation.motion import blinks, breath, brows, emotion, gaze, head, idle, jaw, mouth
from generation.motion.clock import Clock, Track
from generation.motion.coarticulation import articulate, segments
from generation.motion.prosody import Prosody, hear
from generation.types import CHANNELS, EMOTIONS, Controls, FloatArray, Motion, Speech

FRAME_RATES = (10.0, 120.0)
DISTANCES = (0.8, 1.25)
FARTHEST_GAZE_DEG = 30.0


def plan(speech: Speech, controls: Controls, *, frames: int) -> Motion:
    """Plan `frames` frames of a face that says `speech` as `controls` ask.

    The same arguments give the same motion. Raises InputRefused for controls out of their range.
    """
    _check(controls)
    seed, clock = controls.seed, Clock(frames, controls.fps)
    prosody = hear(speech, clock)

    # 1. The line of sight comes first; the head follows a part of it and the eyes make good for the head.
    rests = gaze.fixations(prosody.phrases, controls.gaze, clock, seed)
    sight = gaze.line_of_sight(rests, clock)
    pose = head.move(prosody, sight, controls, clock)
    eyes = gaze.eyes_in_head(sight, pose)
    # 2. The chest breathes and the mouth speaks.
    breaths = breath.inhalations(prosody.phrases, clock.duration_s, seed)
    spoken = mouth.speak(_articulation(speech, prosody, clock), breaths, clock)
    # 3. Lids, brows, the small life of a silent face and the emotion are laid over it.
    mood = emotion.MOODS[controls.emotion]
    blink_rate = 1 + controls.emotion_weight * (mood.blink_rate - 1)
    blinked = blinks.blinks(prosody.phrases, gaze.shifts(rests), clock, seed, rate=blink_rate)
    layers = [
        spoken.tracks,
        blinks.channels(blinked, clock),
        {name: clock.sample(track) for name, track in gaze.lid_channels(eyes).items()},
        {
            name: clock.sample(track)
            for name, track in brows.channels(brows.raises(prosody, seed), clock, seed).items()
        },
        {name: clock.sample(track) for name, track in idle.idle(prosody.phrases, clock, seed).items()},
        emotion.express(spoken, controls, clock),
    ]
    return Motion(
        fps=controls.fps,
        coefficients=_sum(layers, frames),
        head=_frames(pose, clock),
        gaze=_frames(eyes, clock),
        breath=clock.sample(breath.chest(breaths, clock)).astype(np.float32),
    )


def _check(controls: Controls) -> None:
    wrong = [
        (controls.emotion not in EMOTIONS, "emotion", f"The emotion is one of {', '.join(EMOTIONS)}."),
        (not 0 <= controls.emotion_weight <= 1, "emotion", "The emotion's weight lies between 0 and 1."),
        (max(map(abs, controls.gaze)) > FARTHEST_GAZE_DEG, "gaze", "The gaze reaches up to 30 degrees."),
        (
            not DISTANCES[0] <= controls.distance <= DISTANCES[1],
            "distance",
            "The distance lies between 0.8 and 1.25.",
        ),
        (not FRAME_RATES[0] <= controls.fps <= FRAME_RATES[1], "fps", "Videos have 10 to 120 frames per second."),
    ]
    for is_wrong, name, hint in wrong:
        if is_wrong:
            raise InputRefused(f"{name}_out_of_range", f"We can't perform with this {name}.", hint)


def _articulation(speech: Speech, prosody: Prosody, clock: Clock) -> npt.NDArray[np.float64]:
    """(n ticks, 9) the course of the articulators, from the phones or, without any, from loudness."""
    if speech.method == "energy" or not speech.phones:
        return jaw.from_loudness(prosody)
    spoken = segments(speech.phones)
    return articulate(spoken, clock, jaw.opening(spoken, prosody, clock))


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
