"""The colour mark: a keyed pattern in blue-yellow that confirms a code at the place where the naming mark lies.

It needs no template, no code words and no search: geometry and code come from the naming mark, and one correlation
says whether this code's own pattern lies there too. Portraits are smooth in colour and the eye is coarse in it, so
that a little goes far. Its signs come from a hash of key and code, unrelated to the naming mark's.
"""

from __future__ import annotations

import hashlib

import cv2
import numpy as np
from scipy import fft

from .coding import FloatArray
from .embed import Frame
from .geometry import Place, Pyramid
from .pattern import FORMAT, TILE
from .residual import Filter
from .search import in_register

CELL = 12  # px, side of one patch: 6 px of a video's colour planes, which have half the resolution
SIDE = TILE // CELL
STRENGTH = 0.7  # levels of Cb, RMS; 50.9 dB by itself
EDGE = 0.30  # cells, Gaussian that rounds the patches' edges
BLUE = Filter(high_pass=8.0, window=25.0, noise=0.3)
INTO_RGB = np.array([0.0, -0.344, 1.772], np.float32)  # levels of R, G, B per level of Cb (ITU-R BT.601)
FROM_RGB = np.array([[-0.1687, -0.3313, 0.5]], np.float32)


def tile(code: int, key: bytes) -> FloatArray:
    """One job's pattern, (TILE, TILE) levels of Cb at unit RMS."""
    label = FORMAT + b"colour/" + code.to_bytes(8, "big") + key
    bits = np.unpackbits(np.frombuffer(hashlib.shake_256(label).digest(SIDE**2 // 8), np.uint8))
    cells = bits.astype(np.float32).reshape(SIDE, SIDE) * 2 - 1
    pad = 2 * CELL
    wrapped = np.pad(np.kron(cells - cells.mean(), np.ones((CELL, CELL), np.float32)), pad, "wrap")
    soft = cv2.GaussianBlur(wrapped, (0, 0), CELL * EDGE)[pad:-pad, pad:-pad]
    return np.ascontiguousarray(soft / soft.std(), dtype=np.float32)


def blue(frame: Frame) -> FloatArray:
    """The blue-yellow plane of a frame, (h, w) levels of Cb around 0."""
    plane: FloatArray = cv2.transform(frame.astype(np.float32), FROM_RGB)
    return plane


def agreement(residual: FloatArray, place: Place, code: int, key: bytes) -> float:
    """How well the pattern of `code` fits at a place, in standard deviations over all other shifts.

    residual: whitened, of `blue` planes through the filter BLUE.
    """
    folded = in_register(Pyramid(residual).fold(place), place)
    plane = fft.irfft2(fft.rfft2(folded) * np.conj(fft.rfft2(tile(code, key))), s=(TILE, TILE))
    return float((plane[0, 0] - plane.mean()) / (plane.std() + 1e-12))
