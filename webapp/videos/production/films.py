"""Whole films, painted by one worker."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from webapp.videos.production.performing import columns_of, perform_marked
from webapp.videos.production.reporting import Say, with_poster


def render(
    *,
    portrait: str,
    recording: str,
    folder: str,
    label: bool,
    code: int,
    strength: float,
    watermark_key_file: str,
    report: Say,
    **ordered: Any,
) -> dict[str, Any]:
    """Make the marked, unsigned film `folder`/film.mp4 and its poster. Columns of Job, `film` and `poster`."""
    from provenance.keys import load_watermark_key

    watermark_key = load_watermark_key(Path(watermark_key_file))  # first: it may be missing, and the engine is slow
    film, poster = Path(folder) / "film.mp4", Path(folder) / "poster.jpg"
    take = perform_marked(
        portrait=Path(portrait),
        recording=Path(recording),
        code=code,
        strength=strength,
        watermark_key=watermark_key,
        report=report,
        label=label,
        **ordered,
    )
    frames = with_poster(take.frames, poster, report)
    write_film(frames, take.performance, recording=Path(recording), out=film)
    found = {"film": str(film), "poster": str(poster), "digests": "".join(take.digests)}
    return columns_of(take.performance, label=label) | found


def write_film(frames: Iterable[Any], made: Any, *, recording: Path, out: Path, stream: bool = False) -> None:
    """Encode the frames of `made`, a Performance, with the recording's sound."""
    from generation.encode import encode

    encode(frames, recording=recording, out=out, fps=made.fps, size=(made.width, made.height), stream=stream)


def peak_rss_mb() -> float:
    """The most memory that this process and its largest child held."""
    from generation.peak import peak_rss_mb as measure

    return measure()
