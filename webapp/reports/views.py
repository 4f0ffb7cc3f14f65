"""Reporting a video, without an account; and the private page on which a reporter reads the answer."""

from __future__ import annotations

from http import HTTPStatus

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from webapp.consent import links, private
from webapp.reports import services
from webapp.reports.forms import ReportForm
from webapp.reports.models import Report

KIND = "report"  # in the session


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form; ?video= fills in a number or an address."""
    form = ReportForm(request.POST or None, initial={"video": request.GET.get("video", "")[:300]})
    if request.method == "GET" or not form.is_valid():
        return render(request, "reports/new.html", {"form": form})
    if not ratelimit.consume(request, action="report"):
        return render(request, "reports/too_often.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    pages = request.build_absolute_uri(reverse("reports:mine"))
    report, address = services.send_report(said=form.said(), pages=pages)
    private.remember(request, KIND, report.pk)
    shown = {"report": report, "address": address, "qr": links.qr_of(address)}
    return render(request, "reports/sent.html", shown, status=HTTPStatus.CREATED)


@never_cache
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponseBase:
    """The private address."""
    if private.too_often(request):
        return redirect("sitter:too-often")
    report = services.by_token(token)
    return private.open_for(request, KIND, report and report.pk, then="reports:mine")


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What became of a report; without the link, how to get in."""
    return render(request, "reports/mine.html", {"report": _report(request)})


@never_cache
@require_POST
def erase(request: HttpRequest) -> HttpResponse:
    """Forget who sent an answered report."""
    report = _report(request)
    if report is not None and services.erase(report, by="reporter"):
        request.session.pop(KIND, None)
        messages.success(request, "Erased. Nobody can tell any more who sent this report, and its link is dead.")
    return redirect("reports:mine")


def _report(request: HttpRequest) -> Report | None:
    found = private.opened(request, KIND)
    rows = Report.objects.select_related("job").filter(erased_at=None)
    return rows.filter(pk=found).first() if found else None
