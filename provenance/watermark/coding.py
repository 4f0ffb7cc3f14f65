"""From a 40-bit job code to 280 coded bits and back: keyed check, whitening, convolutional code, list Viterbi.

The word that goes into the code is 40 whitened code bits followed by a 24-bit keyed check. Whitening (an XOR
with a keyed hash of the check) gives neighbouring codes unrelated codewords; the check refuses what noise,
another key or another product put there: one random word in 2²⁴ passes. The LISTED likeliest words are checked.

Convolutional code: constraint length 7, rate 1/4, generators 117 127 155 171 octal (Lin & Costello, Error
Control Coding, best free distance for its length), terminated by six zeros.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt

from ..codes import CODE_BITS

FloatArray = npt.NDArray[np.float32]
BitArray = npt.NDArray[np.uint8]

CHECK_BITS = 24
WORD_BITS = CODE_BITS + CHECK_BITS
GENERATORS = (0o117, 0o127, 0o155, 0o171)
MEMORY = 6  # bits of the past that a coded bit depends on
STATES = 1 << MEMORY
LISTED = 64  # likeliest words that are put to the check; 8 lose as much as 0.3 dB less strength
STEPS = WORD_BITS + MEMORY
CODED_BITS = STEPS * len(GENERATORS)
CODEBOOK_CHUNK = 1 << 16  # codes encoded at once when a list is searched: 73 MB of float32


def encode(code: int, key: bytes) -> BitArray:
    """The coded bits of one job code, (CODED_BITS,) of 0 and 1."""
    coded: BitArray = _convolve(_words([code], key))[0]
    return coded


def decode(soft: FloatArray, key: bytes) -> int | None:
    """The job code behind soft coded bits, or None when the keyed check fails for all of the likeliest words.

    soft: (CODED_BITS,), positive where the bit is more likely 1; only ratios matter.
    """
    for word in _likeliest(soft.reshape(STEPS, len(GENERATORS))):
        check = word & ((1 << CHECK_BITS) - 1)
        code = (word >> CHECK_BITS) ^ _whitening(check, key)
        if check == _check(code, key):
            return code
    return None


def codebook(codes: Sequence[int], key: bytes) -> FloatArray:
    """Codewords as unit vectors, (len(codes), CODED_BITS), to correlate with soft bits."""
    signs = _convolve(_words(codes, key)).astype(np.float32) * 2 - 1
    return signs / np.float32(np.sqrt(CODED_BITS))


def chunks(codes: Iterator[int]) -> Iterator[list[int]]:
    """Split a list of any length so that its codebook stays small in memory."""
    while chunk := list(islice(codes, CODEBOOK_CHUNK)):
        yield chunk


def _check(code: int, key: bytes) -> int:
    digest = hashlib.blake2b(code.to_bytes(8, "big"), key=key, person=b"sitter-check", digest_size=CHECK_BITS // 8)
    return int.from_bytes(digest.digest(), "big")


def _whitening(check: int, key: bytes) -> int:
    digest = hashlib.blake2b(check.to_bytes(4, "big"), key=key, person=b"sitter-whiten", digest_size=CODE_BITS // 8)
    return int.from_bytes(digest.digest(), "big")


def _words(codes: Sequence[int], key: bytes) -> BitArray:
    """Whitened code and check as bits, most significant first, (n, WORD_BITS)."""
    rows = bytearray()
    for code in codes:
        check = _check(code, key)
        rows += (((code ^ _whitening(check, key)) << CHECK_BITS) | check).to_bytes(WORD_BITS // 8, "big")
    return np.unpackbits(np.frombuffer(bytes(rows), np.uint8).reshape(len(codes), -1), axis=1)


def _convolve(words: BitArray) -> BitArray:
    """Run the encoder over every word at once, (n, WORD_BITS) → (n, CODED_BITS)."""
    count = len(words)
    padded = np.zeros((count, MEMORY + STEPS), np.uint8)
    padded[:, MEMORY : MEMORY + WORD_BITS] = words
    coded = np.zeros((count, STEPS, len(GENERATORS)), np.uint8)
    for index, generator in enumerate(GENERATORS):
        for delay in range(MEMORY + 1):
            if generator >> delay & 1:
                coded[:, :, index] ^= padded[:, MEMORY - delay : MEMORY - delay + STEPS]
    return coded.reshape(count, CODED_BITS)


def _branch_signs() -> FloatArray:
    """±1 coded bits on the way into each state from its two predecessors, (2, STATES, 4)."""
    signs = np.empty((2, STATES, len(GENERATORS)), np.float32)
    for oldest in (0, 1):
        for state in range(STATES):
            register = oldest << MEMORY | state
            signs[oldest, state] = [2 * ((register & g).bit_count() & 1) - 1 for g in GENERATORS]
    return signs


_SIGNS = _branch_signs()
_FROM = np.array([[state >> 1 | oldest << MEMORY - 1 for state in range(STATES)] for oldest in (0, 1)])


def _likeliest(soft: FloatArray) -> list[int]:
    """The LISTED most likely words, best first, as numbers of WORD_BITS bits (parallel list Viterbi)."""
    metric = np.full((STATES, LISTED), -np.inf, np.float32)
    metric[0, 0] = 0.0
    survivors = np.empty((STEPS, STATES, LISTED), np.uint8)  # which way in, times LISTED, plus the rank there
    for step in range(STEPS):
        branch = _SIGNS @ soft[step]  # (2, STATES)
        ways = np.concatenate(
            [metric[way] + gain[:, None] for way, gain in zip(_FROM, branch, strict=True)], axis=1
        )
        best = np.argpartition(-ways, LISTED, axis=1)[:, :LISTED]
        survivors[step] = best
        metric = np.take_along_axis(ways, best, axis=1)
    return _traced(survivors, np.argsort(-metric[0], kind="stable"))


def _traced(survivors: BitArray, ranks: npt.NDArray[np.intp]) -> list[int]:
    """Follow the survivors of these ranks back from the final state."""
    states, words = np.zeros(len(ranks), np.intp), np.zeros(len(ranks), np.uint64)
    for step in range(STEPS - 1, -1, -1):
        if step < WORD_BITS:
            words |= (states & 1).astype(np.uint64) << np.uint64(WORD_BITS - 1 - step)
        ways, ranks = np.divmod(survivors[step, states, ranks].astype(np.intp), LISTED)
        states = _FROM[ways, states]
    return [int(word) for word in words]
