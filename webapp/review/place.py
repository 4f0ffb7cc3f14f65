"""Why something stands where it stands in a list for reviewers."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.timesince import timesince

from webapp.accounts.models import User
from webapp.videos.models import Job


def place(job: Job, reader: User, *, since: datetime) -> str:
    """In a sentence: whose it is, or how long it has waited."""
    if job.owner_id == reader.pk:
        return "Your own: somebody else decides"
    return "Just arrived" if timezone.now() - since < timedelta(minutes=1) else f"Waiting for {timesince(since)}"
