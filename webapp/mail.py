"""Letters of the site; what each says stands in the `letters.py` of its app."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction


def send_letter(subject: str, text: str, *, to: str) -> None:
    """Send it once the transaction is through, if there is an address. A mail server that is down is survived."""
    if to:
        title = f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}"
        transaction.on_commit(partial(send_mail, title, text, None, [to]), robust=True)
