"""The layers of a face over its moved skin, planned frame by frame and laid on any canvas."""

from __future__ import annotations

from dataclasses import dataclass

from generation.portrait.rig import Rig
from generation.render import eyes, mouth
from generation.render.canvas import Canvas
from generation.render.eyes import EyePlan
from generation.render.folds import FoldPlan, folds, lay_fold, plan_fold
from generation.render.mouth import MouthPlan
from generation.render.pose import Puppet
from generation.render.relief import SidePlan, lay_side, plan_side, sides
from generation.types import FloatArray


@dataclass(frozen=True)
class FeaturePlan:
    """Everything that is laid over the skin in one frame; None where a layer stays away."""

    sides: tuple[SidePlan | None, ...]
    folds: tuple[FoldPlan | None, ...]
    eyes: tuple[EyePlan, ...]
    mouth: MouthPlan | None


class Features:
    """Sides, folds, eyes and mouth of one portrait; holds nothing that changes, so that threads may share it."""

    def __init__(self, rig: Rig, puppet: Puppet, fine: FloatArray) -> None:
        """`fine` (2s, 2s, 3) is the portrait at twice its size."""
        self._puppet, self._mm, self._size = puppet, rig.head.mm, rig.portrait.size
        self._sides = sides(rig)
        self._folds = folds(rig)
        self._eyes = eyes.build(rig, puppet, fine)
        self._mouth = mouth.build(rig, fine)

    @property
    def lips_apart(self) -> bool:
        """Whether the portrait's own lips are, so that a tooth may be seen."""
        return self._mouth.gap > mouth.SHOWS_TEETH

    def plan(
        self, screen: FloatArray, coefficients: FloatArray, head: FloatArray, gaze: tuple[float, float]
    ) -> FeaturePlan:
        """What one frame needs; `screen` are the posed vertices (n, ≥ 2) px, `gaze` yaw and pitch in degrees."""
        return FeaturePlan(
            sides=tuple(plan_side(side, self._puppet, screen, head) for side in self._sides),
            folds=tuple(plan_fold(fold, screen, coefficients, self._size) for fold in self._folds),
            eyes=eyes.plan_eyes(self._eyes, self._puppet, screen, coefficients, head, gaze),
            mouth=mouth.plan_mouth(self._mouth, self._puppet, screen, coefficients, head),
        )

    def lay(self, on: Canvas, plan: FeaturePlan) -> None:
        """Paint them over the skin that the canvas shows."""
        for side, calm in zip(self._sides, plan.sides, strict=True):
            if calm:
                lay_side(on, side, calm)
        for fold, lines in zip(self._folds, plan.folds, strict=True):
            if lines:
                lay_fold(on, fold, lines)
        eyes.lay_eyes(on, self._eyes, self._mm, plan.eyes)
        if plan.mouth:
            mouth.lay_mouth(on, self._mouth, self._mm, plan.mouth)
