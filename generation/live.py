"""A face that talks while its voice is heard: sound in, frames out, LOOK_AHEAD_S and a moment of work later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import tee
from queue import Full, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

import numpy as np

from generation.backdrop import KEPT, Backdrop
from generation.motion.live import LivePlanner
from generation.plan import cores
from generation.portrait.framing import Shot
from generation.prepare import Source
from generation.render import Renderer
from generation.shelf import Shelf
from generation.speech.live import BEAT_S, Listener
from generation.types import SAMPLE_RATE, Controls, FloatArray, Frame, Motion, Portrait

LATE_S = 0.3  # of motion that may wait to be painted; beyond, a live picture stands still to catch up
REMEMBERED_S = 1.2  # of motion that hair and lips look back on
WAITING_BEATS = 4  # of motion that are planned ahead of the painting of a recording
PATIENCE_S = 0.1  # between two looks whether anybody still wants the frames

Item = TypeVar("Item")


def motions(sound: Iterable[FloatArray], controls: Controls) -> Iterator[Motion]:
    """The motion of (n,) pieces of sound at 16 kHz, a few frames at a time, as soon as they can be known.

    A frame depends on the sound up to LOOK_AHEAD_S after its beginning and on nothing later. Raises InputRefused
    for controls out of their range.
    """
    listener, planner = Listener(), LivePlanner(controls)
    samples = done = 0
    for piece in sound:
        samples += len(piece)
        for planned in filter(None, map(planner.frames, listener.push(piece))):
            done += len(planned)
            yield planned
    left = round(samples / SAMPLE_RATE * controls.fps) - done
    for planned in filter(None, map(planner.frames, listener.finish())):
        if left > 0:
            yield part(planned, 0, left)
        left -= len(planned)


class Face:
    """A portrait, ready to be painted; what was seen in it is taken from the `shelf`, or kept there."""

    def __init__(
        self,
        portrait: bytes,
        shot: Shot,
        *,
        face_index: int | None = None,
        backdrop: Backdrop = KEPT,
        shelf: Shelf | None = None,
    ) -> None:
        source = Source(portrait, shot, face_index, shelf)
        self._stage = source.stage(backdrop)
        self._rig = source.rig(self._stage)
        self.width, self.height = (int(side) for side in self._stage.still.shape[1::-1])
        self.transparent = self._stage.transparent
        self.skipped = 0  # frames that repeat the one before because painting was late

    def frames(self, blocks: Iterable[Motion], *, late: Callable[[], bool] = lambda: False) -> Iterator[Frame]:
        """Paint the rows of consecutive pieces of a motion; while it is `late` the last picture stands."""
        copies = iter(tee(blocks, len(self._stage.portraits)))

        def paint(who: Portrait) -> Iterator[Frame]:
            return self._painted(Renderer(replace(self._rig, portrait=who)), next(copies), late)

        return self._stage.frames(paint)

    def _painted(self, renderer: Renderer, blocks: Iterable[Motion], late: Callable[[], bool]) -> Iterator[Frame]:
        past: Motion | None = None
        last: Frame | None = None
        for block in blocks:
            whole = joined(past, block) if past else block
            first = len(whole) - len(block)
            if last is not None and late():
                self.skipped += len(block)
                for _ in range(len(block)):
                    yield last
            else:
                for last in renderer.frames(whole, workers=min(cores(), len(block)), rows=range(first, len(whole))):
                    yield last
            past = part(whole, max(0, len(whole) - round(REMEMBERED_S * whole.fps)), len(whole))


@dataclass(frozen=True)
class _Fault:
    reason: BaseException


class Ahead(Generic[Item]):
    """Items that a thread of its own makes while others are used."""

    def __init__(self, source: Iterable[Item], *, limit: int) -> None:
        """`limit` items wait at most, 0 for any number."""
        self._waiting: Queue[Item | _Fault | None] = Queue(limit)
        self._unwanted = Event()
        Thread(target=self._make, args=(source,), daemon=True, name="ahead").start()

    def __len__(self) -> int:
        return self._waiting.qsize()

    def __iter__(self) -> Iterator[Item]:
        try:
            while (item := self._waiting.get()) is not None:
                if isinstance(item, _Fault):
                    raise item.reason
                yield item
        finally:
            self._unwanted.set()

    def _make(self, source: Iterable[Item]) -> None:
        try:
            for item in source:
                if not self._put(item):
                    return
            self._put(None)
        except BaseException as reason:  # noqa: BLE001  # whoever takes the items shall have it
            self._put(_Fault(reason))

    def _put(self, item: Item | _Fault | None) -> bool:
        while not self._unwanted.is_set():
            try:
                self._waiting.put(item, timeout=PATIENCE_S)
            except Full:
                continue
            return True
        return False


def falls_behind(waiting: Ahead[Motion]) -> Callable[[], bool]:
    """Whether more than LATE_S of motion waits to be painted."""
    return lambda: len(waiting) * BEAT_S > LATE_S


def joined(before: Motion, after: Motion) -> Motion:
    """Two consecutive pieces of one motion as one."""
    return Motion(
        before.fps,
        np.concatenate([before.coefficients, after.coefficients]),
        np.concatenate([before.head, after.head]),
        np.concatenate([before.gaze, after.gaze]),
        np.concatenate([before.breath, after.breath]),
    )


def part(whole: Motion, first: int, last: int) -> Motion:
    """The frames from `first` to before `last`."""
    cut = slice(first, last)
    return Motion(whole.fps, whole.coefficients[cut], whole.head[cut], whole.gaze[cut], whole.breath[cut])
