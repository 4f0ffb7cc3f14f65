"""The public look-up, and what anyone may fetch to check our videos. Reviewers see more of the answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from provenance.codes import parse_code
from webapp.accounts.models import User
from webapp.errors_text import ENDED_CONSENTS, Refused
from webapp.lookup import services
from webapp.lookup.forms import LookUpForm
from webapp.lookup.models import LookUp, Trace
from webapp.media import serve
from webapp.videos.models import Status


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Take a suspect file. Strangers may ask a few times an hour."""
    form = LookUpForm(request.POST or None, request.FILES or None)
    reviewer = _reviewer(request)
    if request.method == "POST" and not reviewer and not ratelimit.consume(request, action="look_up"):
        return render(request, "lookup/too_often.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("lookup:look-up", services.ask(suspect=form.cleaned_data["file"], by=reviewer).pk)
        except Refused as refused:
            form.add_error(None, str(refused))
    return render(request, "lookup/new.html", {"form": form})


@never_cache
@require_safe
def look_up(request: HttpRequest, look_up_id: UUID) -> HttpResponse:
    """How far it is, then the answer. The address is the only way to it, for an hour."""
    return render(request, "lookup/look_up.html", _context(request, look_up_id))


@never_cache
@require_safe
def status(request: HttpRequest, look_up_id: UUID) -> HttpResponse:
    """The part of the page that changes."""
    return render(request, "lookup/_status.html", _context(request, look_up_id))


@require_safe
def manifest(request: HttpRequest, code: str) -> HttpResponseBase:
    """The content credentials of a published video whose copy lost them. 410 once it was taken down."""
    try:
        trace = get_object_or_404(Trace.objects.select_related("job"), job__code=parse_code(code))
    except ValueError as error:
        raise Http404 from error
    if trace.job.status == Status.TAKEN_DOWN:
        return HttpResponse("This video was taken down.", content_type="text/plain", status=HTTPStatus.GONE)
    if trace.job.status != Status.PUBLISHED:
        raise Http404
    return serve(request, trace.manifest, content_type="application/c2pa")


@require_safe
def root(request: HttpRequest) -> FileResponse:
    """The root certificates by which anyone can check who signed our videos."""
    if not settings.TRUST_ROOT.is_file():
        raise Http404
    return FileResponse(settings.TRUST_ROOT.open("rb"), content_type="application/x-pem-file", filename="root.pem")


def _reviewer(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) and request.user.is_reviewer else None


def _context(request: HttpRequest, look_up_id: UUID) -> dict[str, Any]:
    asked = get_object_or_404(LookUp.objects.select_related("job__owner", "job__consent"), pk=look_up_id)
    if asked.asked_by_id and not _reviewer(request):  # a reviewer's answer names people
        raise Http404
    return {
        "look_up": asked,
        "percent": round(100 * asked.progress),
        "job": asked.job if asked.asked_by_id else None,
        "taken_down": asked.job is not None and asked.job.status == Status.TAKEN_DOWN,
        "taken_back": asked.job is not None and asked.job.error_code in ENDED_CONSENTS,
        "signals": [signal | SIGNALS[signal["name"]] for signal in asked.found.get("signals", [])],
    }


# What each signal is, for people: when it was found, and what it does not say.
SIGNALS: dict[str, dict[str, str]] = {
    "naming_mark": {
        "title": "Invisible mark",
        "yes": "The picture carries our mark, and the mark names a video.",
        "no": "No mark of ours can be read from the picture.",
    },
    "second_layer": {
        "title": "Second mark",
        "yes": "A second mark, made in another way, agrees.",
        "no": "The second mark does not confirm it.",
    },
    "manifest": {
        "title": "Content credentials",
        "yes": "The file has its signed content credentials, and they are ours.",
        "no": "The file has no content credentials of ours. Most websites remove them.",
    },
    "fingerprint": {
        "title": "Look and sound",
        "yes": "It looks and sounds like a video that was made here.",
        "no": "It does not look and sound like a video that was made here.",
    },
}
