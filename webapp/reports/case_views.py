"""Reviewers answer reports."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timesince import timesince, timeuntil
from django.views.decorators.http import require_http_methods, require_safe

from webapp.accounts.models import User
from webapp.accounts.permissions import reviewer_required, user_of
from webapp.consent.looks import note_look
from webapp.errors_text import Refused
from webapp.reports import deciding
from webapp.reports.copies import Copy, copies_of
from webapp.reports.deciding import Case
from webapp.reports.forms import AnswerForm, LooseForm
from webapp.reports.models import Outcome, Report
from webapp.videos.label import label_for
from webapp.videos.models import Job


@reviewer_required
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Open reports, those of one video together."""
    reader = user_of(request)
    items = [
        {"case": case, "clock": _clock(case.reports[0]), "is_own": _is_own(case.job, reader)}
        for case in deciding.open_cases()
    ]
    return render(request, "reports/waiting.html", {"items": items})


@reviewer_required
@require_http_methods(["GET", "POST"])
def case(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """All reports of one video beside the video; POST verdict, reason, seen, copies. Not there for its maker."""
    reader = user_of(request)
    job = get_object_or_404(Job.objects.select_related("owner", "portrait", "recording", "consent"), pk=job_id)
    reports = list(job.reports.order_by("created_at"))
    if not reports or _is_own(job, reader):
        raise Http404
    still_open = [report for report in reports if report.outcome == Outcome.OPEN]
    copies = copies_of(job) if still_open else []
    form = AnswerForm(request.POST or None, reports=still_open, copies=copies)
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, _answer(job, form, copies, by=reader))
            return redirect("cases:waiting")
        except Refused as refused:
            form.add_error(None, str(refused))
    note_look(consent=job.consent, by=reader, why="after a report of a video")
    context = {
        "job": job,
        "label": label_for(job, reader),
        "case": Case(job, tuple(still_open)),
        "reports": [{"report": report, "clock": _clock(report)} for report in reports],
        "copies": [{"copy": copy, "is_own": _is_own(copy.job, reader)} for copy in copies],
        "form": form,
    }
    return render(request, "reports/case.html", context)


def _answer(job: Job, form: AnswerForm, copies: list[Copy], *, by: User) -> str:
    reason = form.cleaned_data["reason"]
    if form.cleaned_data["verdict"] == AnswerForm.KEEP:
        deciding.keep(job=job, seen=form.ids("seen"), by=by, reason=reason)
        return "Kept. Whoever reported it reads your reason."
    chosen = form.ids("copies")
    others = [copy.job for copy in copies if copy.job.pk in chosen]
    deciding.take_down(job=job, copies=others, by=by, reason=reason)
    return "Taken down. Whoever reported it and whoever made it read your reason."


@reviewer_required
@require_http_methods(["GET", "POST"])
def loose(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """A report that names no video of ours: POST video to say which it is, or reason to answer that it is none."""
    report = get_object_or_404(Report, pk=report_id)
    if report.job_id:
        return redirect("cases:case", report.job_id)
    form = LooseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["video"]:
                job = deciding.attach(report=report, video=form.cleaned_data["video"], by=user_of(request))
                return redirect("cases:case", job.pk)
            deciding.not_ours(report=report, by=user_of(request), reason=form.cleaned_data["reason"])
            messages.success(request, "Answered. Whoever reported it reads your reason.")
            return redirect("cases:waiting")
        except Refused as refused:
            form.add_error(None, str(refused))
    return render(request, "reports/loose.html", {"report": report, "clock": _clock(report), "form": form})


def _is_own(job: Job | None, reader: User) -> bool:
    return job is not None and job.owner_id == reader.pk


def _clock(report: Report) -> str:
    """How long there is for an answer."""
    if report.due_at < timezone.now():
        return f"Late by {timesince(report.due_at)}"
    return f"{timeuntil(report.due_at)} left"
