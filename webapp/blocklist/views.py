"""Pages of the block-list, for administrators."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from webapp.accounts.permissions import admin_required, user_of
from webapp.blocklist import services
from webapp.blocklist.alike import portraits_of
from webapp.blocklist.forms import BlockForm, LiftForm
from webapp.blocklist.models import BlockedFace
from webapp.errors_text import Refused
from webapp.videos.models import Job, Status

PAGE_ROWS = 50
SHOWN = (Status.IN_REVIEW, Status.PUBLISHED, Status.HIDDEN)  # videos that may still have to be taken down


@admin_required
@require_http_methods(["GET", "POST"])
def faces(request: HttpRequest) -> HttpResponse:
    """All blocks, the latest first; a new one by a picture."""
    form = BlockForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.block_picture(by=user_of(request), **form.cleaned_data)
            messages.success(request, "A worker takes the face now. The picture is deleted then.")
            return redirect("blocklist:list")
        except Refused as refused:
            form.add_error(None, str(refused))
    rows = BlockedFace.objects.select_related("by", "lifted_by").defer("embedding")
    page = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    return render(request, "blocklist/list.html", {"form": form, "page": page})


@admin_required
@require_http_methods(["GET", "POST"])
def face(request: HttpRequest, face_id: UUID) -> HttpResponse:
    """One block: the videos that show its face, and lifting it."""
    found = get_object_or_404(BlockedFace, pk=face_id)
    form = LiftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.lift(face=found, by=user_of(request), **form.cleaned_data)
            messages.success(request, "Lifted. The face is forgotten.")
            return redirect("blocklist:list")
        except Refused as refused:
            form.add_error(None, str(refused))
    portraits = list(portraits_of(bytes(found.embedding))) if found.embedding else []
    jobs = (
        Job.objects.filter(portrait__in=portraits, status__in=SHOWN).select_related("owner").order_by("-queued_at")
    )
    return render(request, "blocklist/face.html", {"face": found, "form": form, "jobs": jobs[:PAGE_ROWS]})
