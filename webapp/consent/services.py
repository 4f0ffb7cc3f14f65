"""Giving and withdrawing consent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from webapp.accounts.models import User
from webapp.accounts.services import require_good_standing
from webapp.audit.models import Kind
from webapp.audit.services import append
from webapp.consent import forgetting, receipts
from webapp.consent.checks import Check, live
from webapp.consent.faces import require_unblocked
from webapp.consent.grounds import require_grounds
from webapp.consent.letters import tell_creator
from webapp.consent.live.models import Challenge
from webapp.consent.models import Consent, Depicted, PurposeWithdrawal
from webapp.consent.purposes import OldVideos, Purpose, in_order, named
from webapp.errors_text import Refused
from webapp.uploads.models import Portrait, Recording, RecordingUse
from webapp.uploads.services import receive_recording


def default_expiry() -> date:
    """The day that a new consent's form proposes."""
    return timezone.now().date() + timedelta(days=settings.CONSENT_DAYS)


def give_consent(
    *,
    created_by: User,
    portrait: Portrait,
    depicted: Depicted,
    sitter_name: str,
    purpose: str,
    expires_on: date,
    purposes: Sequence[str] = (Purpose.OTHER,),
    old_videos: OldVideos = OldVideos.STAY,
    statement: str = "",
    recorded_statement: Recording | None = None,
    only_recording: Recording | None = None,
    own_voice_only: bool = False,
    checks: Sequence[Check] = (),
    withdrawal: str = "",
    live_check: Challenge | None = None,
) -> Consent:
    """Record a consent for exactly the bytes that `portrait` has now. Ends at the end of `expires_on` (UTC).

    `purposes` are of Purpose, and `purpose` says in words what for; `old_videos` is what becomes of published
    videos when it ends. `checks` are what speaks for it besides the statement; `withdrawal` is the address at
    which it can be taken back, by default the page of whoever created it; `live_check` is what a living sitter
    needs. All go into the receipt. What each of Depicted rests on: grounds.require_grounds.
    """
    require_good_standing(created_by)
    if not statement.strip() and recorded_statement is None:
        raise Refused("consent_statement_missing")
    now = timezone.now()
    expires_at = require_terms(portrait, expires_on, now)
    with transaction.atomic():
        require_grounds(
            depicted=depicted,
            portrait=portrait,
            created_by=created_by,
            live_check=live_check,
            checks=checks,
            words=(sitter_name, statement),
        )
        consent = Consent.objects.create(
            created_by=created_by,
            portrait=portrait,
            portrait_sha256=portrait.sha256,
            depicted=depicted,
            sitter_name=sitter_name,
            statement=statement.strip(),
            recorded_statement=recorded_statement,
            purposes=in_order(purposes),
            purpose=purpose,
            only_recording=only_recording,
            own_voice_only=own_voice_only,
            live_check=live_check,
            given_at=now,
            expires_at=expires_at,
            old_videos=old_videos,
        )
        spoken_live = (live(live_check),) if live_check else ()
        face_sha256 = live_check.embedding_sha256 if live_check else portrait.face_sha256
        receipt = receipts.write_down(
            consent, checks=(*checks, *spoken_live), withdrawal=withdrawal, face_sha256=face_sha256
        )
        append(
            kind=Kind.CONSENT,
            actor=created_by,
            object_id=consent.pk,
            portrait=str(portrait.pk),
            portrait_sha256=portrait.sha256,
            depicted=str(depicted),
            expires_at=expires_at.isoformat(),
            receipt_sha256=receipt.sha256,
        )
    return consent


