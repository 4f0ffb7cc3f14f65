"""Plans of single frames → one plan of a batch, sent to the device in one transfer.

Every layer gets a window of one size for the whole batch. A frame's own smaller window lies somewhere in it: planes
are padded with nothing, rows and columns with their ends, and affine maps are shifted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from generation.render.canvas import Affine
from generation.render.paint import Window

STEP = 8  # px by which the windows of a batch grow, so that few sizes occur

Array = npt.NDArray[Any]
Frames = list[tuple[int, Any]]  # a plan, or a part of one, for each of some frames of the batch


@dataclass(frozen=True)
class Windows:
    """One window in each of b frames; stands where the plan of a single frame has its Window."""

    height: int
    width: int
    frame: Any  # (b,) which of the batch
    y0: Any  # (b,) px of the frame
    x0: Any
    top: Any  # (b,) px above and left of the frame's own window
    left: Any


def stacked(plans: Sequence[Any], size: int) -> Any:
    """One plan of arrays (b, …) from those of frames of `size`; None for a layer that no frame has."""
    return _joined(list(enumerate(plans)), size)


def sent(plan: Any, device: torch.device) -> Any:
    """The same plan with float32 tensors on the device in place of arrays."""
    arrays: list[Array] = []
    _mapped(plan, arrays.append)
    if not arrays:
        return plan
    flat = torch.from_numpy(np.concatenate([array.ravel() for array in arrays]).astype(np.float32))
    if device.type == "cuda":
        flat = flat.pin_memory()
    parts = iter(torch.split(flat.to(device, non_blocking=True), [array.size for array in arrays]))
    return _mapped(plan, lambda array: next(parts).view(array.shape))


def _joined(parts: Frames, size: int) -> Any:
    parts = [(frame, part) for frame, part in parts if part is not None]
    if not parts:
        return None
    first = parts[0][1]
    if isinstance(first, tuple):
        return tuple(_joined([(frame, part[k]) for frame, part in parts], size) for k in range(len(first)))
    if hasattr(first, "area"):
        return _in_windows([part for _, part in parts], _windows(parts, size))

    def member(name: str) -> Any:
        return _joined([(frame, getattr(part, name)) for frame, part in parts], size)

    return type(first)(**{f.name: member(f.name) for f in fields(first)})


def _windows(parts: Frames, size: int) -> Windows:
    """Windows that hold those of all parts and lie in frames of `size`."""
    areas = [part.area for _, part in parts]
    height, width = (
        min(-(-max(getattr(area, side) for area in areas) // STEP) * STEP, size) for side in ("height", "width")
    )
    y0, x0 = (np.array([getattr(area, corner) for area in areas]) for corner in ("y0", "x0"))
    low, right = np.minimum(y0, size - height), np.minimum(x0, size - width)
    return Windows(height, width, np.array([frame for frame, _ in parts]), low, right, y0 - low, x0 - right)


def _in_windows(parts: list[Any], windows: Windows) -> Any:
    first = parts[0]
    if first is None:
        return None
    if isinstance(first, Window):
        return windows
    if isinstance(first, Affine):
        return Affine(np.stack([_moved(part, k, windows) for k, part in enumerate(parts)]))
    if isinstance(first, np.ndarray):
        return _padded(parts, windows)
    return type(first)(**{f.name: _in_windows([getattr(p, f.name) for p in parts], windows) for f in fields(first)})


def _moved(part: Affine, k: int, windows: Windows) -> Array:
    corner = np.array([windows.left[k], windows.top[k]])
    return part.shifted(part.matrix[:, :2] @ corner).matrix


def _padded(parts: list[Array], windows: Windows) -> Array:
    """Planes, rows, columns or numbers (h or 1, w or 1) of the frames' own windows in common ones, (b, …)."""
    tall, wide = (side > 1 for side in parts[0].shape)
    joined = np.zeros((len(parts), windows.height if tall else 1, windows.width if wide else 1), np.float32)
    for k, part in enumerate(parts):
        top, left = windows.top[k] if tall else 0, windows.left[k] if wide else 0
        bottom, right = top + part.shape[0], left + part.shape[1]
        joined[k, top:bottom, left:right] = part
        if tall and not wide:
            joined[k, :top], joined[k, bottom:] = part[:1], part[-1:]
        if wide and not tall:
            joined[k, :, :left], joined[k, :, right:] = part[:, :1], part[:, -1:]
    return joined


def _mapped(value: Any, change: Callable[[Array], Any]) -> Any:
    """A plan with every array changed, always in the same order."""
    if isinstance(value, np.ndarray):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_mapped(part, change) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        return type(value)(**{f.name: _mapped(getattr(value, f.name), change) for f in fields(value)})
    return value
