"""A film that is planned and not yet painted: any of its frames, on any machine, in any order."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from generation.device import Device, chosen
from generation.portrait import rig as rigs
from generation.portrait.gains import Gains
from generation.portrait.rig import Rig
from generation.render import Renderer
from generation.stage import Stage
from generation.types import Frame, Motion, Portrait


@dataclass(frozen=True)
class Plan:
    """All that decides a film's frames. `generation.archive` writes and reads it.

    What networks found in the portrait is part of it, so that machines which reckon a little differently still
    paint pieces of one film.
    """

    stage: Stage
    gains: Gains
    motion: Motion

    @property
    def width(self) -> int:
        """Width of the film in px."""
        return int(self.stage.still.shape[1])

    @property
    def height(self) -> int:
        """Height of the film in px."""
        return int(self.stage.still.shape[0])

    def frames(
        self, rows: Iterable[int] | None = None, *, rig: Rig | None = None, device: Device = "auto"
    ) -> Iterator[Frame]:
        """Paint these frames (default: all), in this order. `rig`: of the first portrait, if it is built.

        Raises MissingOnMachine with codes gpu_missing and gpu_full.
        """
        built = replace(rig or rigs.build(self.stage.portraits[0]), gains=self.gains)
        asked = range(len(self.motion)) if rows is None else tuple(rows)
        place = chosen(device)

        def paint(who: Portrait) -> Iterator[Frame]:
            return Renderer(replace(built, portrait=who), place).frames(self.motion, workers=cores(), rows=asked)

        return self.stage.frames(paint)


def pieces(frames: int, *, longest: int, grid: int) -> list[range]:
    """Cut a film into pieces of about one length, `longest` frames at most, that start at multiples of `grid`."""
    blocks = math.ceil(frames / grid)
    count = math.ceil(blocks / max(1, longest // grid))
    starts = [blocks * number // count * grid for number in range(count)]
    return [range(start, stop) for start, stop in zip(starts, [*starts[1:], frames], strict=True)]


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
