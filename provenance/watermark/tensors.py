"""Marking frames where they are: the same marks as `Marker`, within ±1 level, on a torch device.

The pattern is laid on the device; the second layer's network still runs on the CPU, once a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import torch
import torch.nn.functional as nn
from torch import Tensor

from . import embed
from .coding import FloatArray
from .marker import Marker


def mark(marker: Marker, frames: Iterable[Tensor]) -> Iterator[Tensor]:
    """`marker.mark` for (h, w, 3) uint8 tensors on any one device."""
    sent: dict[str, tuple[FloatArray, Tensor]] = {}

    def there(name: str, plane: FloatArray, device: torch.device) -> Tensor:
        """The plane on the frames' device; carried over once, as long as it is the same."""
        if name not in sent or sent[name][0] is not plane:
            sent[name] = (plane, torch.from_numpy(plane).to(device))
        return sent[name][1]

    for frame, plane, held in marker.planned(frames, lambda frame: frame.cpu().numpy()):
        yield marked(frame, there("plane", plane, frame.device), there("held", held, frame.device))


def marked(frame: Tensor, plane: Tensor, corroboration: Tensor) -> Tensor:
    """`Marker.mark_frame` on tensors: (h, w, 3) uint8, (h, w) and (h, w, 3) float → (h, w, 3) uint8."""
    delta = nn.interpolate(perceptual_gain(frame), size=plane.shape, mode="bilinear")[0, 0] * plane
    cheapest = torch.from_numpy(embed.CHEAPEST).to(frame.device)
    total = frame.float() + (delta[..., None] * cheapest + corroboration)
    return total.round().clamp(0, 255).to(torch.uint8)


def perceptual_gain(frame: Tensor) -> Tensor:
    """`embed.perceptual_gain`, (h, w, 3) → (1, 1, ⌈h/2⌉, ⌈w/2⌉)."""
    weights = torch.tensor(embed.LUMA, device=frame.device)
    luma = (frame.float() @ weights).round()[None, None]
    size = [-(-side // 2) for side in luma.shape[2:]]
    half = nn.interpolate(luma, size=size, mode="area").round()
    edge = embed.WINDOW // 2
    padded = nn.pad(half, (edge, edge, edge, edge), mode="reflect")
    mean = nn.avg_pool2d(padded, embed.WINDOW, stride=1)
    square = nn.avg_pool2d(padded * padded, embed.WINDOW, stride=1)
    deviation = (square - mean * mean).clamp_min(0).sqrt()
    gain = (deviation * embed.TEXTURE_SLOPE + embed.FLAT_GAIN).clamp_max(embed.MAX_GAIN)
    return gain * ((1 - mean / embed.DARK_LUMA).clamp_min(0) * embed.DARK_EXTRA + 1)
