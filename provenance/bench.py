"""What marking costs and how far it changes the picture, on frames made here."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice

import cv2
import numpy as np

from .watermark.coding import FloatArray
from .watermark.embed import Embedder, Frame, coloured
from .watermark.marker import Marker
from .watermark.pattern import Pattern

CODE, KEY, SEED = 0x5AC391E742, b"a key for measuring only, 32 B.", 7
FPS = 25.0
DISTINCT_FRAMES = 50  # made before the clock starts, then repeated


@dataclass(frozen=True)
class Cost:
    """CPU milliseconds a frame, on all threads of this process, and fidelity."""

    frames: int
    naming_ms: float  # the spread spectrum alone
    both_ms: float  # both layers, the second one's network included
    naming_psnr_db: float
    both_psnr_db: float


def measure(size: int = 512, seconds: float = 10.0) -> Cost:
    """Mark `seconds` of moving texture of size × size px."""
    count = max(1, round(seconds * FPS))
    source = list(moving_texture(min(count, DISTINCT_FRAMES), size))
    marker = Marker(CODE, KEY, size, size, FPS)
    embedder = Embedder(Pattern(KEY).tile(CODE), size, size)
    plane = marker.plane(source[0])
    list(marker.mark(source[:2]))  # loads the network
    start = time.process_time()
    named = [_named(embedder, frame, plane) for frame in source]
    naming = (time.process_time() - start) / len(source)
    start = time.process_time()
    stream = enumerate(marker.mark(islice(cycle(source), count)))
    marked = [frame for index, frame in stream if index < len(source)]
    both = (time.process_time() - start) / count
    return Cost(count, naming * 1e3, both * 1e3, _psnr(source, named), _psnr(source, marked))


def moving_texture(count: int, size: int) -> Iterator[Frame]:
    """Smooth shapes, grain here and there and a slow sway: about a portrait's mix of flat and busy areas."""
    rng = np.random.default_rng(SEED)
    side = size + 32

    def smooth(low: float, high: float, shape: tuple[int, ...]) -> FloatArray:
        knots = rng.uniform(low, high, shape).astype(np.float32)
        plane: FloatArray = cv2.resize(knots, (side, side), interpolation=cv2.INTER_CUBIC)
        return plane

    grain = cv2.GaussianBlur(rng.normal(0, 60, (side, side, 3)).astype(np.float32), (0, 0), 2.0)
    picture = smooth(40, 220, (6, 6, 3)) + grain * np.clip(smooth(0, 1, (5, 5)), 0, 1)[..., None]
    for index in range(count):
        x, y = (round(16 + 12 * np.sin(index / rate)) for rate in (9.0, 13.0))
        yield np.clip(picture[y : y + size, x : x + size], 0, 255).astype(np.uint8)


def _named(embedder: Embedder, frame: Frame, plane: FloatArray) -> Frame:
    delta = embedder.delta(frame, plane)
    marked: Frame = cv2.add(frame, coloured(delta), dtype=cv2.CV_8U)
    return marked


def _psnr(before: list[Frame], after: list[Frame]) -> float:
    """Mean over the frames, dB."""
    errors = [np.mean((a.astype(np.float32) - b) ** 2) for a, b in zip(before, after, strict=True)]
    return float(np.mean(10 * np.log10(255**2 / np.array(errors))))
