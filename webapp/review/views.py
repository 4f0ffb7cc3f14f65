"""Pages of reviewers; nobody else learns that they exist."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from webapp.accounts.permissions import reviewer_required, user_of
from webapp.consent.forms import ReasonForm
from webapp.consent.looks import has_opened, note_look, open_recording
from webapp.consent.models import Consent
from webapp.errors_text import Refused
from webapp.review import services
from webapp.review.elsewhere import waiting as waiting_elsewhere
from webapp.review.forms import DecisionForm
from webapp.review.models import Verdict
from webapp.review.place import place
from webapp.review.shown import came_to_review
from webapp.videos.certificate import ending
from webapp.videos.label import label_for
from webapp.videos.models import Job, Status

PAGE = 50  # videos


def _reviewable() -> QuerySet[Job]:
    return Job.objects.exclude(output="").select_related(
        "owner", "portrait", "recording", "consent__recorded_statement", "decision__reviewer"
    )


@reviewer_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, longest first."""
    waiting = _reviewable().filter(status=Status.IN_REVIEW).order_by("sealed_at")
    page = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
    reader = user_of(request)
    items = [{"job": job, "why": place(job, reader, since=job.sealed_at or job.created_at)} for job in page]
    context = {"page": page, "signer_ends": ending(), "items": items, "elsewhere": waiting_elsewhere()}
    return render(request, "review/queue.html", context)


@reviewer_required
@require_safe
def video(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Watch one video beside everything known about it."""
    job = get_object_or_404(_reviewable(), pk=job_id)
    note_look(consent=job.consent, by=user_of(request), why="in the review of a video")
    return _show(request, job, DecisionForm())


def _show(request: HttpRequest, job: Job, form: DecisionForm) -> HttpResponse:
    context = {
        "job": job,
        "form": form,
        "label": label_for(job, user_of(request)),
        "consent": job.consent,
        "opened": has_opened(of=job.consent, by=user_of(request)),
        "decision": getattr(job, "decision", None),
        "is_own": job.owner_id == user_of(request).pk,
        "can_decide": job.status == Status.IN_REVIEW and job.owner_id != user_of(request).pk,
    }
    return render(request, "review/video.html", context)


@reviewer_required
@require_POST
def open_statement(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Open a sitter's spoken statement for a while; POST reason, next. Only of what came to a reviewer."""
    consent = get_object_or_404(Consent.objects.filter(came_to_review("jobs")).distinct(), pk=consent_id)
    try:
        open_recording(of=consent, by=user_of(request), reason=ReasonForm(request.POST).said())
    except Refused as refused:
        messages.error(request, str(refused))
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(f"{back}#spoken" if safe else "review:queue")


@reviewer_required
@require_POST
def decide(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Approve or reject."""
    job = get_object_or_404(_reviewable(), pk=job_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _show(request, job, form)
    try:
        if form.cleaned_data["verdict"] == Verdict.APPROVED:
            services.publish(job=job, reviewer=user_of(request), reason=form.cleaned_data["reason"])
            messages.success(request, "Approved and published.")
        else:
            services.reject(job=job, reviewer=user_of(request), reason=form.cleaned_data["reason"])
            messages.success(request, "Rejected. Its maker reads your reason.")
    except Refused as refused:
        form.add_error(None, str(refused))
        return _show(request, job, form)
    return redirect("review:queue")
