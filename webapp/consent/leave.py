"""What must hold whenever somebody sends a video on: asked for again, let pass by a reviewer, or published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format

from webapp.consent.faces import require_unblocked
from webapp.consent.models import VideoWithdrawal
from webapp.consent.services import why_ended
from webapp.errors_text import Refused

if TYPE_CHECKING:
    from webapp.videos.models import Job


def require_leave(job: Job) -> None:
    """Refused unless consent and purpose hold now, the sitter let this video be, and the face is not blocked."""
    if not job.consent.covers(job, timezone.now()):
        raise why_ended(job.consent, job.purpose)
    if withdrawal := VideoWithdrawal.objects.filter(job=job).first():
        raise Refused("video_withdrawn", day=date_format(withdrawal.created_at, "j F Y"))
    require_unblocked(job.portrait)
