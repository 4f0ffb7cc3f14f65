"""How often is a code read where none of ours is: crops of unmarked and of differently keyed video."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from .. import media
from ..codes import CODE_BITS
from ..watermark import Frame
from ..watermark.coding import FloatArray
from ..watermark.detect import Hit, Search, detect
from ..watermark.embed import Embedder, coloured, luma
from ..watermark.pattern import Pattern
from ..watermark.residual import Residual, whitened
from .processes import pool
from .study import KEY, SEED, Progress

FRAMES = 6  # taken from each file
SIDES = (0.35, 1.0)  # of a crop, shares of the picture
SCALES = (0.5, 1.6)  # to which it is enlarged
EVERYTHING_EVERY = 20  # searches that include rotations, stretching and windows; the others try every scale
MARKED_EVERY = 2  # crops that carry the mark of another key
LISTED = 10_000
FOREIGN_KEY = b"the key of another site, 32 B..."


@dataclass(frozen=True)
class FalseAlarms:
    """How many searches accepted a code that was not there, and the 95 % bound on their share (rule of three)."""

    searches: int
    accepted: int
    highest_sync: float  # standard deviations of the best trace of a template
    bound: float | None  # None when some were accepted

    @property
    def sentence(self) -> str:
        """The result for people."""
        found = f"{self.accepted} of {self.searches} searches of foreign pictures accepted a code"
        if self.bound is None:
            return f"{found}."
        return f"{found}: with 95 % confidence fewer than {self.bound:.2%} do."


def count(files: Sequence[Path], searches: int, *, progress: Progress = lambda d, t, w: None) -> FalseAlarms:
    """Search crops of the files, some of them marked with another key, each under a key and list of its own."""
    pictures = [_frames(Path(file)) for file in files]
    scores, accepted = [], 0
    with pool() as workers:
        jobs = [workers.submit(_search, pictures[n % len(pictures)], n) for n in range(searches)]
        for done, finished in enumerate(as_completed(jobs), start=1):
            score, hit = finished.result()
            scores.append(score)
            accepted += hit
            progress(done, searches, f"{accepted} accepted")
    return FalseAlarms(searches, accepted, round(max(scores), 2), None if accepted else 3 / searches)


def _frames(file: Path) -> list[Frame]:
    video = media.probe(file)
    length = video.duration_s or 1.0
    return list(media.frames(video, start_s=0.0, length_s=length, count=FRAMES))


def _search(frames: list[Frame], number: int) -> tuple[float, bool]:
    cv2.setNumThreads(1)
    rng = np.random.default_rng((SEED, number))
    key = KEY[:-4] + number.to_bytes(4, "big")
    codes = [int(code) for code in rng.integers(0, 1 << CODE_BITS, LISTED)]
    shown: Iterator[Frame] = iter(frames)
    if number // 2 % MARKED_EVERY:
        shown = _foreign(frames, codes[0])
    search = Search.EVERYTHING if number % EVERYTHING_EVERY == 0 else Search.UPRIGHT
    mark = detect(_crop(shown, frames[0].shape, rng), Pattern(key), codes, search)
    return mark.place.score if isinstance(mark, Hit) else mark.score, isinstance(mark, Hit)


def _foreign(frames: list[Frame], code: int) -> Iterator[Frame]:
    """The frames with the naming mark of another key."""
    height, width = frames[0].shape[:2]
    embedder = Embedder(Pattern(FOREIGN_KEY).tile(code), width, height)
    plane = embedder.plane(frames[0], embedder.shift(frames[0]))
    for frame in frames:
        delta = embedder.delta(frame, plane)
        yield cv2.add(frame, coloured(delta), dtype=cv2.CV_8U)


def _crop(frames: Iterator[Frame], shape: tuple[int, ...], rng: np.random.Generator) -> FloatArray:
    """The residual of a random rectangle at a random size."""
    height, width = shape[:2]
    high, wide = (int(side * rng.uniform(*SIDES)) for side in (height, width))
    y, x = rng.integers(0, height - high + 1), rng.integers(0, width - wide + 1)
    scale = rng.uniform(*SCALES)
    residual = Residual()
    for frame in frames:
        part = np.ascontiguousarray(frame[y : y + high, x : x + wide])
        residual.add(luma(cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)))
    return whitened([residual])
