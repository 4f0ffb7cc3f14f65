"""How much of everything: what `expressiveness` and `still` make of the parts of a performance."""

from __future__ import annotations

from dataclasses import dataclass

from generation.types import Controls


@dataclass(frozen=True)
class Manner:
    """Factors on what each part does at expressiveness 1."""

    head: float
    brows: float
    glances: float  # size of looks away, 0..1
    lips: float  # of the jaw's and the lips' targets; closures and contacts never change
    affect: float  # of what AUTO adds
    alive: bool  # the small restlessness of lids, cheeks, eyes and chest


STILL = Manner(head=0.0, brows=0.0, glances=0.0, lips=1.0, affect=0.0, alive=False)


def manner(controls: Controls) -> Manner:
    """Even the calmest face keeps a fifth of its head movement, or it would look frozen; `still` asks for that."""
    if controls.still:
        return STILL
    vivid = controls.expressiveness  # 0..2
    return Manner(
        head=0.20 + 0.80 * vivid if vivid < 1 else 1 + 0.55 * (vivid - 1),
        brows=0.15 + 0.85 * vivid if vivid < 1 else 1 + 0.70 * (vivid - 1),
        glances=min(1.0, 0.35 + 0.65 * vivid),
        lips=1 + 0.14 * (vivid - 1),
        affect=vivid if vivid < 1 else 1 + 0.5 * (vivid - 1),
        alive=True,
    )
