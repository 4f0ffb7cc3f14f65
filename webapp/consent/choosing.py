"""What a sitter chose stays with the question while they show that it is them, and until they have finished."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from django.db import transaction

from webapp.consent import age
from webapp.consent.answering import Terms, require_narrow, settle
from webapp.consent.live.models import Challenge
from webapp.consent.live.services import begin_for
from webapp.consent.models import Request
from webapp.consent.purposes import OldVideos


@transaction.atomic
def choose(*, request: Request, terms: Terms, language: str) -> Challenge:
    """Keep what a sitter would agree to, and the live check by which they do; chosen again, the check stands."""
    age.require_no_minor(terms.full_name, terms.purpose)
    require_narrow(request, terms)
    settle(request)
    kept = asdict(terms) | {"until": terms.until.isoformat()}
    Request.objects.filter(pk=request.pk).update(terms=kept)
    request.terms = kept
    return begin_for(request, language)


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
