"""A bar on stderr for those who watch a terminal: stage, share, frames per second, time left."""

from __future__ import annotations

import sys
from types import TracebackType

from tqdm import tqdm

from generation.types import Progress

STAGES = {
    "portrait": "looking at the portrait",
    "speech": "listening to the recording",
    "motion": "planning the motion",
    "render": "painting",
    "encode": "finishing the file",
    "watch": "watching the video",
}
WIDTH = max(map(len, STAGES.values()))


class ProgressBar:
    """A progress callback that draws one bar per stage."""

    def __init__(self) -> None:
        self._stage = ""
        self._bar: tqdm[None] | None = None

    def __call__(self, report: Progress) -> None:
        if report.stage != self._stage or self._bar is None:
            self.close()
            self._stage = report.stage
            label = STAGES[report.stage].ljust(WIDTH)
            self._bar = tqdm(
                total=report.total, desc=label, unit=f" {report.unit}", file=sys.stderr, mininterval=0.2
            )
        self._bar.total = report.total
        self._bar.update(report.done - self._bar.n)

    def close(self) -> None:
        """Leave the last bar as it stands and go to the next line."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
