"""What a film was made from, so that anyone with the engine makes it again."""

from __future__ import annotations

from typing import Any

from webapp.videos.production.performing import controls_of


def record_of(
    *,
    portrait_sha256: str,
    recording_sha256: str,
    controls: dict[str, Any],
    size: int,
    face_index: int | None,
    aspect: str,
    background: str,
    transcript: str | None,
    script: dict[str, Any] | None,
    made_with: dict[str, str],
    digests: str,
) -> dict[str, Any]:
    """The record of a render, by which anyone with the engine makes it again: `python -m generation replay`."""
    from generation import record

    order = record.order_of(
        controls_of(controls),
        size=size,
        face_index=face_index,
        aspect=aspect,
        background=background,
        transcript=transcript,
        script=script,
    )
    taken = [digests[start : start + record.DIGITS] for start in range(0, len(digests), record.DIGITS)]
    return record.record(
        portrait_sha256=portrait_sha256,
        recording_sha256=recording_sha256,
        order=order,
        made_with=made_with,
        digests=taken,
    )
