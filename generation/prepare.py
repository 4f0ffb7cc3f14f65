"""From a portrait to what is painted: what is seen in it, and what can move. Both may lie on a shelf."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from generation import portrait as portraits
from generation.backdrop import Backdrop
from generation.portrait import calibration
from generation.portrait import rig as rigs
from generation.portrait.framing import Shot
from generation.portrait.gains import Gains
from generation.portrait.rig import Rig
from generation.shelf import Shelf, kept
from generation.stage import Stage, set_up


@dataclass(frozen=True)
class Source:
    """A portrait's file, how much of it is shown, and where to keep what is found in it."""

    portrait: bytes
    shot: Shot
    face_index: int | None = None
    shelf: Shelf | None = None

    def stage(self, backdrop: Backdrop) -> Stage:
        """What is seen: face, square, matte, background. Raises InputRefused."""
        analyse = partial(portraits.analyse_shot, self.portrait, self.shot, face_index=self.face_index)
        sitting = kept(self.shelf, portraits.Sitting, self.portrait, (self.shot, self.face_index), analyse)
        return set_up(sitting, backdrop)

    def rig(self, stage: Stage) -> Rig:
        """What can move, calibrated: mesh, blendshapes, eye and mouth layers."""
        rig = rigs.build(stage.portraits[0])
        measure = partial(calibration.measure, rig)
        return replace(rig, gains=kept(self.shelf, Gains, self.portrait, (self.shot, self.face_index), measure))