def require_terms(portrait: Portrait, expires_on: date, now: datetime) -> datetime:
    """The moment at which a consent given `now` ends; Refused where it can't be given."""
    if not portrait.is_ready:
        raise Refused("portrait_not_ready")
    require_unblocked(portrait)
    expires_at = datetime.combine(expires_on, time.max, tzinfo=now.tzinfo)
    if not now < expires_at <= now + timedelta(days=settings.MAX_CONSENT_DAYS + 1):
        raise Refused("consent_dates", years=settings.MAX_CONSENT_DAYS // 365)
    return expires_at


def give_consent_with_file(
    *, statement_file: File[bytes] | None, created_by: User, portrait: Portrait, expires_on: date, **said: Any
) -> Consent:
    """As give_consent; a spoken statement is checked like any recording, and the consent holds once it passed."""
    require_terms(portrait, expires_on, timezone.now())  # before anything is stored
    recorded = statement_file and receive_recording(
        owner=created_by, file=statement_file, title="Statement", use=RecordingUse.STATEMENT
    )
    terms: dict[str, Any] = {"created_by": created_by, "portrait": portrait, "expires_on": expires_on}
    return give_consent(recorded_statement=recorded or None, **terms, **said)


def withdraw_consent(*, consent: Consent, by: User | None, reason: str = "") -> None:
    """End a consent now, for good. What is queued or running under it stops; what is published is taken down.

    Where the sitter does it, what they said aloud is deleted as well.

    `by` is None where the sitter does it: then whoever made the videos is told.
    """
    from webapp.videos.services import stop_for_consent

    with transaction.atomic():
        given = Consent.objects.filter(pk=consent.pk, withdrawn_at=None)
        if not given.update(withdrawn_at=timezone.now(), withdrawn_reason=reason):
            raise Refused("consent_already_withdrawn")
        consent.refresh_from_db()
        by_the_sitter = by is None or consent.depicted == Depicted.MYSELF
        gone = forgetting.mark(consent, wholly=True) if by_the_sitter else []
        stop_for_consent(consent=consent, by=by)
        append(
            kind=Kind.WITHDRAWAL,
            actor=by,
            object_id=consent.pk,
            reason=reason,
            portrait=str(consent.portrait_id),
            by="account" if by else "sitter",
        )
        forgetting.enter(gone)
        if by is None:
            tell_creator(creator=consent.created_by, portrait=consent.portrait, what="their consent")


def why_ended(consent: Consent, purpose: str = "") -> Refused:
    """Why a consent that does not hold (for `purpose`) does not, in words for its maker."""
    if consent.withdrawn_at:
        return Refused("consent_withdrawn", day=date_format(consent.withdrawn_at, "j F Y"))
    if consent.expires_at <= timezone.now():
        return Refused("consent_expired", day=date_format(consent.expires_at, "j F Y"))
    if gone := PurposeWithdrawal.objects.filter(consent=consent, purpose=purpose).first():
        return Refused("purpose_withdrawn", purpose=named([purpose]), day=date_format(gone.created_at, "j F Y"))
    return Refused("consent_invalid")


def chosen_purpose(consent: Consent, wanted: str) -> str:
    """The one purpose that a new video is for: `wanted`, or the only one left. Refused where that is unclear."""
    standing = consent.standing_purposes()
    if not wanted and len(standing) > 1:
        raise Refused("purpose_missing")
    purpose = wanted or next(iter(standing), "")
    if not consent.stands_for(purpose):
        raise Refused("purpose_not_agreed")
    return purpose


def valid_consents(portrait: Portrait) -> list[Consent]:
    """All that let `portrait` speak now, the latest first."""
    now = timezone.now()
    candidates = portrait.consents.select_related("recorded_statement").order_by("-given_at")
    return [consent for consent in candidates if consent.is_valid_for(portrait, now)]


def valid_consent(portrait: Portrait, recording: Recording | None = None, purpose: str = "") -> Consent | None:
    """The latest consent that lets `portrait` speak now (this recording, for this purpose), or None."""
    fitting = (consent for consent in valid_consents(portrait) if recording is None or consent.allows(recording))
    return next((consent for consent in fitting if not purpose or consent.stands_for(purpose)), None)


def unheard_consent(portrait: Portrait) -> Consent | None:
    """The latest consent, when it holds nothing yet because its spoken statement is in its check or was refused."""
    now = timezone.now()
    standing = portrait.consents.filter(withdrawn_at=None, portrait_sha256=portrait.sha256, expires_at__gt=now)
    latest = standing.select_related("recorded_statement").order_by("-given_at").first()
    return None if latest is None or latest.statement_is_usable else latest
