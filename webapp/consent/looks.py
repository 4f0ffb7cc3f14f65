"""Who looked at what a sitter stated, told to the sitter."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from webapp.accounts.models import User
from webapp.consent.models import Consent, Look

SAME_LOOK = timedelta(hours=1)  # looks of one person at one thing within it are told as one


def note_look(*, consent: Consent, by: User, why: str) -> None:
    """Write down that somebody looked at what the sitter stated; once an hour is enough."""
    recent = Look.objects.filter(consent=consent, by=by, why=why, created_at__gt=timezone.now() - SAME_LOOK)
    if not recent.exists():
        Look.objects.create(consent=consent, by=by, why=why)
