"""The options of the command line that steer a performance, and the controls they make."""

from __future__ import annotations

import argparse
from pathlib import Path

from generation.errors import InputRefused
from generation.types import AUTO, EMOTIONS, Controls, Keyframe

RATES = (24.0, 60.0)  # frames per second of a video
EXPORT_RATES = (10.0, 120.0)  # frames per second of a motion alone
DISTANCES = (0.8, 1.25)
GAZE_LIMIT = 30.0  # degrees; beyond it the iris leaves the opening of the eye
MOST_EXPRESSIVE = 2.0
MOODS = (*EMOTIONS, AUTO)


def add(command: argparse.ArgumentParser) -> None:
    """Give a command the options that `read` reads, but for the frame rate (`fps`)."""
    command.add_argument("--seed", type=int, default=0, help="same seed, same blinks and glances")
    command.add_argument("--gaze", default="0,0", metavar="YAW,PITCH", help="degrees; 0,0 looks at the viewer")
    command.add_argument("--distance", type=float, default=1.0, help="of the head from the camera, 0.8 to 1.25")
    command.add_argument(
        "--emotion",
        default="neutral",
        metavar="NAME[:WEIGHT]",
        help=f"{', '.join(EMOTIONS)}, or {AUTO}, which follows the voice",
    )
    command.add_argument("--expressiveness", type=float, default=1.0, help="0 calm, 1 usual, 2 vivid")
    command.add_argument("--still", action="store_true", help="lips, jaw and blinks only; the head at rest")
    command.add_argument("--timeline", type=Path, metavar="T.json", help="gaze, distance, emotion, head in time")


def read(options: argparse.Namespace, *, rates: tuple[float, float] = RATES) -> Controls:
    """The controls that the options ask for. Raises InputRefused."""
    emotion, _, weight = options.emotion.partition(":")
    try:
        gaze_yaw, gaze_pitch = (float(part) for part in options.gaze.split(","))
        emotion_weight = float(weight) if weight else float(emotion != "neutral")
    except ValueError as fault:
        raise InputRefused(
            "usage",
            "--gaze takes two numbers and --emotion a name with a weight.",
            "Try --gaze 5,-3 --emotion happy:0.6.",
        ) from fault
    if emotion not in MOODS:
        raise InputRefused("bad_emotion", f"There is no emotion “{emotion}”.", f"Choose from: {', '.join(MOODS)}.")
    _between("bad_emotion_weight", "The weight of the emotion", emotion_weight, 0.0, 1.0)
    _between("bad_gaze", "The gaze's yaw", gaze_yaw, -GAZE_LIMIT, GAZE_LIMIT)
    _between("bad_gaze", "The gaze's pitch", gaze_pitch, -GAZE_LIMIT, GAZE_LIMIT)
    _between("bad_distance", "The distance", options.distance, *DISTANCES)
    _between("bad_fps", "The frame rate", options.fps, *rates)
    _between("bad_expressiveness", "The expressiveness", options.expressiveness, 0.0, MOST_EXPRESSIVE)
    return Controls(
        seed=options.seed,
        gaze=(gaze_yaw, gaze_pitch),
        distance=options.distance,
        emotion=emotion,
        emotion_weight=emotion_weight,
        fps=options.fps,
        expressiveness=options.expressiveness,
        still=options.still,
        timeline=_timeline(options.timeline),
    )


def _timeline(place: Path | None) -> tuple[Keyframe, ...]:
    if place is None:
        return ()
    from generation import timeline_file  # the engine is heavy: `--help` does without

    return timeline_file.read(place)


def _between(code: str, what: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise InputRefused(code, f"{what} is {value:g}.", f"Choose between {low:g} and {high:g}.")
