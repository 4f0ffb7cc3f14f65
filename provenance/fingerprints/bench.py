"""How long it takes to find one among many videos, with prints made up at random."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from .index import Index, key_words
from .picture import BYTES
from .prints import Prints

WORDS, PICTURES = 60, 20  # of a video of ten seconds
SEED, ROUNDS = 3, 20


@dataclass(frozen=True)
class Query:
    """Milliseconds by the clock: median and worst of some queries, and what building took."""

    videos: int
    build_s: float
    memory_mb: float
    median_ms: float
    worst_ms: float
    found: int  # of as many queries, each for a copy with a tenth of its bits changed


def measure(videos: int) -> Query:
    """Build an index of so many videos and ask it for copies of some of them."""
    rng = np.random.default_rng(SEED)
    hashes = rng.integers(0, 256, (videos, BYTES), dtype=np.uint8)
    words = rng.integers(0, 2**32, videos * WORDS // 2, dtype=np.uint32)  # the half that is kept
    owners = np.repeat(np.arange(videos, dtype=np.uint32), WORDS // 2)
    started = time.perf_counter()
    index = Index(hashes, words, owners)
    build_s = time.perf_counter() - started
    spent, found = [], 0
    for number in rng.integers(0, videos, ROUNDS):
        copy = np.unpackbits(hashes[number]) ^ (rng.random(8 * BYTES) < 0.1)
        suspect = Prints(np.repeat(np.packbits(copy)[None], PICTURES, axis=0), key_words(words[owners == number]))
        started = time.perf_counter()
        candidates = index.candidates(suspect)
        spent.append(1e3 * (time.perf_counter() - started))
        found += any(candidate.number == number for candidate in candidates)
    memory_mb = (hashes.nbytes + words.nbytes + owners.nbytes) / 2**20
    return Query(videos, build_s, memory_mb, float(np.median(spent)), max(spent), found)
