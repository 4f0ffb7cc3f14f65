"""Pages of appeals: whoever asked writes one, a reviewer who did not say no answers it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from webapp.accounts.permissions import reviewer_required, user_of
from webapp.consent.looks import note_look
from webapp.errors_text import Refused
from webapp.moderation import appeals
from webapp.moderation.forms import AnswerForm, AppealForm
from webapp.moderation.models import Answer
from webapp.moderation.views import facts
from webapp.videos.models import Job


@login_required
@require_POST
def make(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Appeal against the no to a video of one's own."""
    job = get_object_or_404(user_of(request).jobs, pk=job_id)
    form = AppealForm(request.POST)
    if not form.is_valid():
        messages.error(request, f"Your words: {form.errors['words'][0]}")
        return redirect("videos:video", job.pk)
    try:
        appeals.appeal(job=job, by=user_of(request), words=form.cleaned_data["words"])
        messages.success(request, "Sent. Another reviewer looks at it.")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("videos:video", job.pk)


def _appealed() -> QuerySet[Job]:
    related = "owner", "portrait", "recording", "consent__recorded_statement", "appeal__reviewer"
    return Job.objects.filter(appeal__isnull=False).select_related(*related)


@reviewer_required
@require_safe
def show(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """One appeal beside everything known about the video."""
    job = get_object_or_404(_appealed(), pk=job_id)
    note_look(consent=job.consent, by=user_of(request), why="for an appeal")
    return _show(request, job, AnswerForm())


def _show(request: HttpRequest, job: Job, form: AnswerForm) -> HttpResponse:
    first, reader = appeals.first_word(job), user_of(request)
    is_own, is_first = job.owner_id == reader.pk, first is not None and first.reviewer_id == reader.pk
    context = facts(job, user_of(request)) | {
        "appeal": job.appeal,
        "first": first,
        "form": form,
        "is_own": is_own,
        "is_first": is_first,
        "can_answer": not (job.appeal.answer or is_own or is_first),
    }
    return render(request, "moderation/appeal.html", context)


@reviewer_required
@require_POST
def answer(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Grant it, or let the first decision stand."""
    job = get_object_or_404(_appealed(), pk=job_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _show(request, job, form)
    said = {"job": job, "reviewer": user_of(request), "reason": form.cleaned_data["reason"]}
    try:
        if form.cleaned_data["answer"] == Answer.GRANTED:
            appeals.grant(**said)
            messages.success(request, "Granted.")
        else:
            appeals.uphold(**said)
            messages.success(request, "The decision stands. Whoever asked reads your reason.")
    except Refused as refused:
        form.add_error(None, str(refused))
        return _show(request, job, form)
    return redirect("moderation:queue")
