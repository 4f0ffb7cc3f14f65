"""A motion → frames, a batch at a time: the CPU plans the next batch while the device paints this one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice

import torch
from torch import Tensor

from generation.errors import MissingOnMachine
from generation.render import surface
from generation.render.batched import skin
from generation.render.batched.canvas import BatchCanvas
from generation.render.batched.stacking import sent, stacked
from generation.render.batched.store import Store
from generation.render.features import FeaturePlan, Features
from generation.types import FloatArray, Frame, Portrait

BATCH_PX = 16 * 512 * 512  # of all frames of a batch: about 0.5 GB on the device, whatever the size
Plan = Callable[[int, FloatArray], FeaturePlan]  # row of the motion, its flow (s, s, 3) to be filled


class _Batch:
    """Memory for the flow of some frames where the device can fetch it by itself, and who fills it."""

    def __init__(self, count: int, size: int, device: torch.device) -> None:
        self.flow = torch.zeros((count, size, size, 3), pin_memory=device.type == "cuda")
        self.plans: list[Future[FeaturePlan]] = []

    def begin(self, rows: list[int], plan: Plan, pool: ThreadPoolExecutor) -> None:
        """Let threads plan these rows."""
        flows = self.flow.numpy()
        self.plans = [pool.submit(plan, row, flows[k]) for k, row in enumerate(rows)]


class Painter:
    """One portrait on a device. `frames` may be used once at a time."""

    def __init__(
        self, portrait: Portrait, texture: FloatArray, tint: FloatArray, features: Features, device: torch.device
    ) -> None:
        """`texture` is that of `surface.lossless`, `tint` (3,) that of the light."""
        self._store, self._features, self._size = Store(device), features, portrait.size
        with _room():
            self._texture = self._store.picture(texture)
            self._plate, self._tint = self._store.constant(portrait.plate), self._store.constant(tint)
        self._batches: list[_Batch] = []
        self._finished = torch.empty(0)  # (count, s, s, 3) uint8 where the device can write by itself

    def frames(self, rows: Iterable[int], plan: Plan, workers: int) -> Iterator[Frame]:
        """Yield one (s, s, 3) frame for each of `rows`, in their order.

        `plan` is called from `workers` threads. Raises MissingOnMachine with code gpu_full.
        """
        count = max(1, BATCH_PX // self._size**2)
        waiting = iter(rows)
        if not self._batches:
            self._batches = [_Batch(count, self._size, self._store.device) for _ in range(2)]
            flow = self._batches[0].flow
            self._finished = torch.empty(flow.shape, dtype=torch.uint8, pin_memory=flow.is_pinned())
        now, following = self._batches
        with ThreadPoolExecutor(workers, thread_name_prefix="render") as pool:
            try:
                now.begin(list(islice(waiting, count)), plan, pool)
                while now.plans:
                    plans = [planned.result() for planned in now.plans]
                    following.begin(list(islice(waiting, count)), plan, pool)
                    yield from self._paint(plans, now.flow[: len(plans)])
                    now, following = following, now
            finally:
                for future in now.plans + following.plans:
                    future.cancel()

    def _paint(self, plans: list[FeaturePlan], flow: Tensor) -> Iterator[Frame]:
        device = self._store.device
        with _room(), torch.inference_mode():
            flow = flow.to(device, non_blocking=True)
            painted = skin.paint(self._texture, self._plate, flow, surface.SCALE, self._tint)
            frames = skin.soften_edges(flow, painted)
            canvas = BatchCanvas(frames, flow, self._store)
            self._features.lay(canvas, sent(stacked(plans, self._size), device))
            finished = self._finished[: len(plans)]
            finished.copy_(frames, non_blocking=True)
            if device.type == "cuda":
                torch.cuda.current_stream(device).synchronize()
        for frame in finished.numpy():
            yield frame.copy()  # the memory is painted into again


@contextmanager
def _room() -> Iterator[None]:
    """Say in words that the device is full."""
    try:
        yield
    except torch.OutOfMemoryError as fault:
        raise MissingOnMachine(
            "gpu_full",
            "The graphics card has no memory left for this video.",
            "Let fewer videos be made at once on this machine, or choose --device cpu. Nothing is lost.",
        ) from fault
