"""The page between a private link and what it opens, where the sitter gave an address: a code sent there."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from webapp.consent import codes, private
from webapp.consent.forms import CodeForm
from webapp.consent.models import Sitter
from webapp.errors_text import Refused, explain

PENDING = "sitter-link"  # in the session: whose link was opened, without a code yet


def ask(request: HttpRequest, sitter: Sitter) -> HttpResponseBase:
    """Send a code and go on to where it is asked for."""
    answer = private.open_for(request, PENDING, sitter.pk, then="sitter:code")
    if request.method == "GET":
        _send(request, sitter)
    return answer


def _pending(request: HttpRequest) -> Sitter | None:
    found = private.opened(request, PENDING)
    return Sitter.objects.filter(pk=found, erased_at=None).first() if found else None


def _send(request: HttpRequest, sitter: Sitter) -> bool:
    try:
        codes.send(sitter)
    except Refused:
        request.session["sitter-code-late"] = True
        return False
    request.session.pop("sitter-code-late", None)
    return True


@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code; POST code to open the page in this browser."""
    sitter = _pending(request)
    if sitter is None:
        return redirect("sitter:portal")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if codes.accept(sitter, form.cleaned_data["code"]):
            request.session.cycle_key()
            request.session.pop(PENDING, None)
            private.remember(request, private.SITTER, sitter.pk)
            private.know(request, sitter.pk)
            return redirect("sitter:portal")
        wrong = explain("code_wrong")
        form.add_error("code", f"{wrong.message} {wrong.hint}")
    name, _, place = sitter.email.partition("@")
    late = explain("code_too_often") if request.session.get("sitter-code-late") else None
    return render(request, "consent/code.html", {"form": form, "to": f"{name[:1]}…@{place}", "late": late})


@never_cache
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Send another code."""
    if (sitter := _pending(request)) and _send(request, sitter):
        messages.success(request, "A code is on its way. Only the latest one works.")
    return redirect("sitter:code")
