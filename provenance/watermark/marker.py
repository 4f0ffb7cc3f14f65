"""Both marks on a stream of frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import cv2
import numpy as np

from . import rivagan
from .coding import FloatArray
from .embed import STRENGTH, Embedder, Frame
from .pattern import Pattern

HOLD_S = 1.0  # seconds that one corroborating residual is held
LEAD = 0.5  # share of the hold by which its computation starts early, beside the stream


class Marker:
    """Marks the frames of one job with its 40-bit code.

    >>> for frame in Marker(code, key, 512, 512, fps=25.0).mark(frames): ...

    The result depends only on the arguments and the frames, never on timing.
    """

    def __init__(
        self, code: int, key: bytes, width: int, height: int, fps: float, *, strength: float = STRENGTH
    ) -> None:
        """code: 0..2⁴⁰−1; key: 16..64 bytes; width, height in px; strength: of the naming mark."""
        self._shape = (height, width, 3)
        self._embedder = Embedder(Pattern(key).tile(code), width, height, strength)
        self._word = rivagan.word(code, key)
        self.hold = max(2, round(fps * HOLD_S))  # a film may be marked in pieces that begin at multiples of it
        self._lead = max(1, round(self.hold * LEAD))

    def context(self, start: int) -> tuple[int, ...]:
        """Which frames of a film must be known to mark those from `start` on, a multiple of `hold`."""
        return (start - self._lead,) if start else ()

    def mark(self, frames: Iterable[Frame], *, earlier: Sequence[Frame] = ()) -> Iterator[Frame]:
        """Yield each frame with both marks; holds one frame at a time. ValueError on a frame of another size.

        A piece of a film is marked as in the whole if its first frame's number is a multiple of `hold` and `earlier`
        are the frames of the film that `context` names.
        """
        held = np.zeros((1, 1, 3), np.float32)
        with ThreadPoolExecutor(1, thread_name_prefix="rivagan") as pool:
            pending: Future[FloatArray] | None = None
            if earlier:
                pending = pool.submit(self.corroboration, rivagan.shrink(earlier[0]))
            for index, frame in enumerate(frames):
                if frame.shape != self._shape:
                    raise ValueError(f"Frame {index} has the shape {frame.shape}, expected {self._shape}.")
                phase = index % self.hold
                if phase == 0:
                    held = pending.result() if pending else self.corroboration(rivagan.shrink(frame))
                elif phase == self.hold - self._lead:
                    pending = pool.submit(self.corroboration, rivagan.shrink(frame))
                yield self.mark_frame(frame, held)

    def corroboration(self, small: Frame) -> FloatArray:
        """The second layer's residual for frames that look like `small` (from rivagan.shrink), (h, w, 3) levels."""
        height, width = self._shape[:2]
        change = rivagan.residual(small, self._word)
        full: FloatArray = cv2.resize(change, (width, height), interpolation=cv2.INTER_CUBIC)
        return full

    def mark_frame(self, frame: Frame, corroboration: FloatArray) -> Frame:
        """One frame with both marks, a new array. Pure: may run in any thread and order."""
        delta = self._embedder.delta(frame)
        total = cv2.add(cv2.merge((delta, delta, delta)), corroboration)
        marked: Frame = cv2.add(frame, total, dtype=cv2.CV_8U)
        return marked
