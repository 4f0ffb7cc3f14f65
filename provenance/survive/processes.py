"""The processes that attack and read copies, beside each other."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

PROCESSES = 2


def pool() -> ProcessPoolExecutor:
    """Fresh processes: one forked while a thread of a native library holds a lock would wait for it forever."""
    return ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"))
