"""What a sitter sees who was sent a link: the question, and their answer. No account and no script needed."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from webapp.consent import answering, asking, links, private
from webapp.consent.forms import AgreeForm, RefuseForm
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
    """Who asks for what; POST full_name, purpose, until, only_this, email, is_me to agree to it, or to less."""
    asked = _open(request)
    if asked is None:
        return render(request, "consent/over.html", {"asked": _asked(request)})
    form = AgreeForm(request.POST or None, asked=asked)
    if request.method == "POST" and form.is_valid():
        try:
            return _agree(request, asked, form)
        except Refused as refused:
            form.add_error(None, str(refused))
    return render(request, "consent/agree.html", {"asked": asked, "form": form, "is_own": _is_own(request, asked)})


def _agree(request: HttpRequest, asked: Request, form: AgreeForm) -> HttpResponse:
    if _is_own(request, asked):
        raise Refused("own_request")
    portal = request.build_absolute_uri(reverse("sitter:portal"))
    consent, token = answering.agree(request=asked, terms=form.terms(), portal=portal)
    private.remember(request, "sitter", consent.request.sitter_id)
    private.know(request, consent.request.sitter_id)
    address = f"{portal}link/{token}/"
    shown = {"consent": consent, "address": address, "qr": links.qr_of(address), "email": form.terms().email}
    return render(request, "consent/agreed.html", shown, status=HTTPStatus.CREATED)


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
        if _is_own(request, asked):
            raise Refused("own_request")
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
