"""The only package that composes the two: what `generation` paints, `provenance` marks, signs and verifies.

Knows no database. The functions in WORK run in a child process of a worker (webapp/workbench.py), take and return
JSON, and `report` what they are doing; `seal` runs in the seal worker, which alone holds the signing key. The heavy
imports are inside functions: what only needs a name from here loads nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from webapp.videos.production.films import peak_rss_mb, render, write_film
from webapp.videos.production.intake import (
    HEAD_BYTES,
    examine_film,
    examine_portrait,
    forget,
    is_film,
    know_face,
    measure_presence,
)
from webapp.videos.production.performing import Take, perform_marked
from webapp.videos.production.pieces import join, paint, plan
from webapp.videos.production.records import record_of
from webapp.videos.production.refusals import DECLINES, explain
from webapp.videos.production.signing import Seal, SealFacts, Trial, seal, try_mark
from webapp.videos.production.voices import captions, examine_recording, hear, plain_text, speak

__all__ = [
    "DECLINES",
    "HEAD_BYTES",
    "WORK",
    "Seal",
    "SealFacts",
    "Take",
    "Trial",
    "captions",
    "examine_film",
    "examine_portrait",
    "examine_recording",
    "explain",
    "forget",
    "hear",
    "is_film",
    "join",
    "know_face",
    "measure_presence",
    "paint",
    "peak_rss_mb",
    "perform_marked",
    "plain_text",
    "plan",
    "record_of",
    "render",
    "seal",
    "speak",
    "try_mark",
    "write_film",
]

WORK: dict[str, Callable[..., dict[str, Any]]] = {
    "examine_portrait": examine_portrait,
    "examine_film": examine_film,
    "know_face": know_face,
    "examine_recording": examine_recording,
    "hear": hear,
    "measure_presence": measure_presence,
    "speak": speak,
    "render": render,
    "plan": plan,
    "paint": paint,
    "join": join,
}
