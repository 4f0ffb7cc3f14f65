"""Answering reports: all those of one video together, by a reviewer who did not make it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from webapp.accounts.models import User
from webapp.audit.models import Kind
from webapp.audit.services import append
from webapp.errors_text import Refused, explain
from webapp.reports import letters
from webapp.reports.finding import meant
from webapp.reports.models import Outcome, Report
from webapp.reports.services import take_in
from webapp.review.impartial import require_stranger
from webapp.videos.models import Job, Status
from webapp.videos.services import OUT
from webapp.videos.status import UNTOLD, move, told

OVER = (Status.TAKEN_DOWN, Status.REJECTED, Status.CANCELLED, Status.FAILED)  # nothing of it can be seen


@dataclass(frozen=True)
class Case:
    """The open reports of one video, oldest first; or one report that names none of ours."""

    job: Job | None
    reports: tuple[Report, ...]

    @property
    def urgent(self) -> bool:
        """Whether it comes before the others."""
        return any(report.urgent for report in self.reports)


def open_cases() -> list[Case]:
    """What waits for an answer: urgent ones first, then the oldest."""
    cases: dict[UUID, Case] = {}
    waiting = Report.objects.filter(outcome=Outcome.OPEN).select_related("job__owner", "job__consent")
    for report in waiting.order_by("created_at"):
        key = report.job_id or report.pk
        case = cases.get(key) or Case(report.job, ())
        cases[key] = replace(case, reports=(*case.reports, report))
    return sorted(cases.values(), key=lambda case: (not case.urgent, case.reports[0].created_at))


@transaction.atomic
def take_down(*, job: Job, copies: Iterable[Job], by: User, reason: str) -> None:
    """Take a video down, and copies of it, for good; answers every open report of each."""
    videos = [job, *copies]
    _require(by, reason, videos)
    why = explain("report_upheld", reason=reason)
    over = told(why) | {"finished_at": timezone.now()}
    was_out = [move(video.pk, leaving=OUT, to=Status.TAKEN_DOWN, **over) for video in videos]
    if not was_out[0] and not Job.objects.filter(pk=job.pk, status__in=OVER).exists():
        raise Refused("report_before_review")
    answered = [_answer(video.reports.all(), Outcome.TAKEN_DOWN, by, reason) for video in videos]
    if not answered[0]:
        raise Refused("report_answered")
    for video, moved, reports in zip(videos, was_out, answered, strict=True):
        if moved:
            letters.tell_maker(job=video, why=why)
        _write_down(video, by, Outcome.TAKEN_DOWN, reason, reports)
        if moved:
            append(kind=Kind.TAKE_DOWN, actor=by, object_id=video.pk, consent=str(video.consent_id))


@transaction.atomic
def keep(*, job: Job, seen: Sequence[UUID], by: User, reason: str) -> None:
    """Leave a video where it is, or put it back; answers the reports that this reviewer has `seen`."""
    _require(by, reason, [job])
    reports = _answer(job.reports.filter(pk__in=seen), Outcome.KEPT, by, reason)
    if not reports:
        raise Refused("report_answered")
    others = job.reports.filter(outcome=Outcome.OPEN, urgent=True)
    back = not others.exists() and move(job.pk, leaving=(Status.HIDDEN,), to=Status.PUBLISHED, **UNTOLD)
    if back:
        letters.tell_maker(job=job, why=explain("report_declined"))
    _write_down(job, by, Outcome.KEPT, reason, reports)
    if back:
        append(kind=Kind.PUBLISH, actor=by, object_id=job.pk, output_sha256=job.output_sha256)


@transaction.atomic
def attach(*, report: Report, video: str, by: User) -> Job:
    """Say which video a report is about that named none of ours."""
    job = meant(video)
    if job is None:
        raise Refused("report_video_unknown")
    require_stranger(by, job)
    if not Report.objects.filter(pk=report.pk, outcome=Outcome.OPEN, job=None).update(job=job):
        raise Refused("report_answered")
    report.refresh_from_db()
    take_in(report)
    return job


@transaction.atomic
def not_ours(*, report: Report, by: User, reason: str) -> None:
    """Answer a report for which no video of this site was found."""
    _require(by, reason, [])
    reports = _answer(Report.objects.filter(pk=report.pk, job=None), Outcome.NOT_OURS, by, reason)
    if not reports:
        raise Refused("report_answered")
    _write_down(None, by, Outcome.NOT_OURS, reason, reports)


def _require(by: User, reason: str, videos: Sequence[Job]) -> None:
    require_stranger(by, *videos)
    if not reason.strip():
        raise Refused("report_reason_missing")


def _answer(reports: QuerySet[Report], outcome: Outcome, by: User, reason: str) -> list[Report]:
    """Answer those that are open, and tell whoever gave an address."""
    now = timezone.now()
    still_open = list(reports.filter(outcome=Outcome.OPEN).order_by("pk").values_list("pk", flat=True))
    Report.objects.filter(pk__in=still_open, outcome=Outcome.OPEN).update(
        outcome=outcome, answer=reason.strip(), decided_by=by, decided_at=now
    )
    answered = list(Report.objects.filter(pk__in=still_open, decided_by=by, decided_at=now))
    for report in answered:
        letters.send_answer(report)
    return answered


def _write_down(job: Job | None, by: User, outcome: Outcome, reason: str, reports: Sequence[Report]) -> None:
    append(
        kind=Kind.DECISION,
        actor=by,
        object_id=job.pk if job else reports[0].pk,
        reason=reason,
        verdict=str(outcome),
        reports=[str(report.pk) for report in reports],
    )
