"""What people do through the services, for tests of what comes after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from tests.webapp.factories import make_live_check, make_portrait, make_recording
from webapp.accounts.models import User
from webapp.consent import answering, asking
from webapp.consent.models import Consent, Depicted
from webapp.consent.services import default_expiry, give_consent
from webapp.errors_text import Refused
from webapp.uploads.models import Portrait, Recording
from webapp.videos.models import Job
from webapp.videos.services import request_video


def give(portrait: Portrait, **said: Any) -> Consent:
    """The consent of a portrait's owner to their own face, after a live check."""
    told = {
        "created_by": portrait.owner,
        "depicted": Depicted.MYSELF,
        "sitter_name": "Ada",
        "purpose": "A greeting",
        "statement": "I agree.",
        "expires_on": default_expiry(),
        "live_check": make_live_check(portrait),
    }
    return give_consent(portrait=portrait, **(told | said))


def agreed_by_link(creator: User, **said: Any) -> tuple[Consent, str]:
    """A sitter's consent by link, and the path of their private link."""
    portrait = make_portrait(creator)
    request, _ = asking.ask(by=creator, portrait=portrait, purpose="A greeting", until=default_expiry())
    make_live_check(portrait, request=request)
    terms = answering.Terms("Ada Lovelace", "A greeting", default_expiry(), **said)
    consent, token = answering.agree(request=request, terms=terms, portal="https://site.example/sitter/")
    return consent, reverse("sitter:portal-link", args=[token])


def ask_for_video(consent: Consent, recording: Recording | None = None, **said: Any) -> Job:
    """A video of the consent's portrait, asked for by whoever made the consent."""
    owner = consent.created_by
    told = {"owner": owner, "portrait": consent.portrait, "recording": recording or make_recording(owner)}
    return request_video(consent=consent, **(told | {"choices": {}} | said))


def refusal(act: Callable[..., object], **arguments: Any) -> str:
    """The code with which a service refuses."""
    with pytest.raises(Refused) as refused:
        act(**arguments)
    return refused.value.explanation.code
