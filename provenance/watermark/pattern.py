"""The keyed tile: what is added to every frame, and what a detector looks for.

One tile is 192 × 192 px of 6-px chips. A sync template, by which a detector finds scale, rotation and shift, has a
quarter of its energy; the rest carries the coded bits, each spread over three or four chips. A key has several
families of template and bit layout, and a job's code decides by a keyed hash which one it gets: whoever learns one
video's pattern has learnt nothing about the videos of the other families. All keyed choices come from SHAKE-256,
so that a mark can be read for as long as the key is kept, whatever library versions come.
"""

from __future__ import annotations

import hashlib
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from . import coding
from .coding import FloatArray

TILE = 192  # px, period of the pattern
CHIP = 6  # px, side of one chip; 4 px is lost at CRF 36 and 192 px, 8 px in crops (see docs/provenance.md)
SIDE = TILE // CHIP  # chips
CELLS = SIDE**2
SYNC_SHARE = 0.27  # of the energy; measured: less loses rotated copies and busy pictures, more loses payload
FAMILIES = 8  # of template and layout under one key; a search costs in proportion
CHIP_SMOOTHING = 0.30  # chips, Gaussian that rounds the chips' edges
READ_SMOOTHING = 0.35  # chips, Gaussian matched filter of the reader
MIN_KEY_BYTES = 16
FORMAT = b"sitter.tss.2/"


class Pattern:
    """The tiles of one key."""

    def __init__(self, key: bytes) -> None:
        if not MIN_KEY_BYTES <= len(key) <= hashlib.blake2b.MAX_KEY_SIZE:
            raise ValueError(f"A watermark key has {MIN_KEY_BYTES} to {hashlib.blake2b.MAX_KEY_SIZE} bytes.")
        self.key = key
        self._sync = [_signs(key, b"sync%d" % number) for number in range(FAMILIES)]  # (CELLS,) each
        self._spread = [_signs(key, b"spread%d" % number) for number in range(FAMILIES)]
        self._place = [_places(key, b"place%d" % number) for number in range(FAMILIES)]

    def family(self, code: int) -> int:
        """Which of the key's families a job's mark belongs to, 0..FAMILIES − 1."""
        digest = hashlib.blake2b(code.to_bytes(8, "big"), key=self.key, person=b"sitter-family", digest_size=2)
        return int.from_bytes(digest.digest(), "big") % FAMILIES

    def tile(self, code: int) -> FloatArray:
        """The pattern of one job, (TILE, TILE), unit RMS."""
        family = self.family(code)
        bits = coding.encode(code, self.key).astype(np.float32) * 2 - 1
        payload = self._spread[family] * bits[self._place[family]]
        return _smooth(np.sqrt(SYNC_SHARE) * self._sync[family] + np.sqrt(1 - SYNC_SHARE) * payload)

    @cached_property
    def templates(self) -> FloatArray:
        """The sync templates alone, (FAMILIES, TILE, TILE), unit RMS."""
        return np.stack([_smooth(sync) for sync in self._sync])

    def soft_bits(self, tile: FloatArray, family: int) -> FloatArray:
        """Read a tile that lies in register: (TILE, TILE) → (CODED_BITS,), positive for 1."""
        sync, spread, place = self._sync[family], self._spread[family], self._place[family]
        padded = np.pad(tile, CHIP, "wrap")
        matched = cv2.GaussianBlur(padded, (0, 0), CHIP * READ_SMOOTHING)[CHIP:-CHIP, CHIP:-CHIP]
        middle = slice(CHIP // 2 - 1, CHIP // 2 + 1)
        chips = matched.reshape(SIDE, CHIP, SIDE, CHIP)[:, middle, :, middle].mean((1, 3)).ravel()
        chips = chips - chips.mean()
        chips -= sync * np.mean(chips * sync)
        sums = np.bincount(place, weights=chips * spread, minlength=coding.CODED_BITS)
        return sums.astype(np.float32)


def _stream(key: bytes, label: bytes, size: int) -> bytes:
    """`size` bytes that only the key's holder can predict, its own for each label."""
    return hashlib.shake_256(FORMAT + label + b"/" + key).digest(size)


def _signs(key: bytes, label: bytes) -> FloatArray:
    bits = np.unpackbits(np.frombuffer(_stream(key, label, CELLS // 8), np.uint8))
    return bits.astype(np.float32) * 2 - 1


def _places(key: bytes, label: bytes) -> npt.NDArray[np.intp]:
    """A keyed order of the coded bits, again and again until every chip carries one."""
    rounds = -(-CELLS // coding.CODED_BITS)
    words = np.frombuffer(_stream(key, label, rounds * coding.CODED_BITS * 8), ">u8")
    return np.argsort(words.reshape(rounds, -1), axis=1, kind="stable").ravel()[:CELLS]


def _smooth(cells: FloatArray) -> FloatArray:
    """Chips → a tile with soft edges that repeats without a seam, unit RMS."""
    chips = np.kron(cells.reshape(SIDE, SIDE), np.ones((CHIP, CHIP))).astype(np.float32)
    pad = 2 * CHIP
    soft = cv2.GaussianBlur(np.pad(chips, pad, "wrap"), (0, 0), CHIP * CHIP_SMOOTHING)[pad:-pad, pad:-pad]
    return np.ascontiguousarray(soft / soft.std(), dtype=np.float32)
