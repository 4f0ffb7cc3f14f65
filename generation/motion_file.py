"""A performance as JSON: what `--motion-out` writes and `--motion` reads."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from generation.errors import InputRefused
from generation.types import CHANNELS, Motion

DIGITS = 5  # after the point: finer than any rendered pixel
TRACKS = {"coefficients": (len(CHANNELS),), "head": (6,), "gaze": (2,), "breath": ()}


def write(motion: Motion, place: Path) -> None:
    """Write channel names, frame rate and the tracks, one row per frame."""
    tracks = {name: np.round(getattr(motion, name).astype(float), DIGITS).tolist() for name in TRACKS}
    place.write_text(json.dumps({"fps": motion.fps, "channels": CHANNELS, **tracks}))


def read(place: Path) -> Motion:
    """Read what `write` wrote; channels are matched by name, absent ones rest at 0.

    Raises InputRefused with code motion_unreadable.
    """
    try:
        given = json.loads(place.read_text())
        tracks = {name: np.asarray(given[name], np.float32) for name in TRACKS}
        fps, channels = float(given["fps"]), list(given["channels"])
        coefficients = np.zeros((len(tracks["coefficients"]), len(CHANNELS)), np.float32)
        for column, channel in enumerate(channels):
            coefficients[:, CHANNELS.index(channel)] = tracks["coefficients"][:, column]
    except (OSError, ValueError, KeyError, TypeError, IndexError) as fault:
        raise _unreadable(f"{fault}") from fault
    tracks["coefficients"] = coefficients
    for name, shape in TRACKS.items():
        if tracks[name].shape != (len(coefficients), *shape) or not np.isfinite(tracks[name]).all():
            raise _unreadable(f"“{name}” has the shape {tracks[name].shape}")
    if not fps > 0 or not len(coefficients):
        raise _unreadable("it has no frames")
    return Motion(fps, **tracks)


def _unreadable(why: str) -> InputRefused:
    return InputRefused(
        "motion_unreadable",
        f"This file holds no motion that we can read ({why}).",
        "Give a file that --motion-out wrote. Nothing else is affected.",
    )
