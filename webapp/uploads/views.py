"""Pages of uploads; everything starts at the owner, and reviewers may look."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from webapp.accounts.permissions import user_of
from webapp.consent.looks import has_opened, note_look
from webapp.consent.services import unheard_consent, valid_consent
from webapp.errors_text import Refused
from webapp.media import serve
from webapp.review.shown import came_to_review
from webapp.uploads import services
from webapp.uploads.forms import FaceForm, PortraitForm, RecordingForm, ScriptForm
from webapp.uploads.models import Portrait, Recording


@login_required
@require_http_methods(["GET", "POST"])
def new_portrait(request: HttpRequest) -> HttpResponse:
    """Take a picture or a film."""
    form = PortraitForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            portrait = services.receive_portrait(owner=user_of(request), **form.cleaned_data)
            return redirect("uploads:portrait", portrait.pk)
        except Refused as refused:
            form.add_error(None, str(refused))
    return render(request, "uploads/portrait_new.html", {"form": form})


@login_required
@require_http_methods(["GET", "POST"])
def new_recording(request: HttpRequest) -> HttpResponse:
    """Take a recording."""
    form = RecordingForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            recording = services.receive_recording(owner=user_of(request), **form.cleaned_data)
            return redirect("uploads:recording", recording.pk)
        except Refused as refused:
            form.add_error(None, str(refused))
    max_seconds = user_of(request).max_recording_seconds
    return render(request, "uploads/recording_new.html", {"form": form, "max_seconds": max_seconds})


@login_required
@require_http_methods(["GET", "POST"])
def write_recording(request: HttpRequest) -> HttpResponse:
    """Take a text that a synthetic voice shall say."""
    form = ScriptForm(request.POST or None, initial=_written_before(request))
    if request.method == "POST" and form.is_valid():
        try:
            recording = services.write_recording(owner=user_of(request), **form.cleaned_data)
            return redirect("uploads:recording", recording.pk)
        except Refused as refused:
            form.add_error(None, str(refused))
    return render(request, "uploads/recording_write.html", {"form": form})


def _written_before(request: HttpRequest) -> dict[str, str]:
    """The text of an earlier recording of one's own, to be changed; ?again=<uuid>."""
    try:
        earlier = user_of(request).recordings.get(pk=request.GET.get("again", ""), synthetic_voice=True)
    except (Recording.DoesNotExist, ValidationError):
        return {"language": "en"}
    return {"text": earlier.script["text"], "language": earlier.script["language"], "title": earlier.title}


def _portrait_context(portrait: Portrait) -> dict[str, object]:
    consent = valid_consent(portrait)
    unheard = None if consent else unheard_consent(portrait)
    return {"portrait": portrait, "consent": consent, "unheard": unheard, "outlines": _outlines(portrait)}


def _outlines(portrait: Portrait) -> list[dict[str, float]]:
    """Faces as x, y, width, height in px of the stored picture, for an SVG over it."""
    corners = enumerate(portrait.faces)
    return [{"index": i, "x": x0, "y": y0, "width": x1 - x0, "height": y1 - y0} for i, (x0, y0, x1, y1) in corners]


@login_required
@require_safe
def portrait(request: HttpRequest, portrait_id: UUID) -> HttpResponse:
    """The picture, its check and what comes next."""
    found = get_object_or_404(user_of(request).portraits, pk=portrait_id)
    return render(request, "uploads/portrait.html", _portrait_context(found))


@login_required
@require_safe
def portrait_status(request: HttpRequest, portrait_id: UUID) -> HttpResponse:
    """The part of the page that changes."""
    found = get_object_or_404(user_of(request).portraits, pk=portrait_id)
    return render(request, "uploads/_portrait_status.html", _portrait_context(found))


@login_required
@require_POST
def choose_face(request: HttpRequest, portrait_id: UUID) -> HttpResponse:
    """Say which face shall speak."""
    found = get_object_or_404(user_of(request).portraits, pk=portrait_id)
    form = FaceForm(request.POST)
    try:
        services.choose_face(portrait=found, index=form.cleaned_data["face"] if form.is_valid() else -1)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("uploads:portrait", found.pk)


@login_required
@require_safe
def portrait_picture(request: HttpRequest, portrait_id: UUID) -> HttpResponseBase:
    """The clean bytes, for the owner, and for reviewers once a video of it came to review."""
    found = get_object_or_404(Portrait.objects.filter(_may_see(request)).distinct(), pk=portrait_id)
    if not found.file:
        raise Http404
    return serve(request, found.file, content_type=found.content_type)


@login_required
@require_safe
def portrait_film(request: HttpRequest, portrait_id: UUID) -> HttpResponseBase:
    """The clean film, for those who may see its still."""
    found = get_object_or_404(Portrait.objects.filter(_may_see(request)).distinct(), pk=portrait_id)
    if not found.film:
        raise Http404
    return serve(request, found.film, content_type=found.source_type)


def _may_see(request: HttpRequest) -> Q:
    """Rows that are one's own; for reviewers, those of a video that came to review, before or after it was made."""
    own = Q(owner=user_of(request))
    return own | came_to_review("jobs") if user_of(request).is_reviewer else own


@login_required
@require_safe
def recording(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """The recording, its check and what comes next."""
    found = get_object_or_404(user_of(request).recordings, pk=recording_id)
    return render(request, "uploads/recording.html", {"recording": found})


@login_required
@require_safe
def recording_status(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """The part of the page that changes."""
    found = get_object_or_404(user_of(request).recordings, pk=recording_id)
    return render(request, "uploads/_recording_status.html", {"recording": found})


@login_required
@require_safe
def recording_sound(request: HttpRequest, recording_id: UUID) -> HttpResponseBase:
    """The clean sound, for the owner, and for reviewers once a video that rests on it came to review.

    A sitter's statement opens for a reviewer who gave a reason a short while ago.
    """
    spoken = came_to_review("consents__jobs") if user_of(request).is_reviewer else Q()
    found = get_object_or_404(Recording.objects.filter(_may_see(request) | spoken).distinct(), pk=recording_id)
    if not found.file or found.deleted_at:
        raise Http404
    user, consents = user_of(request), list(found.consents.all())
    if found.owner_id == user.pk:
        for consent in consents:
            note_look(consent=consent, by=user, why="listened to the statement")
    elif found.is_statement and not any(has_opened(of=consent, by=user) for consent in consents):
        raise Http404
    return serve(request, found.file, content_type="audio/flac")


@login_required
@require_POST
def delete_portrait(request: HttpRequest, portrait_id: UUID) -> HttpResponse:
    """Delete a picture that nothing rests on."""
    return _delete(request, get_object_or_404(user_of(request).portraits, pk=portrait_id), "uploads:portrait")


@login_required
@require_POST
def delete_recording(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """Delete a recording that nothing rests on."""
    return _delete(request, get_object_or_404(user_of(request).recordings, pk=recording_id), "uploads:recording")


def _delete(request: HttpRequest, upload: Portrait | Recording, page: str) -> HttpResponse:
    key = upload.pk
    try:
        services.delete_upload(upload=upload)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(page, key)
    messages.success(request, "Deleted.")
    return redirect("videos:list")
