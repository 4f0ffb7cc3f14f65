"""Moved skin before its background for a batch: what `render.raster` does pixel by pixel."""

from __future__ import annotations

import torch
from torch import Tensor

from generation.render.batched.canvas import rounded, sampled
from generation.render.raster import EDGE_JUMP


def paint(texture: Tensor, plate: Tensor, flow: Tensor, scale: int, tint: Tensor) -> Tensor:
    """Sample premultiplied RGBA `texture` (1, 4, k·s, k·s) at `flow` (b, s, s, 3) over the `plate` (s, s, 3).

    As `raster.paint`: `scale` is k, `tint` (3,) the share of a change in light that each channel takes.
    Returns (b, s, s, 3) uint8.
    """
    last = texture.shape[-1] - 1.001
    places = (flow[..., :2] * scale + (0.5 * scale - 0.5)).clip(0, last)
    person = sampled(texture, places, "border").permute(0, 2, 3, 1)
    gain = 1 + (flow[..., 2:] - 1) * tint
    return rounded(person[..., :3] * gain + (1 - person[..., 3:]) * plate)


def soften_edges(flow: Tensor, frames: Tensor) -> Tensor:
    """Frames (b, s, s, 3) smoothed where one part of the mesh hides another, as `raster.soften_edges`."""
    place = flow[..., :2]
    jump, inner = float(EDGE_JUMP), place[:, 1:-1, 1:-1]
    across = (place[:, 1:-1, 2:] - inner).abs().sum(-1) >= jump  # (b, s − 2, s − 2)
    down = (place[:, 2:, 1:-1] - inner).abs().sum(-1) >= jump
    edge = across | down
    edge[:, :, 1:] |= across[:, :, :-1]
    edge[:, 1:] |= down[:, :-1]
    levels = frames.to(torch.int16)
    rows = levels[:, :-2] + 2 * levels[:, 1:-1] + levels[:, 2:]
    smooth = (rows[:, :, :-2] + 2 * rows[:, :, 1:-1] + rows[:, :, 2:] + 8) // 16
    softened = frames.clone()
    softened[:, 1:-1, 1:-1] = smooth.to(torch.uint8).where(edge[..., None], frames[:, 1:-1, 1:-1])
    return softened
