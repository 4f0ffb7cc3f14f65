"""Films of live checks are kept no longer than somebody needs them."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from webapp.consent.live.models import Challenge, State
from webapp.consent.live.services import APPEAL_FOR
from webapp.consent.live.standing import GOOD_FOR
from webapp.consent.models import Answer, Request
from webapp.files import discard


def abandon(request: Request) -> None:
    """The question was refused or taken back: its live check ends, and its film is forgotten.

    A film that a worker looks at now is forgotten in the next round.
    """
    _forget(request.live_checks.filter(consent=None).exclude(state=State.CHECKING))


def forget_unused_films() -> None:
    """Forget films that failed without an appeal, and those that passed or wait for a consent that can't come.

    With a question that got no answer goes what its sitter had chosen.
    """
    now = timezone.now()
    failed = Q(state=State.FAILED, finished_at__lt=now - APPEAL_FOR)
    unused = Q(state=State.PASSED, request=None, finished_at__lt=now - GOOD_FOR)
    over = ~Q(request=None) & (~Q(request__answer=Answer.OPEN) | Q(request__ends_at__lt=now))
    ended = over & Q(state__in=(State.PASSED, State.UNSURE))
    _forget(Challenge.objects.filter(consent=None).filter(failed | unused | ended))
    Request.objects.filter(ends_at__lt=now).exclude(terms={}).update(terms={})  # a name, perhaps an address


def _forget(rows: QuerySet[Challenge]) -> None:
    for challenge in rows.exclude(clip=""):
        same = Challenge.objects.filter(pk=challenge.pk, state=challenge.state, consent=None)
        if same.update(state=State.FAILED, clip="", speaker=b""):
            discard(challenge.clip)
