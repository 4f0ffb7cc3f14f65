"""What a device keeps for a whole film: the portrait's pictures and what batches need again and again."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch import Tensor

from generation.render.paint import LEAST_SIGMA
from generation.types import FloatArray, Frame

SMALL = 16  # values; so small arrays are told apart by what they hold, larger ones, which never change, by identity


class Store:
    """Uploads everything once."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self._constants: dict[object, tuple[FloatArray | Frame, Tensor]] = {}
        self._pictures: dict[int, Tensor] = {}
        self._blurs: dict[tuple[int, float], Tensor] = {}
        self._counts: dict[int, Tensor] = {}

    def constant(self, values: FloatArray | Frame) -> Tensor:
        """An array as a float32 tensor."""
        key: object = (values.shape, values.tobytes()) if values.size <= SMALL else id(values)
        if key not in self._constants:  # the array is kept too, so that nothing else gets its identity
            tensor = torch.from_numpy(np.ascontiguousarray(values, np.float32)).to(self.device)
            self._constants[key] = values, tensor
        return self._constants[key][1]

    def picture(self, values: FloatArray) -> Tensor:
        """A picture (h, w) or (h, w, c) as (1, c, h, w)."""
        if id(values) not in self._pictures:
            channels = self.constant(values).reshape(*values.shape[:2], -1)
            self._pictures[id(values)] = channels.permute(2, 0, 1).contiguous()[None]
        return self._pictures[id(values)]

    def blur(self, side: int, sigma: float) -> Tensor:
        """(side, side) that blurs a column of that length as `render.paint.blurred` does."""
        if (side, sigma) not in self._blurs:
            impulses = np.eye(side, dtype=np.float32)
            matrix = cv2.GaussianBlur(impulses, (1, 0), max(sigma, LEAST_SIGMA))  # along columns alone
            self._blurs[side, sigma] = torch.from_numpy(matrix).to(self.device)
        return self._blurs[side, sigma]

    def count(self, until: int) -> Tensor:
        """0, 1, … as (until,)."""
        if until not in self._counts:
            self._counts[until] = torch.arange(until, dtype=torch.float32, device=self.device)
        return self._counts[until]
