"""Pages of consent."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from webapp.accounts.permissions import user_of
from webapp.consent import forgetting, giving, services
from webapp.consent.forms import ReasonForm
from webapp.consent.giving_forms import GivenForm, MyselfForm, NobodyForm
from webapp.consent.live import standing
from webapp.consent.live.phrases import CHOICES
from webapp.consent.looks import note_look
from webapp.consent.models import Consent
from webapp.consent.receipts import receipt_of
from webapp.errors_text import Refused
from webapp.media import json_file
from webapp.uploads.models import Portrait


@login_required
@require_safe
def give(request: HttpRequest, portrait_id: UUID) -> HttpResponse:
    """Who is in the picture? Three ways from here."""
    portrait = get_object_or_404(user_of(request).portraits, pk=portrait_id)
    return render(request, "consent/give.html", {"portrait": portrait})


@login_required
@require_http_methods(["GET", "POST"])
def myself(request: HttpRequest, portrait_id: UUID) -> HttpResponse:
    """A consent for one's own face: the live check first, then what it is for."""
    portrait = get_object_or_404(user_of(request).portraits, pk=portrait_id)
    form = MyselfForm(request.POST or None, request.FILES or None)
    if _given(request, portrait, form, giving.give_for_myself):
        return redirect("uploads:portrait", portrait.pk)
    context = {
        "form": form,
        "portrait": portrait,
        "passed": standing.by_account(portrait, user_of(request)).first(),
        "live": standing.latest(portrait, user_of(request)),
        "tongues": CHOICES,
    }
    return render(request, "consent/myself.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def nobody(request: HttpRequest, portrait_id: UUID) -> HttpResponse:
    """What is stated of a picture in which nobody living is seen."""
    portrait = get_object_or_404(user_of(request).portraits, pk=portrait_id)
    form = NobodyForm(request.POST or None)
    if _given(request, portrait, form, giving.give_for_nobody):
        return redirect("uploads:portrait", portrait.pk)
    return render(request, "consent/nobody.html", {"form": form, "portrait": portrait})


def _given(request: HttpRequest, portrait: Portrait, form: GivenForm, give_for: Callable[..., Consent]) -> bool:
    """Whether the form made a consent; if not, it tells why."""
    if request.method != "POST" or not form.is_valid():
        return False
    said = {key: value for key, value in form.cleaned_data.items() if key != "confirm"}
    try:
        give_for(created_by=user_of(request), portrait=portrait, **said)
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    return True


@login_required
@require_safe
def consent(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """What was agreed to, and the videos made under it."""
    rows = user_of(request).consents.select_related("portrait", "recorded_statement")
    found = get_object_or_404(rows, pk=consent_id)
    is_valid = found.is_valid_for(found.portrait, timezone.now())
    signed = receipt_of(found) is not None
    note_look(consent=found, by=user_of(request), why="on the page of this consent")
    is_over = found.expires_at <= timezone.now()
    context = {"consent": found, "is_valid": is_valid, "is_over": is_over, "signed": signed}
    context |= {"jobs": found.jobs.all(), "spoken": forgetting.spoken_of(found)}
    return render(request, "consent/consent.html", context)


@login_required
@require_safe
def receipt(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """The signed record, for `python -m provenance check-consent`; not there before it is signed."""
    found = get_object_or_404(user_of(request).consents, pk=consent_id)
    said = receipt_of(found)
    if said is None:
        raise Http404
    return json_file(said, name=f"consent-{found.pk}.json")


@login_required
@require_POST
def withdraw(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """End a consent for good."""
    found = get_object_or_404(user_of(request).consents, pk=consent_id)
    reason = ReasonForm(request.POST).said()
    try:
        services.withdraw_consent(consent=found, by=user_of(request), reason=reason)
        messages.success(request, "The consent is withdrawn. No more videos are made with it.")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("consent:consent", found.pk)
