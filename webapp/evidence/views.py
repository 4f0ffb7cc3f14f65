"""Packages of evidence about one video; reviewers only."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from webapp.accounts.permissions import reviewer_required, user_of
from webapp.errors_text import Refused
from webapp.evidence import services
from webapp.evidence.forms import EvidenceForm
from webapp.evidence.models import Package, State
from webapp.lookup.models import LookUp
from webapp.lookup.models import State as LookUpState
from webapp.media import serve
from webapp.videos.models import Job


@reviewer_required
@require_http_methods(["GET", "POST"])
def packages(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """What was put together so far; POST reason asks for another. ?suspect=<look-up> adds what was found in it."""
    job = get_object_or_404(Job.objects.exclude(output=""), pk=job_id)
    form = EvidenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            services.ask(job=job, by=user_of(request), reason=reason, signals=_signals(request, job))
            messages.success(request, "It is being put together. It takes some seconds.")
            return redirect("evidence:packages", job.pk)
        except Refused as refused:
            form.add_error(None, str(refused))
    shown = job.packages.select_related("asked_by")
    waiting = any(package.state == State.WAITING for package in shown)
    context = {"job": job, "form": form, "packages": shown, "waiting": waiting, "suspect": _suspect(request, job)}
    return render(request, "evidence/packages.html", context)


@reviewer_required
@require_safe
def download(request: HttpRequest, package_id: UUID) -> HttpResponseBase:
    """The ZIP."""
    package = get_object_or_404(Package, pk=package_id, state=State.READY)
    name = f"sitter-evidence-{package.job.code_hex}.zip"
    return serve(request, package.file, content_type="application/zip", download_as=name)


def _suspect(request: HttpRequest, job: Job) -> LookUp | None:
    """The reviewer's look-up that led here, while it is kept."""
    asked = request.GET.get("suspect", "")
    try:
        wanted = UUID(asked)
    except ValueError:
        return None
    return LookUp.objects.filter(pk=wanted, job=job, state=LookUpState.DONE, asked_by=user_of(request)).first()


def _signals(request: HttpRequest, job: Job) -> dict[str, object] | None:
    suspect = _suspect(request, job)
    return suspect.found | {"suspect_sha256": suspect.sha256} if suspect else None
