"""Long films: planned once, painted in pieces by any worker, put together."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from webapp.videos.production.performing import columns_of, performed, with_marks
from webapp.videos.production.reporting import Say, counted, with_poster


def plan(
    *,
    portrait: str,
    recording: str,
    folder: str,
    label: bool,
    code: int,
    strength: float,
    watermark_key_file: str,
    longest_s: float,
    report: Say,
    **ordered: Any,
) -> dict[str, Any]:
    """Analyse, listen and plan, and write what painting needs into `folder`.

    Columns of Job, `plan` and `pieces`: first frame and end of each piece. A piece lasts `longest_s` at most and
    begins where both marks and the encoder begin anew.
    """
    from generation import archive
    from generation.encode import keyframe_distance
    from generation.plan import pieces
    from provenance.keys import load_watermark_key
    from provenance.watermark import Marker

    watermark_key = load_watermark_key(Path(watermark_key_file))
    made = performed(portrait=Path(portrait), recording=Path(recording), report=report, **ordered)
    place = Path(folder) / "plan.npz"
    with place.open("wb") as stream:
        archive.save(made.plan, stream)
    marker = Marker(code, watermark_key, made.width, made.height, made.fps, strength=strength)
    grid = math.lcm(marker.hold, keyframe_distance(made.fps))
    cut = pieces(made.frame_count, longest=round(longest_s * made.fps), grid=grid)
    return columns_of(made, label=label) | {
        "plan": str(place),
        "pieces": [[piece.start, piece.stop] for piece in cut],
    }


def paint(
    *,
    plan: str,
    folder: str,
    start: int,
    stop: int,
    label: bool,
    code: int,
    strength: float,
    watermark_key_file: str,
    report: Say,
    device: Any = "auto",
) -> dict[str, Any]:
    """Paint and mark frames start..stop of a plan as in the whole. `piece` (silent), `digests`, `poster`."""
    from generation import archive
    from generation.encode import encode
    from generation.plan import Plan
    from generation.record import Digests
    from provenance.keys import load_watermark_key
    from provenance.watermark import Marker

    watermark_key = load_watermark_key(Path(watermark_key_file))
    planned = archive.load(Plan, Path(plan))
    size, fps = (planned.width, planned.height), planned.motion.fps
    marker = Marker(code, watermark_key, *size, fps, strength=strength)
    digests = Digests()
    frames = digests.watch(planned.frames([*marker.context(start), *range(start, stop)], device=device))
    marked = counted(with_marks(marker, frames, size, label=label, start=start), stop - start, report)
    poster, piece = Path(folder) / "poster.jpg", Path(folder) / "piece.mp4"
    shown = marked if start else with_poster(marked, poster, report)
    encode(shown, recording=None, out=piece, fps=fps, size=size)
    taken = "".join(digests.taken[start - stop :])
    return {"piece": str(piece), "poster": "" if start else str(poster), "digests": taken}


def join(*, pieces: list[str], recording: str, folder: str, frames: int, report: Say) -> dict[str, Any]:
    """Put painted pieces and the recording together. `film`."""
    from generation.join import join as put_together

    report(stage="encode", done=0, total=1)
    film = Path(folder) / "film.mp4"
    put_together([Path(piece) for piece in pieces], recording=Path(recording), out=film, frames=frames)
    return {"film": str(film)}
