"""A second pair of eyes: whoever asked for a video may appeal once against a reviewer's no."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from webapp.accounts.models import User
from webapp.accounts.services import require_good_standing
from webapp.audit.models import Kind
from webapp.audit.services import append
from webapp.consent.leave import require_leave
from webapp.errors_text import Refused
from webapp.moderation.models import Answer, Appeal, Hold, Ruling, Verdict
from webapp.moderation.services import refusal_of
from webapp.queue import send_on_commit
from webapp.reports.services import require_unreported
from webapp.review.impartial import require_stranger
from webapp.videos import tasks
from webapp.videos.models import Job, Status
from webapp.videos.status import move


def may_appeal(job: Job) -> bool:
    """Whether there is a no that nobody has appealed against."""
    return job.status == Status.REJECTED and not Appeal.objects.filter(job=job).exists()


def first_word(job: Job) -> Any:
    """The ruling before it was made, or the decision after, that an appeal is about: reviewer, reason."""
    return refusal_of(job) or getattr(job, "decision", None)


@transaction.atomic
def appeal(*, job: Job, by: User, words: str) -> Appeal:
    """Ask that another reviewer looks again, and say why."""
    require_good_standing(by)
    if not words.strip():
        raise Refused("appeal_words_missing")
    if not may_appeal(Job.objects.select_for_update().get(pk=job.pk)):
        raise Refused("appeal_made")
    made = Appeal.objects.create(job=job, words=words.strip())
    append(kind=Kind.APPEAL, actor=by, object_id=job.pk, reason=made.words)
    return made


def grant(*, job: Job, reviewer: User, reason: str = "") -> None:
    """Overrule the first reviewer: what was never made goes to the painters, a finished video is published."""
    _require_another(job, reviewer)
    require_leave(job)
    require_unreported(job)
    if job.owner.is_suspended:
        raise Refused("owner_suspended")
    with transaction.atomic():
        _answer(job, reviewer, Answer.GRANTED, reason)
        _publish(job, reviewer, reason) if job.output else _let_pass(job, reviewer, reason)
    job.refresh_from_db()


def uphold(*, job: Job, reviewer: User, reason: str) -> None:
    """The first no stands, for good."""
    _require_another(job, reviewer)
    if not reason.strip():
        raise Refused("refusal_reason_missing")
    with transaction.atomic():
        _answer(job, reviewer, Answer.UPHELD, reason)
        append(kind=Kind.RULING, actor=reviewer, object_id=job.pk, reason=reason, appeal=str(Answer.UPHELD))


def _require_another(job: Job, reviewer: User) -> None:
    require_stranger(reviewer, job)
    if first_word(job) is not None and first_word(job).reviewer_id == reviewer.pk:
        raise Refused("appeal_same_reviewer")


def _answer(job: Job, reviewer: User, answer: Answer, reason: str) -> None:
    said = {"answer": answer, "reviewer": reviewer, "reason": reason.strip(), "answered_at": timezone.now()}
    if not Appeal.objects.filter(job=job, answered_at=None).update(**said):
        raise Refused("too_late")


def _let_pass(job: Job, reviewer: User, reason: str) -> None:
    now = timezone.now()
    for hold in Hold.objects.filter(job=job, rulings__verdict=Verdict.REFUSED):
        Ruling.objects.create(
            hold=hold, reviewer=reviewer, verdict=Verdict.ALLOWED, reason=reason.strip(), on_appeal=True
        )
    if not move(job.pk, leaving=(Status.REJECTED,), to=Status.QUEUED, queued_at=now, sent_at=now, finished_at=None):
        raise Refused("too_late")
    send_on_commit(tasks.render_video, job.pk)
    append(kind=Kind.RULING, actor=reviewer, object_id=job.pk, reason=reason, appeal=str(Answer.GRANTED))


def _publish(job: Job, reviewer: User, reason: str) -> None:
    if job.ledger_entry_id is None:
        raise Refused("not_in_ledger")
    if not move(job.pk, leaving=(Status.REJECTED,), to=Status.PUBLISHED, finished_at=timezone.now()):
        raise Refused("too_late")
    append(kind=Kind.DECISION, actor=reviewer, object_id=job.pk, reason=reason, appeal=str(Answer.GRANTED))
    append(kind=Kind.PUBLISH, actor=reviewer, object_id=job.pk, output_sha256=job.output_sha256)
