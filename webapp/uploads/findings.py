"""From numbers to what becomes of a portrait: limits of age and of nudity. How often they err: docs/faces.md."""

from __future__ import annotations

from typing import Any

CHILD_YEARS = 10.0  # that a face seems to have; below, the portrait is refused
YOUNG_YEARS = 21.0  # below, a reviewer looks first: the estimate is some years off, and children are never rendered
NUDITY = 0.3  # from which a reviewer looks first; 0.2 to 0.8 is where its makers call their own network unsure


def looks_a_child(age: float) -> bool:
    """Whether a face is so young that nobody needs to look."""
    return age < CHILD_YEARS


def findings_of(*, age: float, nudity: float) -> list[dict[str, Any]]:
    """What a reviewer should see before anything is painted: code and number."""
    found = []
    if nudity >= NUDITY:
        found.append({"code": "nudity", "number": round(nudity, 2)})
    if age < YOUNG_YEARS:
        found.append({"code": "young", "number": round(age)})
    return found
