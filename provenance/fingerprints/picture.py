"""Difference hashes of frames (dHash, 16 × 16 bits): copies differ in few bits, other portraits in about a hundred.

A mirrored, turned or strongly cropped copy has another hash; `mirrored` makes that of a mirrored one.
"""

from __future__ import annotations

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 16  # bits
BYTES = SIDE * SIDE // 8

Hash = NDArray[np.uint8]  # (…, BYTES)


def picture_hash(frame: NDArray[np.uint8]) -> Hash:
    """(BYTES,) of an RGB frame of any size."""
    return np.packbits(imagehash.dhash(Image.fromarray(frame), hash_size=SIDE).hash)


def mirrored(hashes: Hash) -> Hash:
    """The hashes of the mirrored frames: columns in reverse order, every difference the other way."""
    bits = np.unpackbits(hashes, axis=-1).reshape(*hashes.shape[:-1], SIDE, SIDE)
    return np.packbits((1 - bits[..., ::-1]).reshape(*hashes.shape[:-1], -1), axis=-1)


def typical(hashes: Hash) -> Hash:
    """(BYTES,): what most of the (n, BYTES) hashes say, bit by bit."""
    return np.packbits(np.unpackbits(hashes, axis=-1).mean(axis=0) > 0.5)


def distance(one: Hash, others: Hash) -> NDArray[np.intp]:
    """Bits in which they differ, 0 … 256, by numpy's rules of broadcasting."""
    apart: NDArray[np.intp] = np.bitwise_count(np.bitwise_xor(one, others)).sum(axis=-1, dtype=np.intp)
    return apart
