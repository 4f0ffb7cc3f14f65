"""Motion to frames: pose, rasterise, plan the features, sample the skin, lay the features over it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

import numpy as np

from generation.heap import keep_freed_memory
from generation.portrait import hind
from generation.portrait.rig import Rig
from generation.portrait.topology import FACE_POINTS
from generation.render import surface
from generation.render.behind import show_behind, solid
from generation.render.canvas import FrameCanvas
from generation.render.features import FeaturePlan, Features
from generation.render.light import Light
from generation.render.pose import Puppet
from generation.render.raster import BLOCK, paint, rasterise, soften_edges
from generation.render.speaking import seal_while_speaking
from generation.render.sway import trailing
from generation.types import FloatArray, Frame, Motion

if TYPE_CHECKING:
    from generation.render.batched.painter import Painter

LOOK_AHEAD = 2  # frames per worker that may wait for their turn
STAGES = ("pose", "raster", "plan", "sample", "features")


class Buffers:
    """Scratch space of one worker, and the CPU time it spent in each stage."""

    def __init__(self, size: int, attributes: FloatArray) -> None:
        self.depth = np.empty((size, size), np.float32)
        self.flow = np.zeros((size, size, 3), np.float32)
        self.painted: Frame = np.empty((size, size, 3), np.uint8)
        self.attributes = attributes.copy()
        self.spent = dict.fromkeys(STAGES, 0.0)
        self.frames = 0


class Renderer:
    """Paints one rig. Build once; `frames` may run in several threads."""

    def __init__(self, rig: Rig, device: str | None = None) -> None:
        """`device` is torch's name of one to paint on in batches; None paints frame by frame on this processor."""
        fine = surface.fine_image(rig.portrait)
        self.rig = rig
        self._puppet = Puppet(rig)
        self._texture = surface.lossless(rig.portrait)
        self._blank = surface.blank_blocks(self._texture, BLOCK)
        self._triangles = np.concatenate([rig.mesh.triangles, rig.mesh.fills])
        self._attributes = np.column_stack([rig.mesh.points, np.ones(len(rig.mesh))]).astype(np.float32)
        self._light = Light(rig)
        self._hind = hind.build(rig.vertices[:FACE_POINTS], rig.head, rig.portrait.matte)
        self._solid = solid(rig.portrait)
        self._features = Features(rig, self._puppet, fine)
        self._idle: SimpleQueue[Buffers] = SimpleQueue()
        self._all: list[Buffers] = []
        self._painter = self._on_device(device) if device else None

    def _on_device(self, device: str) -> Painter:
        import torch  # seconds to load, and only needed here

        from generation.render.batched.painter import Painter

        return Painter(self.rig.portrait, self._texture, self._light.tint, self._features, torch.device(device))

    def frames(self, motion: Motion, workers: int = 2, *, rows: Iterable[int] | None = None) -> Iterator[Frame]:
        """Yield one (s, s, 3) RGB frame for each of `rows` of the motion (default: all), in their order.

        A frame looks the same whichever others are painted, so that several workers may share a long motion, given
        all of it. Memory does not grow with the length.
        """
        keep_freed_memory()
        motion = seal_while_speaking(motion, open_mouth=self._features.lips_apart)
        rows = range(len(motion)) if rows is None else rows
        if self._painter:
            yield from self._painter.frames(rows, partial(self._planned, motion), workers)
            return
        if workers <= 1:
            yield from (self.draw(motion, i) for i in rows)
            return
        with ThreadPoolExecutor(workers, thread_name_prefix="render") as pool:
            waiting: deque[Future[Frame]] = deque()
            try:
                for i in rows:
                    waiting.append(pool.submit(self.draw, motion, i))
                    if len(waiting) > LOOK_AHEAD * workers:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()

    def stage_ms(self) -> dict[str, float]:
        """Mean CPU milliseconds per frame so far, by stage."""
        frames = max(sum(b.frames for b in self._all), 1)
        return {stage: 1e3 * sum(b.spent[stage] for b in self._all) / frames for stage in STAGES}

    def draw(self, motion: Motion, index: int) -> Frame:
        """Paint one frame of a motion."""
        buffers = self._take()
        try:
            plan = self._plan(motion, index, buffers, buffers.flow)
            return self._paint(plan, buffers)
        finally:
            self._idle.put(buffers)

    def _planned(self, motion: Motion, index: int, flow: FloatArray) -> FeaturePlan:
        buffers = self._take()
        try:
            return self._plan(motion, index, buffers, flow)
        finally:
            self._idle.put(buffers)

    def _plan(self, motion: Motion, index: int, buffers: Buffers, flow: FloatArray) -> FeaturePlan:
        """What is known of a frame before a pixel is sampled; where its px come from goes to `flow` (s, s, 3)."""
        puppet, clock = self._puppet, _Clock(buffers)
        coefficients, head = self.rig.gains.applied(motion.coefficients[index], motion.head[index])
        _, trail = self.rig.gains.applied(motion.coefficients[index], trailing(motion, index))
        screen = puppet.pose(coefficients, head, float(motion.breath[index]), trail)
        gains = self._light.gains(puppet.rotation(head), coefficients)
        buffers.attributes[:, 2] = gains
        clock.lap("pose")
        rasterise(screen, buffers.attributes, self._triangles, buffers.depth, flow)
        show_behind(flow, self._solid, self._hind, puppet, head, gains)
        clock.lap("raster")
        gaze = float(motion.gaze[index, 0]), float(motion.gaze[index, 1])
        plan = self._features.plan(screen, coefficients, head, gaze)
        clock.lap("plan")
        buffers.frames += 1
        return plan

    def _paint(self, plan: FeaturePlan, buffers: Buffers) -> Frame:
        clock = _Clock(buffers)
        paint(
            self._texture,
            self._blank,
            self.rig.portrait.plate,
            buffers.flow,
            surface.SCALE,
            self._light.tint,
            buffers.painted,
        )
        frame = buffers.painted.copy()
        soften_edges(buffers.flow, buffers.painted, frame)
        clock.lap("sample")
        self._features.lay(FrameCanvas(frame, buffers.flow), plan)
        clock.lap("features")
        return frame

    def _take(self) -> Buffers:
        try:
            return self._idle.get_nowait()
        except Empty:
            buffers = Buffers(self.rig.portrait.size, self._attributes)
            self._all.append(buffers)
            return buffers


class _Clock:
    """Adds the thread's CPU time since the last lap to a stage."""

    def __init__(self, buffers: Buffers) -> None:
        self._buffers, self._last = buffers, time.thread_time()

    def lap(self, stage: str) -> None:
        now = time.thread_time()
        self._buffers.spent[stage] += now - self._last
        self._last = now
