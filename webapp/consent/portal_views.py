"""The sitter's private page: what was made of them, and how to stop it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from webapp.consent import code_views, forgetting, private
from webapp.consent import portal as services
from webapp.consent import services as consents
from webapp.consent.export import export
from webapp.consent.looks import looks_at
from webapp.consent.models import Consent, Sitter
from webapp.consent.purposes import Purpose
from webapp.errors_text import Refused
from webapp.media import json_file, serve
from webapp.videos.gone import gone
from webapp.videos.models import Job, Status

OVER = (Status.REJECTED, Status.TAKEN_DOWN)  # what can't come back anyway


@never_cache
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponseBase:
    """The private address."""
    if private.too_often(request):
        return redirect("sitter:too-often")
    sitter = services.by_token(token)
    if sitter and sitter.email and not private.knows(request, sitter.pk):
        return code_views.ask(request, sitter)
    return private.open_for(request, private.SITTER, sitter and sitter.pk, then="sitter:portal")


def _sitter(request: HttpRequest) -> Sitter | None:
    found = private.opened(request, private.SITTER)
    return Sitter.objects.filter(pk=found, erased_at=None).first() if found else None


def _sitter_or_404(request: HttpRequest) -> Sitter:
    sitter = _sitter(request)
    if sitter is None:
        raise Http404
    return sitter


@never_cache
@require_safe
def portal(request: HttpRequest) -> HttpResponse:
    """Every consent, every video, every look; without the link, how to get in."""
    sitter = _sitter(request)
    if sitter is None:
        return render(request, "consent/portal_closed.html")
    jobs = list(services.jobs_of(sitter))
    given = [_given(consent, jobs) for consent in services.consents_of(sitter)]
    stands = any(item["consent"].withdrawn_at is None for item in given)
    return render(request, "consent/portal.html", {"sitter": sitter, "given": given, "stands": stands})


def _given(consent: Consent, jobs: list[Job]) -> dict[str, Any]:
    """One consent as the page shows it."""
    gone = dict(consent.purpose_withdrawals.values_list("purpose", "created_at"))
    standing = [] if consent.withdrawn_at else [code for code in consent.purposes if code not in gone]
    for_one = [
        (job, not consent.withdrawn_at and job.purpose not in gone and job.status not in OVER) for job in jobs
    ]
    return {
        "consent": consent,
        "holds": consent.is_valid_for(consent.portrait, timezone.now()),
        "purposes": [(code, Purpose(code).label, gone.get(code)) for code in consent.purposes],
        "standing": standing,
        "jobs": [(job, may_stop) for job, may_stop in for_one if job.consent_id == consent.pk],
        "looks": looks_at(consent).select_related("by"),
        "spoken": forgetting.spoken_of(consent),
    }


@never_cache
@require_safe
def picture(request: HttpRequest, consent_id: UUID) -> HttpResponseBase:
    """The portrait."""
    consent = get_object_or_404(services.consents_of(_sitter_or_404(request)), pk=consent_id)
    return serve(request, consent.portrait.file, content_type=consent.portrait.content_type)


@never_cache
@require_safe
def watch(request: HttpRequest, job_id: UUID) -> HttpResponseBase:
    """A finished video of theirs."""
    job = get_object_or_404(services.jobs_of(_sitter_or_404(request)), pk=job_id)
    if job.status == Status.TAKEN_DOWN:
        return gone(job)
    if job.status not in (Status.IN_REVIEW, Status.PUBLISHED):
        raise Http404
    return serve(request, job.output, content_type="video/mp4")


@never_cache
@require_POST
def withdraw_video(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Stop one video."""
    job = get_object_or_404(services.jobs_of(_sitter_or_404(request)), pk=job_id)
    return _done(request, "This video is stopped, for good.", services.withdraw_video, job=job)


@never_cache
@require_POST
def withdraw_purpose(request: HttpRequest, consent_id: UUID, purpose: str) -> HttpResponse:
    """End one purpose of a consent."""
    consent = get_object_or_404(services.consents_of(_sitter_or_404(request)), pk=consent_id)
    told = "Withdrawn. Nothing more is made for this purpose, and what was out is taken down."
    return _done(request, told, services.withdraw_purpose, consent=consent, purpose=purpose)


@never_cache
@require_POST
def withdraw_consent(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """End one consent: one picture, with all its purposes."""
    consent = get_object_or_404(services.consents_of(_sitter_or_404(request)), pk=consent_id)
    told = "Withdrawn. Nothing more is made, and what was out is taken down."
    return _done(request, told, consents.withdraw_consent, consent=consent, by=None)


@never_cache
@require_POST
def withdraw_everything(request: HttpRequest) -> HttpResponse:
    """End all."""
    sitter = _sitter_or_404(request)
    told = "Everything is withdrawn. Nothing more is made, and what was out is taken down."
    return _done(request, told, services.withdraw_everything, sitter=sitter)


@never_cache
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """All that is kept, as a file."""
    return json_file(export(_sitter_or_404(request)), name="my-data.json")


@never_cache
@require_POST
def erase(request: HttpRequest) -> HttpResponse:
    """Withdraw everything and forget the sitter."""
    services.erase(_sitter_or_404(request))
    request.session.pop(private.SITTER, None)
    return render(request, "consent/portal_closed.html", {"erased": True})


@never_cache
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the page on this device, which is a new one from then on."""
    request.session.pop(private.SITTER, None)
    request.session.pop(private.KNOWN, None)
    return redirect("sitter:portal")


def _done(request: HttpRequest, told: str, act: Any, **what: Any) -> HttpResponse:
    try:
        act(**what)
        messages.success(request, told)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("sitter:portal")
