"""Asking a sitter by a link, and taking the question back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from webapp.accounts.models import User
from webapp.accounts.services import require_good_standing
from webapp.consent import links
from webapp.consent.live.keeping import abandon
from webapp.consent.models import Answer, Request
from webapp.consent.purposes import Purpose, in_order
from webapp.consent.services import require_terms
from webapp.errors_text import Refused
from webapp.uploads.models import Portrait, Recording


def ask(
    *,
    by: User,
    portrait: Portrait,
    purpose: str,
    until: date,
    purposes: Sequence[str] = (Purpose.OTHER,),
    recording: Recording | None = None,
    asked_as: str = "",
) -> tuple[Request, str]:
    """A request for exactly the bytes that `portrait` has now, and the secret of its link, kept nowhere.

    `asked_as` is the name by which the sitter knows who asks; else it is that of the account.
    """
    require_good_standing(by)
    now = timezone.now()
    require_terms(portrait, until, now)
    if by.requests.filter(created_at__gt=now - timedelta(days=1)).count() >= settings.MAX_REQUESTS_PER_DAY:
        raise Refused("quota_requests", limit=settings.MAX_REQUESTS_PER_DAY)
    token = links.new_token()
    request = Request.objects.create(
        token_hash=links.hash_of(token),
        created_by=by,
        portrait=portrait,
        portrait_sha256=portrait.sha256,
        purposes=in_order(purposes),
        purpose=purpose,
        asked_as=asked_as,
        until=until,
        recording=recording,
        ends_at=now + timedelta(days=settings.REQUEST_DAYS),
    )
    return request, token


def revoke(request: Request) -> None:
    """Take a question back: its link says so from now on."""
    open_one = Request.objects.filter(pk=request.pk, answer=Answer.OPEN)
    if not open_one.update(answer=Answer.REVOKED, answered_at=timezone.now(), terms={}):
        raise Refused("request_over")
    abandon(request)


def by_token(token: str) -> Request | None:
    """The request behind a link, whatever became of it."""
    return Request.objects.filter(token_hash=links.hash_of(token)).first()
