"""Who looked at what a sitter stated, told to the sitter. Recordings and films open only for a reason."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from webapp.accounts.models import User
from webapp.audit.models import Kind
from webapp.audit.services import append
from webapp.consent.live.models import Challenge
from webapp.consent.models import Consent, Look
from webapp.errors_text import Refused

SAME_LOOK = timedelta(hours=1)  # looks of one person at one thing within it are told as one
OPEN_FOR = timedelta(minutes=15)  # that a reason opens a recording


def note_look(*, consent: Consent, by: User, why: str) -> None:
    """Write down that somebody looked at what the sitter stated; once an hour is enough."""
    recent = Look.objects.filter(consent=consent, by=by, why=why, created_at__gt=timezone.now() - SAME_LOOK)
    if not recent.exists():
        Look.objects.create(consent=consent, by=by, why=why)


@transaction.atomic
def open_recording(*, of: Consent | Challenge, by: User, reason: str) -> None:
    """Let a reviewer hear or watch what a sitter stated, for OPEN_FOR; sitter and ledger learn who and why."""
    if not reason.strip():
        raise Refused("look_reason_missing")
    if isinstance(of, Challenge) and of.portrait.owner_id == by.pk:
        raise Refused("own_video")  # the one who asked is told what was found, and sees no film
    thing = {"live_check": of} if isinstance(of, Challenge) else {"consent": of}
    Look.objects.create(by=by, why=reason.strip(), opened=True, **thing)
    append(kind=Kind.LOOK, actor=by, object_id=of.pk, reason=reason)


def has_opened(*, of: Consent | Challenge, by: User) -> bool:
    """Whether this person gave a reason for it a short while ago."""
    thing = {"live_check": of} if isinstance(of, Challenge) else {"consent": of}
    return Look.objects.filter(by=by, opened=True, created_at__gt=timezone.now() - OPEN_FOR, **thing).exists()


def looks_at(consent: Consent) -> QuerySet[Look]:
    """Everybody who looked at a consent, its recording, or the live check behind it; the latest first."""
    seen = Q(consent=consent)
    return Look.objects.filter(seen | Q(live_check=consent.live_check_id) if consent.live_check_id else seen)
