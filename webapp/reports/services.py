"""Reporting a video, and forgetting who did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from webapp.audit.models import Kind
from webapp.audit.services import append
from webapp.consent import links
from webapp.errors_text import Refused, explain
from webapp.reports import letters
from webapp.reports.finding import meant
from webapp.reports.models import PERSONAL, URGENT, Outcome, Report
from webapp.videos.models import Job, Status
from webapp.videos.status import move, told

KEPT_FOR = timedelta(days=90)  # after the answer, what tells of the reporter


@dataclass(frozen=True)
class Said:
    """What a reporter says; every text may be empty."""

    stands: str
    wrong: Sequence[str]
    video: str = ""  # its number or address
    elsewhere: str = ""
    words: str = ""
    contact: str = ""
    name: str = ""
    formal: bool = False


@transaction.atomic
def send_report(*, said: Said, pages: str) -> tuple[Report, str]:
    """Keep a report and hide its video where that can't wait. With it, its private address under `pages`."""
    token = links.new_token()
    report = Report.objects.create(
        token_hash=links.hash_of(token),
        job=meant(said.video) or meant(said.elsewhere),
        stands=said.stands,
        wrong=list(said.wrong),
        urgent=not URGENT.isdisjoint(said.wrong),
        formal=said.formal,
        **{name: getattr(said, name) for name in PERSONAL},
    )
    take_in(report)
    address = f"{pages}link/{token}/"
    letters.send_private_link(report=report, address=address)
    return report, address


def take_in(report: Report) -> None:
    """Hide the video of an urgent report, and write down that there is one. Call in a transaction."""
    job = report.job
    hidden = job is not None and _must_hide(report, job) and _hide(job)
    append(
        kind=Kind.REPORT,
        actor=None,
        object_id=job.pk if job else report.pk,
        report=str(report.pk),
        urgent=report.urgent,
        hidden=hidden,
    )


def _must_hide(report: Report, job: Job) -> bool:
    """Urgent ones hide a video, unless a reviewer has looked at it for an urgent one before and kept it."""
    return report.urgent and not job.reports.filter(urgent=True, outcome=Outcome.KEPT).exists()


def _hide(job: Job) -> bool:
    why = explain("video_reported")
    hidden = move(job.pk, leaving=(Status.PUBLISHED,), to=Status.HIDDEN, **told(why))
    if hidden:
        letters.tell_maker(job=job, why=why)
    return hidden


def require_unreported(job: Job) -> None:
    """Refused where a video must not come out: a report of it was upheld, or an urgent one is open."""
    if job.reports.filter(outcome=Outcome.TAKEN_DOWN).exists():
        raise Refused("report_stands")
    if any(_must_hide(report, job) for report in job.reports.filter(outcome=Outcome.OPEN)):
        raise Refused("report_unread")


def by_token(token: str) -> Report | None:
    """The report behind a private link."""
    return Report.objects.filter(token_hash=links.hash_of(token)).first()


@transaction.atomic
def erase(report: Report, *, by: str) -> bool:
    """Forget who sent an answered report and what they wrote; False where it is open or was forgotten before."""
    answered = Report.objects.filter(pk=report.pk, erased_at=None).exclude(outcome=Outcome.OPEN)
    nothing = dict.fromkeys(PERSONAL, "")
    if not answered.update(token_hash=None, erased_at=timezone.now(), **nothing):
        return False
    append(kind=Kind.ERASURE, actor=None, object_id=report.pk, by=by, fields=len(PERSONAL))
    return True


def forget_old() -> None:
    """Erase what was answered long ago."""
    for report in Report.objects.filter(decided_at__lt=timezone.now() - KEPT_FOR, erased_at=None):
        erase(report, by="site")
