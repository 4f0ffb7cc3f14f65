"""The page on which a sitter, without an account, shows that it is them; and what reviewers see of the unsure."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from webapp.accounts.permissions import reviewer_required, user_of
from webapp.consent import answering, choosing, links
from webapp.consent.forms import ReasonForm
from webapp.consent.live import services
from webapp.consent.live.forms import AppealForm, BeginForm, DrawForm, FilmForm
from webapp.consent.live.models import Challenge, State
from webapp.consent.live.moves import ASKS, length_s
from webapp.consent.live.sentences import TITLES
from webapp.consent.looks import has_opened, open_recording
from webapp.errors_text import Refused
from webapp.media import serve


@login_required
@require_POST
def begin(request: HttpRequest, portrait_id: UUID) -> HttpResponse:
    """Begin a live check of one's own portrait."""
    portrait = get_object_or_404(user_of(request).portraits, pk=portrait_id)
    form = BeginForm(request.POST)
    try:
        begun = services.begin(portrait, form.data.get("language", ""), by=user_of(request))
        return redirect("live:page", begun.pk)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("consent:myself", portrait.pk)


@never_cache
@require_safe
def page(request: HttpRequest, challenge_id: UUID) -> HttpResponse:
    """What is asked, then what was found."""
    return render(request, "consent/live/page.html", _context(request, challenge_id))


@never_cache
@require_safe
def status(request: HttpRequest, challenge_id: UUID) -> HttpResponse:
    """The part of the page that changes while a film is checked."""
    return render(request, "consent/live/_status.html", _context(request, challenge_id))


@require_POST
def draw(request: HttpRequest, challenge_id: UUID) -> HttpResponse:
    """Ask for a phrase and moves; POST is_adult=on, once."""
    challenge, form = _challenge(challenge_id), DrawForm(request.POST)
    try:
        _require_sitter(request, challenge)
        services.draw(challenge, is_adult=form.is_valid() and form.cleaned_data["is_adult"])
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("live:page", challenge_id)


@require_POST
def film(request: HttpRequest, challenge_id: UUID) -> HttpResponse:
    """Take the film: from the page's recorder, which wants JSON, or as an upload."""
    challenge = _challenge(challenge_id)
    form = FilmForm(request.POST, request.FILES)
    error = ""
    if form.is_valid():
        try:
            _require_sitter(request, challenge)
            services.receive(challenge, film=form.cleaned_data["film"], timed=form.cleaned_data["timed"])
        except Refused as refused:
            error = str(refused)
    else:
        error = " ".join(str(sentence) for found in form.errors.values() for sentence in found)
    if request.headers.get("Accept") == "application/json":
        answer = {"error": error} if error else {"next": reverse("live:page", args=[challenge_id])}
        return JsonResponse(answer, status=HTTPStatus.BAD_REQUEST if error else HTTPStatus.OK)
    if error:
        messages.error(request, error)
    return redirect("live:page", challenge_id)


@require_POST
def appeal(request: HttpRequest, challenge_id: UUID) -> HttpResponse:
    """Let a reviewer look at a film that failed; POST reason."""
    challenge, form = _challenge(challenge_id), AppealForm(request.POST)
    try:
        _require_sitter(request, challenge)
        services.appeal(challenge, reason=form.cleaned_data["reason"] if form.is_valid() else "")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("live:page", challenge_id)


@never_cache
@require_safe
def portrait(request: HttpRequest, challenge_id: UUID) -> HttpResponseBase:
    """The picture that it is about."""
    shown = _challenge(challenge_id).portrait
    return serve(request, shown.file, content_type=shown.content_type)


