"""Pages that belong to no feature."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page."""
    return render(request, "home.html")


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """For load balancers: the site answers and reaches its database."""
    connection.ensure_connection()
    return HttpResponse("ok", content_type="text/plain")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """For requests that are refused before a view sees them, such as far too large uploads."""
    return render(request, "400.html", status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """For what does not exist and for what is not yours: the same page."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """For what nobody foresaw."""
    return render(request, "500.html", status=500)
