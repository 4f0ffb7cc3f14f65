"""A batch of frames on a device, as layers see it."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as nn
from torch import Tensor

from generation.render.batched.stacking import Windows
from generation.render.batched.store import Store
from generation.render.canvas import Affine, Beyond
from generation.types import FloatArray

PADDING = {"edge": "border", "nothing": "zeros"}  # torch's names


class BatchCanvas:
    """Frames (b, s, s, 3) uint8 that are painted in place, and their flow (b, s, s, 3) float32.

    Windows are those of `stacking`, and planes have the batch's frames that a layer is planned for in front.
    """

    exp, sqrt = staticmethod(torch.exp), staticmethod(torch.sqrt)
    maximum, minimum = staticmethod(torch.maximum), staticmethod(torch.minimum)

    def __init__(self, frames: Tensor, flow: Tensor, store: Store) -> None:
        self._frames, self._flow, self._store = frames, flow, store

    def flow(self, area: Any) -> Tensor:
        return self._flow[self._where(area)]

    def rows(self, area: Any) -> Tensor:
        top: Tensor = area.y0[:, None, None]
        return top + self._count(area.height)[:, None]

    def filled(self, area: Any, colour: FloatArray) -> Tensor:
        return self.constant(colour).expand(len(area.frame), area.height, area.width, 3).clone()

    def pattern(self, plane: FloatArray, area: Any) -> Tensor:
        y = (self._count(area.height) - area.top[:, None]).clip(0, plane.shape[0] - 1).long()
        x = (self._count(area.width) - area.left[:, None]).clip(0, plane.shape[1] - 1).long()
        return self.constant(plane)[y[:, :, None], x[:, None, :]]

    def constant(self, values: FloatArray) -> Tensor:
        return self._store.constant(values)

    def sample(self, picture: FloatArray, places: Tensor, beyond: Beyond) -> Tensor:
        found = sampled(self._store.picture(picture), places, PADDING[beyond])
        return found[:, 0] if picture.ndim == 2 else found.permute(0, 2, 3, 1)

    def warp(self, picture: FloatArray, where: Affine, area: Any, beyond: Beyond = "nothing") -> Tensor:
        y, x = self._count(area.height)[:, None, None], self._count(area.width)[:, None]
        matrix = torch.as_tensor(where.matrix)[:, None, None]  # (b, 1, 1, 2, 3)
        return self.sample(picture, x * matrix[..., 0] + y * matrix[..., 1] + matrix[..., 2], beyond)

    def warp_between(
        self, first: FloatArray, second: FloatArray, share: Tensor, where: Affine, area: Any, beyond: Beyond
    ) -> Tensor:
        ends = self.warp(first, where, area, beyond), self.warp(second, where, area, beyond)
        return ends[0] * (1 - share)[..., None] + ends[1] * share[..., None]

    def blur(self, plane: Tensor, sigma: float) -> Tensor:
        down, across = (self._store.blur(side, sigma) for side in plane.shape[-2:])
        return down @ plane @ across.T

    def lowered(self, plane: Tensor, rows: int) -> Tensor:
        return torch.roll(plane, rows, -2)

    def some(self, share: Tensor) -> bool:
        return True  # to look would make the CPU wait for the device

    def blend(self, area: Any, colour: Tensor, mask: Tensor) -> None:
        where, share = self._where(area), mask[..., None]
        self._frames[where] = rounded(self._frames[where] * (1 - share) + colour * share)

    def light(self, area: Any, gain: Tensor) -> None:
        where = self._where(area)
        self._frames[where] = rounded(self._frames[where] * gain[..., None])

    def _where(self, area: Windows) -> tuple[Tensor, Tensor, Tensor]:
        """Indices of every px of the windows in the frames (b, h, w), to be broadcast."""
        y, x = area.y0[:, None] + self._count(area.height), area.x0[:, None] + self._count(area.width)
        return area.frame.long()[:, None, None], y.long()[:, :, None], x.long()[:, None, :]

    def _count(self, until: int) -> Tensor:
        """0, 1, … as (until,)."""
        return self._store.count(until)


def sampled(picture: Tensor, places: Tensor, padding: str) -> Tensor:
    """Bilinear samples (b, c, h, w) of a picture (1, c, H, W) at `places` (b, h, w, 2: x, y in texels).

    Corners are not aligned, as torch says, because aligned ones may go to cuDNN, which copies the picture b times.
    """
    height, width = picture.shape[-2:]
    across, down = (places[..., 0] + 0.5) * (2 / width) - 1, (places[..., 1] + 0.5) * (2 / height) - 1
    grid, pictures = torch.stack([across, down], -1), picture.expand(len(places), -1, -1, -1)
    return nn.grid_sample(pictures, grid, "bilinear", padding, align_corners=False)


def rounded(levels: Tensor) -> Tensor:
    """To the nearest of 0..255, as uint8; like `render.paint.blend`."""
    return (levels + 0.5).clip(0, 255).to(torch.uint8)
