"""What must be set before the site may serve strangers."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.management.base import SystemCheckError

TAG = "sitter"
PRINTING = "django.core.mail.backends.console.EmailBackend"


@checks.register(TAG)
def mail_goes_out(app_configs: Any, **_: Any) -> list[checks.CheckMessage]:
    """Over HTTPS strangers are expected, and links that open accounts must not enter a log."""
    if not settings.HTTPS or settings.EMAIL_BACKEND != PRINTING:
        return []
    told = "EMAIL_URL is not set, so letters with links that open accounts would be printed into the web log."
    hint = (
        "Set EMAIL_URL, for example to smtp+tls://user:password@mail.example:587, or to filemail:////folder for "
        "letters as files; SITTER_HTTPS=0 where the site is for this machine alone."
    )
    return [checks.Error(told, hint=hint, id="sitter.E001")]


def refuse_to_start() -> None:
    """Raise SystemCheckError when one of our checks fails. gunicorn runs none by itself."""
    errors = [found for found in checks.run_checks(tags=[TAG]) if found.is_serious()]
    if errors:
        raise SystemCheckError("\n".join(f"{error}" for error in errors))
