"""The person as a premultiplied texture that gives the portrait back, bit by bit, when nothing moves."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from generation.types import FloatArray, Frame, Portrait

SCALE = 2  # texels per px; bilinear sampling of twice the resolution keeps sharpness under sub-pixel motion


def lossless(portrait: Portrait) -> FloatArray:
    """(2s, 2s, 4) float32 residual P = I − (1 − α)B over the plate B, with α in 0..1.

    Sampled in the middle of each 2 × 2 block it gives P exactly, so that P + (1 − α)B is the portrait itself.
    """
    matte = portrait.matte[..., None].astype(np.float32)
    residual = portrait.image - (1 - matte) * portrait.plate
    wanted = np.concatenate([residual, matte], 2).astype(np.float32)
    return _exact(np.concatenate([_fine_residual(portrait), _enlarge(matte)], 2), wanted)


def blank_blocks(texture: FloatArray, block: int) -> npt.NDArray[np.bool_]:
    """(ceil(h/b), ceil(w/b)) True where a block of texels, and the next row and column, hold nothing at all."""
    held = cv2.dilate((np.abs(texture).max(2) > 1e-3).astype(np.uint8), np.ones((3, 3), np.uint8))
    rows, columns = (-side % block for side in held.shape)
    padded = np.pad(held, ((0, rows), (0, columns)), mode="edge")
    blocks = padded.reshape(padded.shape[0] // block, block, padded.shape[1] // block, block)
    return np.asarray(blocks.max((1, 3)) == 0, np.bool_)


def fine_image(portrait: Portrait) -> FloatArray:
    """(2s, 2s, 3) the portrait at twice its size, whose 2 × 2 means are the portrait."""
    return _exact(_fine(portrait), portrait.image.astype(np.float32))


def _fine_residual(portrait: Portrait) -> FloatArray:
    matte, plate = _enlarge(portrait.matte[..., None].astype(np.float32)), _enlarge(portrait.plate)
    person = cv2.dilate((matte > 0).astype(np.float32), np.ones((5, 5)))[..., None]  # elsewhere the plate will do
    return np.asarray((_fine(portrait) - (1 - matte) * plate) * person, np.float32)


def _fine(portrait: Portrait) -> FloatArray:
    if portrait.texture.shape[0] == SCALE * portrait.size:
        return portrait.texture.astype(np.float32)
    return _enlarge(portrait.image)


def _enlarge(picture: Frame | FloatArray) -> FloatArray:
    side = SCALE * picture.shape[0]
    return np.asarray(
        cv2.resize(picture.astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC).reshape(side, side, -1),
        np.float32,
    )


def _exact(fine: FloatArray, coarse: FloatArray) -> FloatArray:
    """Shift each 2 × 2 block of `fine` so that its mean is `coarse`."""
    means = cv2.resize(fine, coarse.shape[1::-1], interpolation=cv2.INTER_AREA)
    return np.asarray(fine + np.repeat(np.repeat(coarse - means, SCALE, 0), SCALE, 1), np.float32)
