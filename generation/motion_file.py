"""A performance as a file, JSON or Live Link Face CSV: what `motion` and `--motion-out` write, `--motion` reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from generation import live_link
from generation.errors import InputRefused
from generation.types import CHANNELS, FloatArray, Motion

SUFFIXES = (".json", ".csv")
DIGITS = 5  # after the point: finer than any rendered pixel
TRACKS = {"coefficients": (len(CHANNELS),), "head": (6,), "gaze": (2,), "breath": ()}


def write(motion: Motion, place: Path, *, film: Mapping[str, str] | None = None) -> None:
    """Write `motion` as the suffix of `place` says; JSON holds channel names, frame rate and a row per frame.

    `film` is what `generation.reuse` wants to know about the film that plays it; JSON alone keeps it.
    """
    if place.suffix.lower() == ".csv":
        live_link.write(motion, place)
        return
    tracks = {name: _rounded(getattr(motion, name)).tolist() for name in TRACKS}
    known = {"film": dict(film)} if film else {}
    place.write_text(json.dumps({"fps": motion.fps, "channels": CHANNELS, **known, **tracks}))


def as_read(motion: Motion) -> Motion:
    """The motion as it comes out of a JSON file: to DIGITS after the point."""
    return Motion(motion.fps, **{name: _rounded(getattr(motion, name)).astype(np.float32) for name in TRACKS})


def film_of(place: Path) -> dict[str, str]:
    """What `write` was told about the film; empty where that was nothing. Raises InputRefused."""
    try:
        return {name: str(value) for name, value in json.loads(place.read_text()).get("film", {}).items()}
    except (OSError, ValueError, AttributeError) as fault:
        raise _unreadable(f"{fault}") from fault


def read(place: Path) -> Motion:
    """Read what `write` wrote; channels are matched by name, absent ones rest at 0.

    Raises InputRefused with code motion_unreadable.
    """
    try:
        motion = live_link.read(place) if place.suffix.lower() == ".csv" else _from_json(place)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as fault:
        raise _unreadable(f"{fault}") from fault
    for name, shape in TRACKS.items():
        track = getattr(motion, name)
        if track.shape != (len(motion), *shape) or not np.isfinite(track).all():
            raise _unreadable(f"“{name}” has the shape {track.shape}, or numbers without end")
    if not 0 < motion.fps < np.inf or not len(motion):
        raise _unreadable("it has no frames")
    return motion


def _from_json(place: Path) -> Motion:
    given = json.loads(place.read_text())
    tracks = {name: np.asarray(given[name], np.float32) for name in TRACKS}
    coefficients = np.zeros((len(tracks["coefficients"]), len(CHANNELS)), np.float32)
    for column, channel in enumerate(list(given["channels"])):
        coefficients[:, CHANNELS.index(channel)] = tracks["coefficients"][:, column]
    return Motion(float(given["fps"]), **(tracks | {"coefficients": coefficients}))


def _rounded(track: FloatArray) -> npt.NDArray[np.float64]:
    return np.round(track.astype(float), DIGITS)


def _unreadable(why: str) -> InputRefused:
    return InputRefused(
        "motion_unreadable",
        f"This file holds no motion that we can read ({why}).",
        "Give a file that --motion-out wrote, or a CSV of Live Link Face. Nothing else is affected.",
    )
