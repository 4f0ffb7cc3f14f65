"""Where frames are painted: on a graphics card where there is one, else on the processor."""

from __future__ import annotations

import ctypes
import sys
from typing import Literal

from generation.errors import MissingOnMachine

Device = Literal["auto", "cpu", "cuda"]
DEVICES: tuple[Device, ...] = ("auto", "cpu", "cuda")
DRIVER = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"


def chosen(asked: Device) -> str | None:
    """The device of `Renderer`: torch's name of a graphics card, or None for this processor.

    Raises MissingOnMachine with code gpu_missing when "cuda" is asked for and torch sees no such card.
    """
    if asked == "cpu":
        return None
    if driver_is_here() and _torch_sees_one():
        return "cuda"
    if asked == "auto":
        return None
    raise MissingOnMachine(
        "gpu_missing",
        "There is no graphics card on this machine that torch can use.",
        "Use --device cpu, or install NVIDIA's driver and a build of torch for CUDA (docs/speed.md).",
    )


def driver_is_here() -> bool:
    """Whether NVIDIA's driver is installed; asked first, because torch takes seconds to load."""
    try:
        ctypes.CDLL(DRIVER)
    except OSError:
        return False
    return True


def _torch_sees_one() -> bool:
    import torch

    return torch.cuda.is_available()
