"""What marking costs and how far it changes the picture, on frames made here."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from .watermark.embed import Embedder, Frame
from .watermark.marker import Marker
from .watermark.pattern import Pattern

CODE, KEY, SEED = 0x5AC391E742, b"a key for measuring only, 32 B.", 7
FPS = 25.0


@dataclass(frozen=True)
class Cost:
    """CPU milliseconds a frame, on one thread, and fidelity."""

    frames: int
    naming_ms: float  # the spread spectrum alone
    both_ms: float  # both layers, the second one's network included
    naming_psnr_db: float
    both_psnr_db: float


def measure(size: int = 512, seconds: float = 10.0) -> Cost:
    """Mark `seconds` of moving texture of size × size px."""
    count = max(1, round(seconds * FPS))
    source = list(moving_texture(min(count, 50), size))
    marker = Marker(CODE, KEY, size, size, FPS)
    embedder = Embedder(Pattern(KEY).tile(CODE), size, size)
    list(marker.mark(source[:2]))  # load the network
    start = time.process_time()
    named = [_named(embedder, frame) for frame in source]
    naming = (time.process_time() - start) / len(source)
    start = time.process_time()
    both_db = [
        _psnr(source[i % len(source)], f) for i, f in enumerate(marker.mark(_repeat(source, count))) if i < 50
    ]
    both = (time.process_time() - start) / count
    return Cost(
        count,
        naming * 1e3,
        both * 1e3,
        float(np.mean([_psnr(a, b) for a, b in zip(source, named, strict=True)])),
        float(np.mean(both_db)),
    )


def moving_texture(count: int, size: int) -> Iterator[Frame]:
    """Smooth shapes, fine grain and a slow sway: about a portrait's mix of flat and busy areas."""
    rng = np.random.default_rng(SEED)
    side = size + 32
    coarse = cv2.resize(
        rng.uniform(40, 220, (6, 6, 3)).astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC
    )
    detail = cv2.GaussianBlur(rng.normal(0, 60, (side, side, 3)).astype(np.float32), (0, 0), 2.0)
    busy = cv2.resize(rng.uniform(0, 1, (5, 5)).astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC)
    picture = coarse + detail * np.clip(busy, 0, 1)[..., None]
    for index in range(count):
        x, y = (round(16 + 12 * np.sin(index / rate)) for rate in (9.0, 13.0))
        yield np.clip(picture[y : y + size, x : x + size], 0, 255).astype(np.uint8)


def _named(embedder: Embedder, frame: Frame) -> Frame:
    delta = embedder.delta(frame)
    marked: Frame = cv2.add(frame, cv2.merge((delta, delta, delta)), dtype=cv2.CV_8U)
    return marked


def _repeat(frames: list[Frame], count: int) -> Iterator[Frame]:
    return (frames[index % len(frames)] for index in range(count))


def _psnr(before: Frame, after: Frame) -> float:
    error = np.mean((before.astype(np.float32) - after) ** 2)
    return float(10 * np.log10(255**2 / error))
