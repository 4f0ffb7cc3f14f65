"""Pages on which reviewers look at requests before a frame is painted; nobody else learns that they exist."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from webapp.accounts.models import User
from webapp.accounts.permissions import reviewer_required, user_of
from webapp.consent.looks import has_opened, note_look
from webapp.errors_text import Refused
from webapp.moderation import services
from webapp.moderation.findings import findings_of
from webapp.moderation.forms import RulingForm
from webapp.moderation.listening import pieces, text_of
from webapp.moderation.models import Appeal, Ruling, Verdict
from webapp.review.place import place
from webapp.videos.label import voice
from webapp.videos.models import Job, Status

PAGE = 50  # requests


def _held_once() -> QuerySet[Job]:
    """Requests that wait for a reviewer or did."""
    related = "owner", "portrait", "recording", "consent__recorded_statement"
    return Job.objects.filter(holds__isnull=False).select_related(*related).distinct()


@reviewer_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for leave to be painted, longest first."""
    waiting = _held_once().filter(status=Status.HELD).annotate(since=Max("holds__created_at")).order_by("since")
    page = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
    reader = user_of(request)
    items = [_item(job, reader) for job in page]
    appeals = Appeal.objects.filter(answered_at=None).select_related("job__owner", "job__portrait")
    return render(request, "moderation/queue.html", {"page": page, "items": items, "appeals": appeals})


def _item(job: Any, reader: User) -> dict[str, Any]:
    """A request in the list; `since` is when it was last held."""
    return {"job": job, "why": place(job, reader, since=job.since), "findings": services.open_findings(job)}


@reviewer_required
@require_safe
def held(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """One request beside everything known about it."""
    job = get_object_or_404(_held_once(), pk=job_id)
    note_look(consent=job.consent, by=user_of(request), why="before a video was made")
    return _show(request, job, RulingForm())


def facts(job: Job, reader: User) -> dict[str, Any]:
    """What moderation/_request.html tells of a request."""
    findings = [finding for hold in job.holds.all() for finding in findings_of(hold)]
    said = list(pieces(text_of(job.recording), [span for finding in findings for span in finding.words]))
    opened = has_opened(of=job.consent, by=reader)
    known = {"job": job, "consent": job.consent, "findings": findings, "said": said}
    return known | {"opened": opened, "voice": voice(job)}


def _show(request: HttpRequest, job: Job, form: RulingForm) -> HttpResponse:
    rulings = Ruling.objects.filter(hold__job=job).select_related("reviewer")
    earlier = Ruling.objects.filter(hold__job__consent=job.consent).exclude(hold__job=job)
    context = facts(job, user_of(request)) | {
        "form": form,
        "rulings": rulings,
        "earlier": earlier.select_related("reviewer", "hold__job"),
        "is_own": job.owner_id == user_of(request).pk,
        "can_decide": job.status == Status.HELD and job.owner_id != user_of(request).pk,
    }
    return render(request, "moderation/held.html", context)


@reviewer_required
@require_POST
def decide(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Let it pass, or not."""
    job = get_object_or_404(_held_once(), pk=job_id)
    form = RulingForm(request.POST)
    if not form.is_valid():
        return _show(request, job, form)
    said = {"job": job, "reviewer": user_of(request), "reason": form.cleaned_data["reason"]}
    try:
        if form.cleaned_data["verdict"] == Verdict.ALLOWED:
            services.allow(**said)
            messages.success(request, "Allowed. It waits for a painter now.")
        else:
            services.refuse(**said)
            messages.success(request, "Refused. Whoever asked for it reads your reason.")
    except Refused as refused:
        form.add_error(None, str(refused))
        job.refresh_from_db()
        return _show(request, job, form)
    return redirect("moderation:queue")
