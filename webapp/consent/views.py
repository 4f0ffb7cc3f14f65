"""Pages of consent."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from webapp.accounts.permissions import user_of
from webapp.consent import services
from webapp.consent.forms import ConsentForm, WithdrawForm
from webapp.consent.live.phrases import CHOICES
from webapp.consent.live.services import passed_by_sitter
from webapp.consent.looks import note_look
from webapp.consent.receipts import receipt_of
from webapp.errors_text import Refused

AS_FILE = {"ensure_ascii": False, "indent": 2}


@login_required
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, portrait_id: UUID) -> HttpResponse:
    """Record a consent for one portrait."""
    portrait = get_object_or_404(user_of(request).portraits, pk=portrait_id)
    form = ConsentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = {key: value for key, value in form.cleaned_data.items() if key != "confirm"}
        try:
            services.give_consent_with_file(created_by=user_of(request), portrait=portrait, **said)
            return redirect("uploads:portrait", portrait.pk)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {"form": form, "portrait": portrait, "live": passed_by_sitter(portrait), "tongues": CHOICES}
    return render(request, "consent/give.html", context)


@login_required
@require_safe
def consent(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """What was agreed to, and the videos made under it."""
    rows = user_of(request).consents.select_related("portrait", "recorded_statement")
    found = get_object_or_404(rows, pk=consent_id)
    is_valid = found.is_valid_for(found.portrait, timezone.now())
    signed = receipt_of(found) is not None
    note_look(consent=found, by=user_of(request), why="on the page of this consent")
    context = {"consent": found, "is_valid": is_valid, "signed": signed, "jobs": found.jobs.all()}
    return render(request, "consent/consent.html", context)


@login_required
@require_safe
def receipt(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """The signed record, for `python -m provenance check-consent`; not there before it is signed."""
    found = get_object_or_404(user_of(request).consents, pk=consent_id)
    said = receipt_of(found)
    if said is None:
        raise Http404
    name = f'attachment; filename="consent-{found.pk}.json"'
    return JsonResponse(said, json_dumps_params=AS_FILE, headers={"Content-Disposition": name})


@login_required
@require_POST
def withdraw(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """End a consent for good."""
    found = get_object_or_404(user_of(request).consents, pk=consent_id)
    form = WithdrawForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        services.withdraw_consent(consent=found, by=user_of(request), reason=reason)
        messages.success(request, "The consent is withdrawn. No more videos are made with it.")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("consent:consent", found.pk)
