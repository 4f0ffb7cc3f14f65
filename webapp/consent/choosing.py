"""What a sitter chose stays with the question while they show that it is them, and until they have finished."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from django.db import transaction

from webapp.consent import age
from webapp.consent.answering import Terms, require_narrow, settle
from webapp.consent.live.models import Challenge
from webapp.consent.live.services import ask_anew, begin_for
from webapp.consent.models import Request
from webapp.consent.purposes import OldVideos


@transaction.atomic
def choose(*, request: Request, terms: Terms, language: str) -> Challenge:
    """Keep what a sitter would agree to, and the live check by which they do.

    Chosen again, the check stands where it is the same or less. What else changes needs a new film: whoever has the
    link, the one who asks too, could put other terms under a yes that was said to these.
    """
    age.require_no_minor(terms.full_name, terms.purpose)
    require_narrow(request, terms)
    settle(request)
    before, kept = chosen(request), asdict(terms) | {"until": terms.until.isoformat()}
    Request.objects.filter(pk=request.pk).update(terms=kept)
    request.terms = kept
    live = begin_for(request, language)
    if before is not None and not _within(terms, before, request):
        ask_anew(live)
    return live


def _within(terms: Terms, before: Terms, request: Request) -> bool:
    """Whether `terms` are `before`, or less of it."""
    same = (terms.full_name, terms.purpose, terms.email) == (before.full_name, before.purpose, before.email)
    purposes, agreed = (set(said.purposes or request.purposes) for said in (terms, before))
    return (
        same
        and purposes <= agreed
        and terms.until <= before.until
        and terms.only_this >= before.only_this
        and terms.own_voice >= before.own_voice
        and terms.old_videos in (before.old_videos, OldVideos.GO)
    )


def chosen(request: Request) -> Terms | None:
    """What the sitter chose before, if they did."""
    kept = request.terms
    if not kept:
        return None
    typed = {
        "until": date.fromisoformat(kept["until"]),
        "purposes": tuple(kept["purposes"]),
        "old_videos": OldVideos(kept["old_videos"]),
    }
    return Terms(**(kept | typed))
