"""The two consents that an account gives itself: for its own face, and for the face of nobody living."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.formats import date_format

from webapp.accounts.models import User
from webapp.consent.checks import source as by_source
from webapp.consent.live import standing
from webapp.consent.models import Consent, Depicted
from webapp.consent.purposes import named
from webapp.consent.services import give_consent, give_consent_with_file
from webapp.uploads.models import Portrait


def give_for_myself(
    *,
    created_by: User,
    portrait: Portrait,
    sitter_name: str,
    purposes: Sequence[str],
    purpose: str,
    expires_on: date,
    statement: str = "",
    **said: Any,
) -> Consent:
    """A consent of the account's own person. `statement`: words of their own, beside the sentence that all say."""
    day = date_format(expires_on, "j F Y")
    sentence = (
        f"I, {sitter_name}, am the person in this picture, and I am 18 or older. "
        f"It may speak for “{named(purposes)} – {purpose}” until {day}. I can take this back at any time."
    )
    return give_consent_with_file(
        created_by=created_by,
        portrait=portrait,
        depicted=Depicted.MYSELF,
        sitter_name=sitter_name,
        purposes=purposes,
        purpose=purpose,
        expires_on=expires_on,
        statement=f"{sentence}\n{statement}".strip(),
        live_check=standing.by_account(portrait, created_by).first(),
        **said,
    )


def give_for_nobody(*, source: str, evidence: str, **said: Any) -> Consent:
    """A consent for a picture in which nobody can be asked: where it comes from, and what shows that."""
    return give_consent(
        depicted=Depicted.NOBODY_LIVING,
        statement=f"Source: {source}\nEvidence: {evidence}",
        checks=(by_source(source, evidence),),
        **said,
    )
