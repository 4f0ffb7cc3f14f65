"""Deciding on a sealed video."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from webapp.accounts.models import User
from webapp.audit.models import Kind
from webapp.audit.services import append
from webapp.consent.leave import require_leave
from webapp.errors_text import Refused
from webapp.reports.services import require_unreported
from webapp.review.impartial import require_stranger
from webapp.review.models import Decision, Verdict
from webapp.videos.models import Job, Status
from webapp.videos.status import move


def publish(*, job: Job, reviewer: User, reason: str = "") -> Decision:
    """Approve a video whose consent still holds and whose seal is in the ledger."""
    require_stranger(reviewer, job)
    require_leave(job)
    require_unreported(job)
    if job.ledger_entry_id is None:
        raise Refused("not_in_ledger")
    return _decide(job, reviewer, Verdict.APPROVED, reason)


def reject(*, job: Job, reviewer: User, reason: str) -> Decision:
    """Keep a video unpublished and tell its maker why."""
    require_stranger(reviewer, job)
    if not reason.strip():
        raise Refused("reason_missing")
    return _decide(job, reviewer, Verdict.REJECTED, reason.strip())


@transaction.atomic
def _decide(job: Job, reviewer: User, verdict: Verdict, reason: str) -> Decision:
    to = Status.PUBLISHED if verdict == Verdict.APPROVED else Status.REJECTED
    if not move(job.pk, leaving=(Status.IN_REVIEW,), to=to, finished_at=timezone.now()):
        raise Refused("too_late")
    decision = Decision.objects.create(job=job, reviewer=reviewer, verdict=verdict, reason=reason)
    append(
        kind=Kind.DECISION,
        actor=reviewer,
        object_id=job.pk,
        reason=reason,
        verdict=str(verdict),
        decision=str(decision.pk),
    )
    if verdict == Verdict.APPROVED:
        append(kind=Kind.PUBLISH, actor=reviewer, object_id=job.pk, output_sha256=job.output_sha256)
    job.refresh_from_db()
    return decision
