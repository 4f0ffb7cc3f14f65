"""What a sitter sees who was sent a link: the question, and their answer. No account and no script needed."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from webapp.consent import answering, asking, choosing, links, private
from webapp.consent.forms import AgreeForm, RefuseForm
from webapp.consent.live.models import State
from webapp.consent.models import Request
from webapp.errors_text import Refused, explain
from webapp.media import serve

KIND = "asked"  # in the session


@never_cache
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponseBase:
    """The address in the link."""
    if private.too_often(request):
        return redirect("sitter:too-often")
    asked = asking.by_token(token)
    return private.open_for(request, KIND, asked and asked.pk, then="sitter:agree")


def _asked(request: HttpRequest) -> Request | None:
    rows = Request.objects.select_related("portrait", "recording", "created_by")
    found = private.opened(request, KIND)
    return rows.filter(pk=found).first() if found else None


def _open(request: HttpRequest) -> Request | None:
    asked = _asked(request)
    return asked if asked and asked.is_open(timezone.now()) else None


@never_cache
@require_http_methods(["GET", "POST"])
def agree(request: HttpRequest) -> HttpResponse:
    """Who asks for what, and how far the answer is; POST AgreeForm's fields to choose, then the live check."""
    asked = _open(request)
    if asked is None:
        return render(request, "consent/over.html", {"asked": _asked(request)})
    form = AgreeForm(request.POST or None, asked=asked, chosen=choosing.chosen(asked))
    if request.method == "POST" and form.is_valid():
        try:
            _require_other(request, asked)
            began = asked.live_checks.exclude(state=State.READY).exists()
            live = choosing.choose(request=asked, terms=form.terms(), language=form.cleaned_data["language"])
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            if began and live.state == State.READY:
                messages.info(request, "You changed what you say yes to, so please say it before the camera anew.")
            left = asked.ends_at - timezone.now()
            private.remember(request, KIND, asked.pk, for_s=left.total_seconds())  # a reviewer may take days
            return redirect("sitter:agree") if live.state == State.PASSED else redirect("live:page", live.pk)
    return render(request, "consent/agree.html", {"form": form} | _standing(request, asked))


def _standing(request: HttpRequest, asked: Request) -> dict[str, Any]:
    """How far the sitter is: nothing chosen, before the camera, with a reviewer, or one button from the end."""
    terms = choosing.chosen(asked)
    return {
        "asked": asked,
        "is_own": _is_own(request, asked),
        "live": terms and asked.live_checks.first(),
        "statement": terms and answering.statement_of(asked, terms),
    }


@never_cache
@require_POST
def finish(request: HttpRequest) -> HttpResponse:
    """The last word of a sitter who has chosen and passed the live check."""
    asked = _open(request)
    terms = choosing.chosen(asked) if asked else None
    if asked is None or terms is None:
        return redirect("sitter:agree")
    portal = request.build_absolute_uri(reverse("sitter:portal"))
    try:
        _require_other(request, asked)
        consent, token = answering.agree(request=asked, terms=terms, portal=portal)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("sitter:agree")
    private.remember(request, private.SITTER, consent.request.sitter_id)
    private.know(request, consent.request.sitter_id)
    address = f"{portal}link/{token}/"
    shown = {"consent": consent, "address": address, "qr": links.qr_of(address), "email": terms.email}
    return render(request, "consent/agreed.html", shown, status=HTTPStatus.CREATED)


def _require_other(request: HttpRequest, asked: Request) -> None:
    if _is_own(request, asked):
        raise Refused("own_request")


def _is_own(request: HttpRequest, asked: Request) -> bool:
    return request.user.pk == asked.created_by_id


@never_cache
@require_POST
def refuse(request: HttpRequest) -> HttpResponse:
    """Say no; POST block=on keeps the picture from the whole site."""
    asked = _open(request)
    form = RefuseForm(request.POST)
    if asked is None or not form.is_valid():
        return redirect("sitter:agree")
    try:
        _require_other(request, asked)
        answering.refuse(request=asked, block=form.cleaned_data["block"])
    except Refused as refused:
        return render(request, "consent/over.html", {"asked": asked, "why": refused.explanation})
    return render(request, "consent/refused.html", {"blocked": form.cleaned_data["block"]})


@never_cache
@require_safe
def picture(request: HttpRequest) -> HttpResponseBase:
    """The portrait in question."""
    asked = _open(request)
    if asked is None or asked.portrait.sha256 != asked.portrait_sha256:
        raise Http404
    return serve(request, asked.portrait.file, content_type=asked.portrait.content_type)


@never_cache
@require_safe
def sound(request: HttpRequest) -> HttpResponseBase:
    """The recording that the portrait shall speak."""
    asked = _open(request)
    if asked is None or asked.recording is None or not asked.recording.file:
        raise Http404
    return serve(request, asked.recording.file, content_type="audio/flac")


@require_safe
def too_often(request: HttpRequest) -> HttpResponse:
    """Where a place on the network ends up that opens very many links."""
    why = explain("links_too_often")
    return render(request, "consent/over.html", {"why": why}, status=HTTPStatus.TOO_MANY_REQUESTS)
