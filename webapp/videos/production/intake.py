"""Uploaded pictures and films: whether they can be used, and whose face it is."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from generation.first_bytes import HEAD_BYTES as HEAD_BYTES
from generation.first_bytes import is_film as is_film
from webapp.videos.production.reporting import Say, telling
from webapp.videos.production.voices import speaker_of

SUFFIXES = {"image/png": "png", "image/jpeg": "jpg"}


def examine_portrait(*, source: str, folder: str, face_index: int | None, report: Say) -> dict[str, Any]:
    """Look at an uploaded picture; write its clean copy into `folder`. Columns of Portrait, and `clean`."""
    from generation.portrait import examine

    report(stage="portrait", done=0, total=1)
    found = examine(Path(source).read_bytes(), face_index=face_index)
    clean = Path(folder) / f"clean.{SUFFIXES[found.media_type]}"
    clean.write_bytes(found.image)
    crop = found.crop
    return {
        "clean": str(clean),
        "width": found.width,
        "height": found.height,
        "faces": [[round(corner, 1) for corner in box] for box in found.faces],
        "face_index": found.chosen,
        "crop": [crop.left, crop.top, crop.left + crop.side, crop.top + crop.side] if crop else [],
        "warnings": [advice.message for advice in found.advice],
    } | (_face(clean, found.chosen) if found.chosen is not None else {})


def examine_film(*, source: str, folder: str, report: Say) -> dict[str, Any]:
    """Watch an uploaded film; write its clean copy into `folder`. Columns of Portrait; `clean`, a still; `film`."""
    from generation.dub import examine

    film, still = Path(folder) / "clean.mp4", Path(folder) / "clean.png"
    found = examine(Path(source), out=film, progress=telling(report))
    still.write_bytes(found.still)
    return {
        "clean": str(still),
        "film": str(film),
        "width": found.width,
        "height": found.height,
        "faces": [[round(corner, 1) for corner in found.box]],
        "face_index": 0,
        "duration_s": found.duration_s,
        "warnings": [advice.message for advice in found.advice],
    } | _face(still, 0, film)


def know_face(*, source: str, face_index: int | None, report: Say) -> dict[str, Any]:
    """Look at the one face of a stored picture, or at that which was chosen. What `_face` tells."""
    report(stage="portrait", done=0, total=1)
    return _face(Path(source), face_index)


def _face(picture: Path, face_index: int | None, film: Path | None = None) -> dict[str, Any]:
    """`embedding` (base64), `stranger`, `age`, `nudity`; of clean bytes, so that a later look finds the same."""
    from generation.portrait.nudity import nudity_in_film
    from generation.presence import face_of

    known = face_of(picture.read_bytes(), face_index)
    return {
        "embedding": base64.b64encode(known.embedding.tobytes()).decode(),
        "stranger": known.stranger,
        "age": known.age,
        "nudity": max(known.nudity, nudity_in_film(film) if film else 0.0),
    }


def measure_presence(
    *, film: str, portrait: str, face_index: int | None, language: str, report: Say
) -> dict[str, Any]:
    """Measure a sitter's film against a portrait: generation.presence.Presence, and `speaker`."""
    from generation.presence import measure

    source = Path(portrait).read_bytes()
    seen = measure(Path(film), source, face_index=face_index, language=language, progress=telling(report))
    return seen.as_json() | {"speaker": speaker_of(Path(film))}


def forget(sha256: str) -> None:
    """Drop what this machine kept of a deleted picture or recording; other machines drop it within a day."""
    from generation.shelf import Shelf

    Shelf().forget(sha256)
