"""What is said in a recording, and which rules find something in it. No text is ever logged."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from webapp.moderation import elections, rules
from webapp.moderation.files import BadRules
from webapp.moderation.matching import BORDER, Span
from webapp.uploads.models import Hearing, Recording
from webapp.videos import production

log = logging.getLogger(__name__)

NOT_HEARD = (
    "Not heard",
    "We could not make out by ourselves what is said in this recording, so a person listens to it first.",
)
NO_RULES = (
    "Rules can't be read",
    "The rules of this site can't be read just now, so a person looks at every request. This is not about you.",
)


@dataclass(frozen=True)
class Heard:
    """One reason to listen first."""

    code: str
    name: str
    why: str
    words: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Piece:
    """A stretch of what is said."""

    text: str
    marked: bool


def text_of(recording: Recording) -> str:
    """What the recogniser heard; after a line break what its owner wrote, where that says something else."""
    given = production.plain_text(recording.transcript)
    told = (" ".join(text.split()) for text in (recording.said, given))
    return BORDER.join(dict.fromkeys(text for text in told if text))


def heard(recording: Recording, day: date) -> list[Heard]:
    """Why somebody should listen to the recording before it is used on `day`."""
    found = [] if recording.hearing == Hearing.HEARD else [Heard("not_heard", *NOT_HEARD)]
    try:
        voting = elections.load(settings.MODERATION_ELECTIONS).voting(day)
        known = "" if recording.synthetic_voice else recording.language  # of a typed text its writer says it
        matches = rules.load(settings.MODERATION_RULES).matches(text_of(recording), known, voting)
    except BadRules as bad:
        log.error("every request is held: %s", bad)
        return [*found, Heard("no_rules", *NO_RULES)]
    return [*found, *(Heard(rule.id, rule.name, rule.why, spans) for rule, spans in matches)]


def pieces(text: str, spans: list[Span]) -> Iterator[Piece]:
    """The text in stretches, those in `spans` marked."""
    at = 0
    for start, stop in sorted(spans):
        if start > at:
            yield Piece(text[at:start], marked=False)
        if stop > max(at, start):
            yield Piece(text[max(at, start) : stop], marked=True)
        at = max(at, stop)
    if at < len(text):
        yield Piece(text[at:], marked=False)
