"""A timeline as JSON: {"keyframes": [{"at": 2.5, "gaze": [12, -3], "emotion": "happy", "weight": 0.6}, …]}."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from generation.errors import InputRefused
from generation.motion import timeline
from generation.types import Keyframe

KEYS = {
    "at": "seconds",
    "gaze": "[yaw, pitch]",
    "distance": "a number",
    "emotion": "a name",
    "weight": "0 to 1",
    "head": "[yaw, pitch, roll]",
    "course": "smooth or linear",
}


def read(place: Path) -> tuple[Keyframe, ...]:
    """The keyframes of a file. Raises InputRefused with code timeline_unreadable or timeline_out_of_range."""
    try:
        given = json.loads(place.read_text())
        rows = given["keyframes"]
        if not isinstance(rows, list) or set(given) != {"keyframes"}:
            raise ValueError("beside “keyframes” it holds something else")
    except OSError as fault:
        raise _unreadable(f"{fault.strerror}") from fault
    except (ValueError, KeyError, TypeError) as fault:
        raise _unreadable(f"{fault}") from fault
    found = tuple(_keyframe(number, row) for number, row in enumerate(rows, 1))
    timeline.check(found)
    return found


def _keyframe(number: int, row: object) -> Keyframe:
    if not isinstance(row, Mapping) or not set(row) <= set(KEYS):
        raise _unreadable(f"keyframe {number} has more than {', '.join(KEYS)}")
    try:
        return Keyframe(
            at_s=float(row["at"]),
            gaze=_pair(row["gaze"]) if "gaze" in row else None,
            distance=float(row["distance"]) if "distance" in row else None,
            emotion=str(row["emotion"]) if "emotion" in row else None,
            emotion_weight=float(row.get("weight", 1.0)),
            head=_triple(row["head"]) if "head" in row else None,
            course=row.get("course", "smooth"),
        )
    except (ValueError, KeyError, TypeError) as fault:
        forms = ", ".join(f"“{key}”: {form}" for key, form in KEYS.items())
        raise _unreadable(f"keyframe {number} is not made of {forms}") from fault


def _pair(given: list[float]) -> tuple[float, float]:
    yaw, pitch = map(float, given)
    return yaw, pitch


def _triple(given: list[float]) -> tuple[float, float, float]:
    yaw, pitch, roll = map(float, given)
    return yaw, pitch, roll


def _unreadable(why: str) -> InputRefused:
    return InputRefused(
        "timeline_unreadable",
        f"This timeline can't be read ({why}).",
        'Write {"keyframes": [{"at": 2.5, "gaze": [12, -3]}]}; docs/motion.md names every key.',
    )
