"""A portrait and a recording become frames that carry both marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from webapp.videos.production.reporting import Say, telling
from webapp.videos.production.voices import timed


@dataclass(frozen=True)
class Take:
    """A performance whose frames carry both marks; they are painted while the encoder takes them."""

    frames: Iterator[Any]  # (height, width, 3) RGB
    performance: Any  # generation.pipeline.Performance
    digests: list[str]  # of the frames taken so far, before label and marks; generation.replay compares them


def perform_marked(
    *, code: int, watermark_key: bytes, report: Say, strength: float = 1.0, label: bool = False, **ordered: Any
) -> Take:
    """Analyse, listen and plan now; the frames that follow carry `code` in both marks, and a label if asked for.

    `ordered` is what `performed` takes.
    """
    from generation.record import Digests
    from provenance.watermark import Marker

    made = performed(report=report, **ordered)
    marker = Marker(code, watermark_key, made.width, made.height, made.fps, strength=strength)
    digests = Digests()
    painted = digests.watch(made.frames)
    return Take(with_marks(marker, painted, (made.width, made.height), label=label), made, digests.taken)


def performed(
    *,
    portrait: Path,
    recording: Path,
    face_index: int | None,
    controls: dict[str, Any],
    size: int,
    report: Say,
    shelf: Path | None = None,
    script: dict[str, Any] | None = None,
    transcript: str | None = None,
    aspect: str | None = None,
    background: str = "keep",
    film: bool = False,
    device: Any = "auto",
) -> Any:
    """The generation.pipeline.Performance of what a job asks for; in a film, of what applies to it."""
    from generation import backdrop
    from generation.pipeline import perform
    from generation.shelf import Shelf
    from generation.voice import phones_file

    asked = controls_of(controls)
    said: dict[str, Any] = {
        "script": phones_file.from_json(script) if script else None,
        "transcript": transcript,
        "shelf": Shelf(shelf),
        "progress": telling(report),
    }
    if film:
        from generation import dub

        return dub.perform(portrait, recording, asked, **said).performance
    return perform(
        portrait.read_bytes(),
        recording,
        asked,
        size=size,
        aspect=aspect,
        backdrop=backdrop.read(background),
        face_index=face_index,
        device=device,
        **said,
    )


def controls_of(told: dict[str, Any]) -> Any:
    """The generation.types.Controls that an order tells as JSON."""
    from generation.types import Controls

    return Controls(**(told | {"gaze": tuple(told["gaze"])}))


def with_marks(
    marker: Any, frames: Iterator[Any], shown: tuple[int, int], *, label: bool, start: int = 0
) -> Iterator[Any]:
    """Frames from `start` on with both marks, and a label; those that the marker must know come before them."""
    from generation.label import labelled

    painted = labelled(frames, *shown) if label else frames
    return iter(marker.mark(painted, earlier=[next(painted) for _ in marker.context(start)]))


def columns_of(made: Any, *, label: bool) -> dict[str, Any]:
    """Columns of Job that its Performance tells."""
    from generation.pipeline import ENGINE
    from generation.replay import versions

    return {
        "frames": made.frame_count,
        "fps": made.fps,
        "duration_s": made.frame_count / made.fps,
        "seconds": {stage: round(spent, 3) for stage, spent in made.seconds.items()},
        "words": timed(made.speech.words),
        "language": made.speech.language,
        "engine": {"name": ENGINE, "weights": list(made.weights), "label": label, "made_with": versions()},
    }
