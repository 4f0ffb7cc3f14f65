"""What a sitter does with a request: agree, agree to less, or refuse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from webapp.blocklist.services import block_for_sitter
from webapp.consent import links, services
from webapp.consent.checks import by_link
from webapp.consent.letters import send_private_link
from webapp.consent.live import standing
from webapp.consent.live.keeping import abandon
from webapp.consent.models import Answer, Consent, Depicted, Request, Sitter
from webapp.consent.purposes import OldVideos, named
from webapp.errors_text import Refused


@dataclass(frozen=True)
class Terms:
    """What a sitter agrees to: what was asked, or less."""

    full_name: str
    purpose: str
    until: date
    purposes: tuple[str, ...] = ()  # of those asked for
    only_this: bool = False  # only the recording that the request shows
    own_voice: bool = False  # only recordings that sound like the sitter
    old_videos: OldVideos = OldVideos.STAY
    email: str = ""


def statement_of(request: Request, terms: Terms) -> str:
    """The sentence that the sitter makes theirs."""
    what = f"only with the recording “{request.recording}”" if terms.only_this else "with any recording"
    if terms.own_voice:
        what += " in my own voice"
    asker, day = request.asker, date_format(terms.until, "j F Y")
    kinds = f"{named(terms.purposes)} – " if terms.purposes else ""
    over = " When this ends, videos that are out are taken down." if terms.old_videos == OldVideos.GO else ""
    return (
        f"I, {terms.full_name}, am the person in this picture, and I am 18 or older. "
        f"{asker} may let it speak for “{kinds}{terms.purpose}”, {what}, until {day}.{over} "
        "I can take this back at any time."
    )


@transaction.atomic
def agree(*, request: Request, terms: Terms, portal: str) -> tuple[Consent, str]:
    """Turn an open request into a consent: it, and the secret of the sitter's private link, which is kept nowhere.

    `portal` is the absolute address of the private page, where it says how to get in. Refused when the request was
    answered, revoked or is too old, its live check is not passed, or `terms` are more than what was asked.
    """
    require_narrow(request, terms)
    settle(request)
    consent = services.give_consent(
        created_by=request.created_by,
        portrait=request.portrait,
        depicted=Depicted.SOMEONE_ELSE,
        sitter_name=terms.full_name,
        purposes=terms.purposes or request.purposes,
        purpose=terms.purpose,
        old_videos=terms.old_videos,
        expires_on=terms.until,
        statement=statement_of(request, terms),
        only_recording=request.recording if terms.only_this else None,
        own_voice_only=terms.own_voice,
        checks=(by_link(request.pk),),
        withdrawal=portal,
        live_check=standing.by_link(request.portrait, request).first(),
    )
    token = links.new_token()
    sitter = Sitter.objects.create(token_hash=links.hash_of(token), email=terms.email)
    _note(request, Answer.AGREED, consent=consent, sitter=sitter)
    if terms.email:
        send_private_link(to=terms.email, consent=consent, address=f"{portal}link/{token}/")
    return consent, token


@transaction.atomic
def refuse(*, request: Request, block: bool) -> None:
    """Say no; with `block`, nobody may use this face on the site any more, the one who asked included."""
    settle(request)
    _note(request, Answer.REFUSED)
    abandon(request)
    if block:
        block_for_sitter(request)


def require_narrow(request: Request, terms: Terms) -> None:
    """Refused where `terms` are more than what was asked."""
    if terms.until > request.until or (terms.only_this and request.recording is None):
        raise Refused("terms_too_wide")
    if not set(terms.purposes) <= set(request.purposes):
        raise Refused("terms_too_wide")


def settle(request: Request) -> None:
    """Hold the open request until the transaction ends, so that of two answers one counts."""
    held = Request.objects.select_for_update().filter(pk=request.pk).first()
    if held is None or not held.is_open(timezone.now()) or held.created_by.is_suspended:
        raise Refused("request_over")
    if held.portrait.sha256 != held.portrait_sha256:
        raise Refused("request_over")


def _note(request: Request, answer: Answer, **columns: Any) -> None:
    open_one = Request.objects.filter(pk=request.pk, answer=Answer.OPEN)
    if not open_one.update(answer=answer, answered_at=timezone.now(), terms={}, **columns):
        raise Refused("request_over")
