"""All marks on a stream of frames."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

import cv2
import numpy as np

from . import colour, rivagan
from .coding import FloatArray
from .embed import STRENGTH, Embedder, Frame, coloured, spread
from .pattern import Pattern

HOLD_S = 1.0  # seconds that one corroborating residual is held
LEAD = 0.5  # share of the hold by which its computation starts early, beside the stream


class Shaped(Protocol):
    """Anything with a shape: an array, a tensor."""

    @property
    def shape(self) -> Any: ...


Picture = TypeVar("Picture", bound=Shaped)


class Marker:
    """Marks the frames of one job with its 40-bit code.

    >>> for frame in Marker(code, key, 512, 512, fps=25.0).mark(frames): ...

    The result depends only on the arguments and the frames, never on timing.
    """

    def __init__(
        self, code: int, key: bytes, width: int, height: int, fps: float, *, strength: float = STRENGTH
    ) -> None:
        """code: 0..2⁴⁰−1; key: 16..64 bytes; width, height in px; strength: 1 for 43 dB, more survives more."""
        self._shape = (height, width, 3)
        self._strength = strength
        self._embedder = Embedder(Pattern(key).tile(code), width, height, strength)
        self._colour = colour.tile(code, key) * np.float32(colour.STRENGTH * strength)
        self._word = rivagan.word(code, key)
        self.hold = max(2, round(fps * HOLD_S))  # a film may be marked in pieces that begin at multiples of it
        self._lead = max(1, round(self.hold * LEAD))

    def context(self, start: int) -> tuple[int, ...]:
        """Which frames of a film must be known to mark those from `start` on, a multiple of `hold`."""
        return (0, start - self._lead) if start else ()

    def mark(self, frames: Iterable[Frame], *, earlier: Sequence[Frame] = ()) -> Iterator[Frame]:
        """Yield each frame with all marks; holds one frame at a time. ValueError on a frame of another size.

        A piece of a film is marked as in the whole if its first frame's number is a multiple of `hold`, and
        `earlier` are the frames of the film that `context` names.
        """
        for frame, plane, held in self.planned(frames, lambda frame: frame, earlier=earlier):
            yield self.mark_frame(frame, plane, held)

    def planned(
        self, frames: Iterable[Picture], seen: Callable[[Picture], Frame], *, earlier: Sequence[Picture] = ()
    ) -> Iterator[tuple[Picture, FloatArray, FloatArray]]:
        """Each frame with the naming pattern, (h, w), and the second layer, (h, w, 3), that `mark_frame` adds.

        For frames that are no arrays; `seen` makes one of them an array and is called a few times a second.
        """
        pending: Future[FloatArray] | None = None
        with ThreadPoolExecutor(1, thread_name_prefix="rivagan") as pool:
            for index, frame in enumerate(frames):
                if frame.shape != self._shape:
                    raise ValueError(f"Frame {index} has the shape {tuple(frame.shape)}, expected {self._shape}.")
                if index == 0:
                    first = seen(earlier[0] if earlier else frame)
                    shift = self._embedder.shift(first)
                    plane = self._embedder.plane(first, shift)
                    if earlier:
                        pending = pool.submit(self.corroboration, rivagan.shrink(seen(earlier[1])), shift)
                phase = index % self.hold
                if phase == 0:
                    held = pending.result() if pending else self.corroboration(rivagan.shrink(seen(frame)), shift)
                elif phase == self.hold - self._lead:
                    pending = pool.submit(self.corroboration, rivagan.shrink(seen(frame)), shift)
                yield frame, plane, held

    def plane(self, first: Frame) -> FloatArray:
        """The naming pattern for a video that begins with `first`, (h, w)."""
        return self._embedder.plane(first, self._embedder.shift(first))

    def corroboration(self, small: Frame, shift: tuple[int, int]) -> FloatArray:
        """The second layer for frames that look like `small` (from rivagan.shrink), (h, w, 3) levels."""
        height, width = self._shape[:2]
        change = rivagan.residual(small, self._word) * np.float32(self._strength)
        full: FloatArray = cv2.resize(change, (width, height), interpolation=cv2.INTER_CUBIC)
        full += colour.change(spread(np.roll(self._colour, shift, (0, 1)), width, height), small, width, height)
        return full

    def mark_frame(self, frame: Frame, plane: FloatArray, corroboration: FloatArray) -> Frame:
        """One frame with all marks, a new array. Pure: may run in any thread and order."""
        delta = self._embedder.delta(frame, plane)
        total = cv2.add(coloured(delta), corroboration)
        marked: Frame = cv2.add(frame, total, dtype=cv2.CV_8U)
        return marked
