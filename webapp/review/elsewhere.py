"""How much waits in the other lists of reviewers."""

from __future__ import annotations

from webapp.consent.live.models import Challenge, State
from webapp.moderation.models import Appeal
from webapp.reports.deciding import open_cases
from webapp.videos.models import Job, Status


def waiting() -> dict[str, int]:
    """Requests and appeals (held), live checks (live), reported videos (reports)."""
    held = Job.objects.filter(status=Status.HELD).count() + Appeal.objects.filter(answered_at=None).count()
    unsure = Challenge.objects.filter(state=State.UNSURE).count()
    return {"held": held, "live": unsure, "reports": len(open_cases())}
