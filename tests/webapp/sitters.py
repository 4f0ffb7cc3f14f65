"""Sitters without an account, at their phones: they open a link, choose, pass the live check and finish."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from webapp.consent.live.models import Challenge, State
from webapp.consent.services import default_expiry


def answers(**said: object) -> dict[str, object]:
    """What a sitter fills in: all that was asked, unless said otherwise."""
    usual = {"full_name": "Ada Lovelace", "is_me": "on", "purpose": "A greeting", "language": "en"}
    return usual | {"until": default_expiry().isoformat()} | said


def choose(link: str, **said: object) -> tuple[Client, str]:
    """A phone that opens the link and says what it agrees to, and what it is shown then."""
    phone = Client()
    phone.get(link)
    return phone, phone.post(reverse("sitter:agree"), answers(**said), follow=True).content.decode()


def agree(link: str, **said: object) -> tuple[Client, str]:
    """The same, with a live check that passes and the last word, and what is shown then."""
    phone, page = choose(link, **said)
    begun = Challenge.objects.filter(consent=None, request__isnull=False)
    if begun.update(state=State.PASSED, drawn_at=timezone.now(), finished_at=timezone.now()):
        page = phone.post(reverse("sitter:finish"), follow=True).content.decode()
    return phone, page


def portal_page(phone: Client) -> str:
    """The private page as this phone gets it."""
    return phone.get(reverse("sitter:portal")).content.decode()
