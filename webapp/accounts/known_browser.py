"""Which browsers somebody has logged in with before: a cookie that names nobody and that nobody can make up.

Guesses against one address are slowed down wherever they come from. Who logged in here before is spared that pause,
so that a stranger's guessing locks nobody out of their own browser (OWASP calls this a device cookie).
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

COOKIE = "known_browser"
DAYS = 180  # that a browser stays known after its last log-in


def remember(response: HttpResponse, email: str) -> None:
    """Let the browser that gets `response` be known as one of whoever has this address."""
    response.set_cookie(
        COOKIE,
        _token(email),
        max_age=DAYS * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def is_known(request: HttpRequest, email: str) -> bool:
    """Whether somebody with this address has logged in with this browser."""
    return constant_time_compare(request.COOKIES.get(COOKIE, ""), _token(email))


def _token(email: str) -> str:
    return salted_hmac(COOKIE, email.lower(), algorithm="sha256").hexdigest()
