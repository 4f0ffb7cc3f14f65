"""Pages on which a creator asks a sitter."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from webapp.accounts.permissions import user_of
from webapp.consent import asking, links
from webapp.consent.forms import AskForm
from webapp.errors_text import Refused


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, portrait_id: UUID) -> HttpResponse:
    """Ask for a consent by link. The answer to a good POST is the only page that ever shows the link."""
    portrait = get_object_or_404(user_of(request).portraits, pk=portrait_id)
    form = AskForm(request.POST or None, owner=user_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            asked, token = asking.ask(by=user_of(request), portrait=portrait, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            address = request.build_absolute_uri(reverse("sitter:agree-link", args=[token]))
            shown = {"portrait": portrait, "asked": asked, "address": address, "qr": links.qr_of(address)}
            return render(request, "consent/asked.html", shown, status=HTTPStatus.CREATED)
    now = timezone.now()
    earlier = [(asked, asked.is_open(now)) for asked in portrait.requests.select_related("consent")]
    return render(request, "consent/ask.html", {"form": form, "portrait": portrait, "earlier": earlier})


@login_required
@require_POST
def revoke(request: HttpRequest, portrait_id: UUID) -> HttpResponse:
    """Take a question back; POST request (id)."""
    portrait = get_object_or_404(user_of(request).portraits, pk=portrait_id)
    try:
        wanted = UUID(request.POST.get("request", ""))
    except ValueError as error:
        raise Http404 from error
    try:
        asking.revoke(get_object_or_404(portrait.requests, pk=wanted))
        messages.success(request, "Taken back. The link no longer works.")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("consent:ask", portrait.pk)
