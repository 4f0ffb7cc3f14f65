"""Holding a request before a frame is painted, and a reviewer's word on it."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from webapp.accounts.models import User
from webapp.audit.models import Kind
from webapp.audit.services import append
from webapp.consent.leave import require_leave
from webapp.errors_text import Refused
from webapp.moderation.findings import Finding, as_json, findings_of
from webapp.moderation.models import Hold, Ruling, Verdict
from webapp.queue import send_on_commit
from webapp.review.impartial import require_stranger
from webapp.videos import tasks
from webapp.videos.attempts import cancel_without_consent
from webapp.videos.models import Job, Status
from webapp.videos.status import move

log = logging.getLogger(__name__)


def keep(*, job: Job, findings: Sequence[Finding]) -> None:
    """Write down why a job waits for a reviewer, as far as that is new. Call where it becomes HELD, last."""
    known = set(open_findings(job))
    findings = [finding for finding in findings if finding not in known]
    if not findings:
        return
    hold = Hold.objects.create(job=job, findings=[as_json(finding) for finding in findings])
    digest = hashlib.sha256(json.dumps(hold.findings, sort_keys=True).encode()).hexdigest()
    append(
        kind=Kind.HOLD,
        actor=None,
        object_id=job.pk,
        hold=str(hold.pk),
        findings=len(findings),
        findings_sha256=digest,
    )


def open_holds(job: Job) -> list[Hold]:
    """What nobody has decided yet; once found, it takes a person, even where it would not be found again."""
    return list(job.holds.filter(rulings=None))


def open_findings(job: Job) -> list[Finding]:
    """Why a held job waits."""
    return [finding for hold in open_holds(job) for finding in findings_of(hold)]


def refusal_of(job: Job) -> Ruling | None:
    """Why no video was made of a request."""
    said = Ruling.objects.filter(hold__job=job, verdict=Verdict.REFUSED).select_related("reviewer")
    return said.last() if job.status == Status.REJECTED and not job.output else None


def hold_back(*, job: Job, findings: Sequence[Finding]) -> None:
    """Hand a job that a worker has just claimed to a reviewer instead."""
    idle = {"heartbeat_at": None, "stage": "", "progress": 0.0, "eta_s": None}
    with transaction.atomic():
        if move(job.pk, leaving=(Status.RUNNING,), to=Status.HELD, where=Q(attempt=job.attempt), **idle):
            log.info("job %s: held for a reviewer", job.pk)
            keep(job=job, findings=findings)


def allow(*, job: Job, reviewer: User, reason: str = "") -> None:
    """Let a held request pass to the painters, if its consent still holds."""
    require_stranger(reviewer, job)
    if job.status == Status.HELD and not job.consent.covers(job, timezone.now()):
        cancel_without_consent(job)
    require_leave(job)
    if job.owner.is_suspended:
        raise Refused("owner_suspended")
    _rule(job, reviewer, Verdict.ALLOWED, reason.strip())


def refuse(*, job: Job, reviewer: User, reason: str) -> None:
    """Make no video of a held request, and tell its maker why."""
    require_stranger(reviewer, job)
    if not reason.strip():
        raise Refused("refusal_reason_missing")
    _rule(job, reviewer, Verdict.REFUSED, reason.strip())


@transaction.atomic
def _rule(job: Job, reviewer: User, verdict: Verdict, reason: str) -> None:
    waiting = Job.objects.select_for_update().filter(pk=job.pk, status=Status.HELD)
    if waiting.first() is None:
        raise Refused("too_late")
    said = {"reviewer": reviewer, "verdict": verdict, "reason": reason}
    rulings = [Ruling.objects.create(hold=hold, **said) for hold in open_holds(job)]
    now = timezone.now()
    if verdict == Verdict.ALLOWED:
        move(job.pk, leaving=(Status.HELD,), to=Status.QUEUED, queued_at=now, sent_at=now)
        send_on_commit(tasks.render_video, job.pk)
    else:
        move(job.pk, leaving=(Status.HELD,), to=Status.REJECTED, finished_at=now)
    append(
        kind=Kind.RULING,
        actor=reviewer,
        object_id=job.pk,
        reason=reason,
        verdict=str(verdict),
        rulings=[str(ruling.pk) for ruling in rulings],
    )
    job.refresh_from_db()
