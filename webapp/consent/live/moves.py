"""What the sitter is asked to do while reading, and when."""

from __future__ import annotations

import random
from typing import TypedDict

FIRST_S, BETWEEN_S = (2.5, 4.0), (4.5, 6.0)  # when the first move is asked for, and how long after it the second
AFTER_S = 4.5  # that the film goes on after the last move was asked for
ASKS = {
    "turn_left": "Turn your head to your left, and back",
    "turn_right": "Turn your head to your right, and back",
    "nod": "Nod once, slowly",
    "eyes_shut": "Close your eyes for a second",
}


class Move(TypedDict):
    """One move, named as generation.presence names it, and the second of the film in which it is asked for."""

    kind: str
    at_s: float


def draw(chance: random.Random) -> list[Move]:
    """Two different moves at moments that nobody can know before. One of them turns the head."""
    turn = chance.choice(("turn_left", "turn_right"))
    other = chance.choice([kind for kind in ASKS if kind != turn])
    kinds = [turn, other]
    chance.shuffle(kinds)
    first = chance.uniform(*FIRST_S)
    times = (first, first + chance.uniform(*BETWEEN_S))
    return [Move(kind=kind, at_s=round(at, 1)) for kind, at in zip(kinds, times, strict=True)]


def length_s(moves: list[Move]) -> float:
    """How long the film lasts."""
    return moves[-1]["at_s"] + AFTER_S
