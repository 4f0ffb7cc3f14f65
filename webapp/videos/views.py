"""Pages of videos. Everything starts at the owner: a stranger's address is a 404."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from webapp.accounts.permissions import user_of
from webapp.consent.services import valid_consent
from webapp.errors_text import ENDED_CONSENTS, Refused
from webapp.media import serve
from webapp.moderation.appeals import may_appeal
from webapp.moderation.services import open_findings, refusal_of
from webapp.videos import production, services
from webapp.videos.forms import VideoForm
from webapp.videos.gone import gone_when_taken_down
from webapp.videos.label import label_for
from webapp.videos.models import Job, Status
from webapp.videos.progress import doing, time_left

WATCHABLE = Q(status__in=(Status.IN_REVIEW, Status.PUBLISHED))  # by the owner
PAGE = 24  # videos


def own_jobs(request: HttpRequest) -> QuerySet[Job]:
    """The jobs of whoever asks."""
    return user_of(request).jobs.select_related("portrait", "recording", "consent__recorded_statement", "owner")


def watchable_jobs(request: HttpRequest) -> QuerySet[Job]:
    """Finished films that whoever asks may see: their own until rejected, and all of them for reviewers."""
    user = user_of(request)
    if user.is_reviewer:
        return Job.objects.exclude(output="")
    return user.jobs.filter(WATCHABLE)


@login_required
@require_safe
def videos(request: HttpRequest) -> HttpResponse:
    """History: own videos, portraits and recordings."""
    user = user_of(request)
    page = Paginator(own_jobs(request), PAGE).get_page(request.GET.get("page"))
    uploads = {"portraits": user.portraits.all(), "recordings": user.recordings.filter(use="SPEECH")}
    return render(request, "videos/list.html", {"page": page, **uploads})


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose what and how; queue it."""
    user = user_of(request)
    chosen = {name: request.GET[name] for name in ("portrait", "recording") if name in request.GET}
    needs_consent = False
    form = VideoForm(request.POST or None, owner=user, initial=chosen)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("videos:video", _request(request, form).pk)
        except Refused as refused:
            form.add_error(None, str(refused))
            needs_consent = refused.explanation.code in ("consent_missing", *ENDED_CONSENTS)
    return render(request, "videos/new.html", {"form": form, "needs_consent": needs_consent})


def _request(request: HttpRequest, form: VideoForm) -> Job:
    portrait, recording = form.cleaned_data["portrait"], form.cleaned_data["recording"]
    purpose = form.cleaned_data["purpose"]
    consent = valid_consent(portrait, recording, purpose)
    if consent is None and purpose and valid_consent(portrait, recording):
        raise Refused("purpose_not_agreed")
    if consent is None:
        raise Refused("consent_other_recording" if valid_consent(portrait) else "consent_missing")
    return services.request_video(
        owner=user_of(request),
        portrait=portrait,
        recording=recording,
        consent=consent,
        choices=form.choices(),
        purpose=purpose,
        seed=form.cleaned_data["seed"],
        title=form.cleaned_data["title"],
    )


def _context(job: Job) -> dict[str, Any]:
    return {
        "job": job,
        "label": label_for(job, job.owner),  # whose pages these are
        "doing": doing(job.stage, job.stage_done, job.stage_total),
        "percent": round(100 * job.progress),
        "left": time_left(job.eta_s),
        "position": services.queue_position(job),
        "decision": getattr(job, "decision", None),
        "findings": open_findings(job),
        "refusal": refusal_of(job),
        "appeal": getattr(job, "appeal", None),
        "may_appeal": may_appeal(job),
        "can_watch": job.status in (Status.IN_REVIEW, Status.PUBLISHED),
        "consent_ended": job.error_code in ENDED_CONSENTS,
        "can_download": job.status == Status.PUBLISHED,
    }


@login_required
@require_safe
def video(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """One video: how far it is, then the film with its label."""
    return render(request, "videos/video.html", _context(get_object_or_404(own_jobs(request), pk=job_id)))


@login_required
@require_safe
@vary_on_headers("Accept")
def status(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The part of the page that changes; JSON for scripts that ask for it.

    With ?since=STATE the answer is 204 while the state is that one, so that a film being watched is left alone.
    """
    job = get_object_or_404(own_jobs(request), pk=job_id)
    if request.GET.get("since") == job.status:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    if request.accepts("text/html"):
        return render(request, "videos/_status.html", _context(job))
    said = {"state": job.status, "stage": job.stage, "progress": job.progress, "eta_s": job.eta_s}
    return JsonResponse(said | {"position": services.queue_position(job), "message": job.message, "hint": job.hint})


@login_required
@require_POST
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Stop a job."""
    job = get_object_or_404(own_jobs(request), pk=job_id)
    try:
        services.cancel_video(job=job, by=user_of(request))
        messages.success(request, "Cancelled. Your portrait, recording and consent are kept.")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("videos:video", job.pk)


@login_required
@require_POST
def retry(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Queue a failed or cancelled job again."""
    job = get_object_or_404(own_jobs(request), pk=job_id)
    try:
        services.retry_video(job=job, by=user_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("videos:video", job.pk)


@login_required
@require_safe
@gone_when_taken_down
def watch(request: HttpRequest, job_id: UUID) -> HttpResponseBase:
    """The sealed film for the player."""
    job = get_object_or_404(watchable_jobs(request), pk=job_id)
    return serve(request, job.output, content_type="video/mp4")


@login_required
@require_safe
@gone_when_taken_down
def poster(request: HttpRequest, job_id: UUID) -> HttpResponseBase:
    """The first frame: for its maker as soon as there is one, for reviewers once there is something to review."""
    may_see = Q(owner=user_of(request))
    if user_of(request).is_reviewer:
        may_see |= Q(sealed_at__isnull=False)
    job = get_object_or_404(Job.objects.filter(may_see), pk=job_id)
    if not job.poster:
        raise Http404
    return serve(request, job.poster, content_type="image/jpeg")


@login_required
@require_safe
@gone_when_taken_down
def download(request: HttpRequest, job_id: UUID) -> HttpResponseBase:
    """The sealed film as a file, once published; the ledger keeps that it was fetched."""
    job = get_object_or_404(own_jobs(request).filter(status=Status.PUBLISHED), pk=job_id)
    if request.method == "GET" and "Range" not in request.headers:
        services.record_download(job=job, by=user_of(request))
    return serve(request, job.output, content_type="video/mp4", download_as=f"sitter-{job.code_hex}.mp4")


@login_required
@require_safe
@gone_when_taken_down
def subtitles(request: HttpRequest, job_id: UUID, form: str) -> HttpResponse:
    """What is said, for those who may watch."""
    job = get_object_or_404(watchable_jobs(request), pk=job_id)
    text = production.captions(job.words, form=form)
    if form == "vtt":
        return HttpResponse(text, content_type="text/vtt; charset=utf-8")
    name = f'attachment; filename="sitter-{job.code_hex}.srt"'
    return HttpResponse(text, content_type="application/x-subrip", headers={"Content-Disposition": name})
