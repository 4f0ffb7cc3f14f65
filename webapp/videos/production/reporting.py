"""How work tells what it is doing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

POSTER_QUALITY = 90  # JPEG

Say = Callable[..., None]  # report(stage=…, done=…, total=…) or report(poster=…)


def telling(report: Say) -> Callable[[Any], None]:
    """A `generation.types.ProgressCallback` that reports every step."""

    def tell(step: Any) -> None:
        report(stage=step.stage, done=step.done, total=step.total)

    return tell


def with_poster(frames: Iterable[Any], poster: Path, report: Say) -> Iterator[Any]:
    """The same frames; the first becomes a picture that people see while they wait."""
    from PIL import Image

    for number, frame in enumerate(frames):
        if number == 0:
            Image.fromarray(frame).save(poster, quality=POSTER_QUALITY)
            report(poster=str(poster))
        yield frame


def counted(frames: Iterable[Any], total: int, report: Say) -> Iterator[Any]:
    """The same frames, reported one by one."""
    for done, frame in enumerate(frames):
        report(stage="render", done=done, total=total)
        yield frame
