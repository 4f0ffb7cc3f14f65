"""The keyed tile: what is added to every frame, and what a detector looks for.

One tile is 128 × 128 px of 4-px chips. 40 % of its energy is a sync template, the same for every video under one
key, by which a detector finds scale, rotation and shift; 60 % carries the coded bits, each spread over three or
four chips. All keyed choices come from SHAKE-256, so that a mark can be read for as long as the key is kept,
whatever library versions come.
"""

from __future__ import annotations

import hashlib
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from . import coding
from .coding import FloatArray

TILE = 128  # px, period of the pattern
CHIP = 4  # px, side of one chip: coarse enough for CRF 28 and half size, too fine to see
CELLS = (TILE // CHIP) ** 2
SYNC_SHARE = 0.4  # of the energy; measured: less loses rotated copies, more loses payload
CHIP_SMOOTHING = 0.30  # chips, Gaussian that rounds the chips' edges
READ_SMOOTHING = 0.35  # chips, Gaussian matched filter of the reader
MIN_KEY_BYTES = 16


class Pattern:
    """The tile of one key."""

    def __init__(self, key: bytes) -> None:
        if not MIN_KEY_BYTES <= len(key) <= hashlib.blake2b.MAX_KEY_SIZE:
            raise ValueError(f"A watermark key has {MIN_KEY_BYTES} to {hashlib.blake2b.MAX_KEY_SIZE} bytes.")
        self.key = key
        self._sync = _signs(key, b"sync")  # (CELLS,)
        self._spread = _signs(key, b"spread")  # (CELLS,)
        self._place = _places(key)  # (CELLS,) which coded bit a chip carries

    def tile(self, code: int) -> FloatArray:
        """The pattern of one job, (TILE, TILE), unit RMS."""
        bits = coding.encode(code, self.key).astype(np.float32) * 2 - 1
        payload = self._spread * bits[self._place]
        return _smooth(np.sqrt(SYNC_SHARE) * self._sync + np.sqrt(1 - SYNC_SHARE) * payload)

    @cached_property
    def template(self) -> FloatArray:
        """The sync template alone, (TILE, TILE), unit RMS."""
        return _smooth(self._sync)

    def soft_bits(self, tile: FloatArray) -> FloatArray:
        """Read a tile that lies in register: (TILE, TILE) → (CODED_BITS,), positive for 1."""
        padded = np.pad(tile, CHIP, "wrap")
        matched = cv2.GaussianBlur(padded, (0, 0), CHIP * READ_SMOOTHING)[CHIP:-CHIP, CHIP:-CHIP]
        middle = slice(CHIP // 2 - 1, CHIP // 2 + 1)
        side = TILE // CHIP
        chips = matched.reshape(side, CHIP, side, CHIP)[:, middle, :, middle].mean((1, 3)).ravel()
        chips = chips - chips.mean()
        chips -= self._sync * np.mean(chips * self._sync)
        sums = np.bincount(self._place, weights=chips * self._spread, minlength=coding.CODED_BITS)
        return sums.astype(np.float32)


def _stream(key: bytes, label: bytes, size: int) -> bytes:
    """`size` bytes that only the key's holder can predict, its own for each label."""
    return hashlib.shake_256(b"sitter.tss.1/" + label + b"/" + key).digest(size)


def _signs(key: bytes, label: bytes) -> FloatArray:
    bits = np.unpackbits(np.frombuffer(_stream(key, label, CELLS // 8), np.uint8))
    return bits.astype(np.float32) * 2 - 1


def _places(key: bytes) -> npt.NDArray[np.intp]:
    """A keyed order of the coded bits, again and again until every chip carries one."""
    rounds = -(-CELLS // coding.CODED_BITS)
    words = np.frombuffer(_stream(key, b"place", rounds * coding.CODED_BITS * 8), ">u8")
    return np.argsort(words.reshape(rounds, -1), axis=1, kind="stable").ravel()[:CELLS]


def _smooth(cells: FloatArray) -> FloatArray:
    """Chips → a tile with soft edges that repeats without a seam, unit RMS."""
    side = TILE // CHIP
    chips = np.kron(cells.reshape(side, side), np.ones((CHIP, CHIP))).astype(np.float32)
    pad = 2 * CHIP
    soft = cv2.GaussianBlur(np.pad(chips, pad, "wrap"), (0, 0), CHIP * CHIP_SMOOTHING)[pad:-pad, pad:-pad]
    return np.ascontiguousarray(soft / soft.std(), dtype=np.float32)
