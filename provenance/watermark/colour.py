"""The colour mark: a keyed pattern in blue-yellow that confirms a code at the place where the naming mark lies.

It needs no template, no code words and no search: geometry and code come from the naming mark, and one correlation
says whether this code's own pattern lies there too. Portraits are smooth in colour and the eye is coarse in it, so
that a little goes far. Its signs come from a hash of key and code, unrelated to the naming mark's.

The pattern is multiplied by the picture's own structure, light spots against dark ones, and so belongs to this
picture: whoever lifts it and lays it on another picture brings the wrong signs. Where there is no structure, on a
plain backdrop, there is no colour mark that could be seen either.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import cv2
import numpy as np
from scipy import fft

from .coding import FloatArray
from .embed import Frame, luma
from .geometry import Place, Pyramid
from .pattern import FORMAT, TILE
from .residual import Filter
from .search import in_register

CELL = 12  # px, side of one patch: 6 px of a video's colour planes, which have half the resolution
SIDE = TILE // CELL
STRENGTH = 0.9  # levels of Cb, RMS, where the picture has structure
FINE, COARSE = 6.0, 24.0  # px, sigmas between which structure is looked for
CLEAR = 4.0  # levels of luma by which a spot stands out so that its sign is safe from any codec
EDGE = 0.30  # cells, Gaussian that rounds the patches' edges
BLUE = Filter(high_pass=8.0, window=25.0, noise=0.3, bounded=False)
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


def structure(bright: FloatArray, scale: float) -> FloatArray:
    """Where a picture is lighter (to +1) or darker (to −1) than around, (h, w); scale: of the picture."""
    fine = cv2.GaussianBlur(bright, (0, 0), max(FINE * scale, 0.3))
    height, width = bright.shape
    small = cv2.resize(fine, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    coarse = cv2.resize(cv2.GaussianBlur(small, (0, 0), max(COARSE * scale / 4, 0.3)), (width, height))
    signs: FloatArray = np.clip((fine - coarse) / np.float32(CLEAR), -1.0, 1.0)
    return signs


def change(pattern: FloatArray, small: Frame, width: int, height: int) -> FloatArray:
    """What to add to frames that look like `small`, (h, w, 3) levels; pattern: (h, w) at unit RMS."""
    signs = structure(luma(small), small.shape[1] / width)
    plane = cv2.resize(signs, (width, height), interpolation=cv2.INTER_LINEAR) * pattern
    added: FloatArray = plane[..., None] * INTO_RGB
    return added


def agreement(parts: Iterable[tuple[FloatArray, FloatArray]], place: Place, code: int, key: bytes) -> float:
    """How well the pattern of `code` fits at a place, in standard deviations over all other shifts.

    parts: stretches of the video, each as a whitened residual of `blue` planes through the filter BLUE and its mean
    luma, all of one size.
    """
    signed = sum(residual * structure(bright, place.scale) for residual, bright in parts)
    folded = in_register(Pyramid(np.asarray(signed, np.float32)).fold(place), place)
    plane = fft.irfft2(fft.rfft2(folded) * np.conj(fft.rfft2(tile(code, key))), s=(TILE, TILE))
    return float((plane[0, 0] - plane.mean()) / (plane.std() + 1e-12))