@reviewer_required
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Films that the numbers could not tell, longest first."""
    rows = Challenge.objects.filter(state=State.UNSURE).order_by("finished_at")
    return render(request, "consent/live/waiting.html", {"challenges": rows})


@never_cache
@reviewer_required
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, challenge_id: UUID) -> HttpResponse:
    """See one of them beside its numbers and decide."""
    challenge = get_object_or_404(Challenge.objects.select_related("portrait"), pk=challenge_id, state=State.UNSURE)
    opened = has_opened(of=challenge, by=user_of(request))
    if request.method == "POST":
        try:
            if not opened:
                raise Refused("live_unseen")
            passes, reason = request.POST.get("verdict") == "pass", ReasonForm(request.POST).said()
            services.decide(challenge, by=user_of(request), passes=passes, reason=reason)
            return redirect("live:waiting")
        except Refused as refused:
            messages.error(request, str(refused))
    context = {"challenge": challenge, "checks": _checks(challenge), "opened": opened}
    return render(request, "consent/live/review.html", context)


@reviewer_required
@require_POST
def open_film(request: HttpRequest, challenge_id: UUID) -> HttpResponse:
    """Open the film for a while; POST reason."""
    challenge = get_object_or_404(Challenge, pk=challenge_id, state=State.UNSURE)
    try:
        open_recording(of=challenge, by=user_of(request), reason=ReasonForm(request.POST).said())
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("live:review", challenge_id)


@never_cache
@reviewer_required
@require_safe
def clip(request: HttpRequest, challenge_id: UUID) -> HttpResponseBase:
    """The film itself, while it waits for a decision, for whoever gave a reason a short while ago."""
    challenge = get_object_or_404(Challenge, pk=challenge_id, state=State.UNSURE)
    if not has_opened(of=challenge, by=user_of(request)):
        raise Http404
    with challenge.clip.open("rb") as film:
        is_mp4 = film.read(8)[4:] == b"ftyp"
    return serve(request, challenge.clip, content_type="video/mp4" if is_mp4 else "video/webm")


def _challenge(challenge_id: UUID) -> Challenge:
    challenge = get_object_or_404(Challenge.objects.select_related("portrait", "request"), pk=challenge_id)
    if challenge.portrait_sha256 != challenge.portrait.sha256:
        raise Http404
    return challenge


def _require_sitter(request: HttpRequest, challenge: Challenge) -> None:
    """Refused to whoever asks somebody else: they cannot answer for them."""
    if challenge.request and challenge.request.created_by_id == request.user.pk:
        raise Refused("own_request")


def _context(request: HttpRequest, challenge_id: UUID) -> dict[str, Any]:
    challenge = _challenge(challenge_id)
    is_open = challenge.state == State.OPEN
    is_begun_here = challenge.begun_by_id is not None and request.user.pk == challenge.begun_by_id
    address = request.build_absolute_uri(reverse("live:page", args=[challenge.pk]))
    left = (challenge.drawn_at + services.FRESH - timezone.now()).total_seconds() if challenge.drawn_at else 0
    return {
        "challenge": challenge,
        "is_open": is_open and left > 0,
        "ran_out": is_open and left <= 0,
        "seconds_left": max(0, round(left)),
        "length": length_s(challenge.moves) if challenge.moves else 0,
        "moves": [move | {"ask": ASKS[move["kind"]]} for move in challenge.moves],
        "checks": _checks(challenge),
        "paused_until": services.paused_until(challenge),
        "tries_left": services.tries_left(challenge),
        "form": FilmForm(),
        "draw_form": DrawForm(),
        "appeal_form": AppealForm(),
        "can_appeal": services.can_appeal(challenge),
        "said_minor": challenge.said_minor,
        "statement": _to_finish(challenge),
        "terms": _agreed_to(challenge),
        "is_used": challenge.is_used,
        "is_begun_here": is_begun_here,
        "qr": links.qr_of(address) if is_begun_here and challenge.state == State.READY else None,
    }


def _to_finish(challenge: Challenge) -> str:
    """The sentence that the sitter of a link has only to confirm now."""
    return _agreed_to(challenge) if challenge.state == State.PASSED else ""


def _agreed_to(challenge: Challenge) -> str:
    """The sentence that the sitter of a link says yes to."""
    asked = challenge.request
    if asked is None or not asked.is_open(timezone.now()):
        return ""
    terms = choosing.chosen(asked)
    return answering.statement_of(asked, terms) if terms else ""


def _checks(challenge: Challenge) -> list[dict[str, Any]]:
    marks = {"pass": "yes", "unsure": "none", "fail": "warning"}
    return [check | {"title": TITLES[check["name"]], "mark": marks[check["outcome"]]} for check in challenge.checks]
