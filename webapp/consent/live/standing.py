"""Which live check may speak for a consent: passed, of this face in these very bytes, fresh, for one only."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from webapp.accounts.models import User
from webapp.consent.live.models import Challenge, State
from webapp.consent.models import Request
from webapp.errors_text import Refused
from webapp.uploads.models import Portrait

GOOD_FOR = timedelta(
    hours=24
)  # that a passed check speaks for the account that began it; by link: while that is open


def by_account(portrait: Portrait, account: User) -> QuerySet[Challenge]:
    """Those by which `account` showed that it is the person in `portrait`, newest first."""
    return _unused(portrait, begun_by=account, request=None, finished_at__gt=timezone.now() - GOOD_FOR)


def by_link(portrait: Portrait, request: Request) -> QuerySet[Challenge]:
    """Those by which the person in `portrait` answers `request`."""
    return _unused(portrait, request=request)


def _unused(portrait: Portrait, **whose: object) -> QuerySet[Challenge]:
    same = {
        "portrait": portrait,
        "portrait_sha256": portrait.sha256,
    }  # another upload may show another of its faces
    passed = Challenge.objects.filter(state=State.PASSED, consent=None, **same)
    return passed.filter(**whose).order_by("-finished_at")


def latest(portrait: Portrait, account: User) -> Challenge | None:
    """The live check that `account` is in, or was in last, of itself; those that a consent has used left out."""
    rows = Challenge.objects.filter(portrait=portrait, portrait_sha256=portrait.sha256, consent=None)
    return rows.filter(request=None, begun_by=account).order_by("-created_at").first()


def require_no_minor(portrait_sha256: str) -> None:
    """Refused once somebody said in a live check of this picture that they are under 18, until a reviewer knows
    better."""
    if Challenge.objects.filter(portrait_sha256=portrait_sha256, said_minor=True).exists():
        raise Refused("live_minor")
