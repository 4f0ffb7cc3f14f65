"""What a sitter said aloud is deleted when its time has come; the signed record, with its hashes, stays.

A consent holds as before. Rows change first and the ledger is written last, as everywhere; files go once both
stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from webapp.audit.models import Kind
from webapp.audit.services import append
from webapp.consent.live.models import Challenge
from webapp.consent.models import Consent
from webapp.errors_text import explain
from webapp.files import discard
from webapp.uploads.models import Recording, RecordingUse, State
from webapp.videos.models import Job, Status

PENDING = (  # a reviewer may still need to look
    Status.HELD,
    Status.QUEUED,
    Status.RUNNING,
    Status.SEALING,
    Status.IN_REVIEW,
    Status.HIDDEN,
)
AGAIN_FOR = timedelta(days=2)  # that a recording is deleted anew, in case it was not
Gone = Recording | Challenge


@dataclass(frozen=True)
class Spoken:
    """What is kept of a sitter's spoken word."""

    until: datetime  # when it is deleted, if nothing waits for a reviewer then
    deleted_at: datetime | None


def spoken_of(consent: Consent) -> Spoken | None:
    """How long the recording or film of a consent is kept, or since when it is gone; None where there was none."""
    recording, challenge = consent.recorded_statement, consent.live_check
    if recording is None and challenge is None:
        return None
    gone = [recording.deleted_at] if recording else []
    gone += [challenge.clip_deleted_at] if challenge else []
    days = timedelta(days=settings.STATEMENT_DAYS)
    known = [at for at in gone if at]
    return Spoken(consent.given_at + days, max(known) if len(known) == len(gone) else None)


def forget_old() -> None:
    """Delete what was said for consents older than STATEMENT_DAYS under which nothing waits for a reviewer."""
    before = timezone.now() - timedelta(days=settings.STATEMENT_DAYS)
    heard = Q(recorded_statement__isnull=False, recorded_statement__deleted_at=None)
    filmed = Q(live_check__isnull=False) & ~Q(live_check__clip="")
    pending = Job.objects.filter(Q(status__in=PENDING) | Q(appeal__isnull=False, appeal__answered_at=None))
    due = Consent.objects.filter(heard | filmed, given_at__lt=before).exclude(jobs__in=pending)
    for consent in due.select_related("recorded_statement", "live_check"):
        with transaction.atomic():
            enter(mark(consent))
    unused = Recording.objects.filter(use=RecordingUse.STATEMENT, state=State.READY, deleted_at=None)
    for recording in unused.filter(consents=None, created_at__lt=before):
        with transaction.atomic():
            enter([recording] if _mark_recording(recording, wholly=True) else [])
    for recording in Recording.objects.filter(deleted_at__gt=timezone.now() - AGAIN_FOR):
        _discard(recording)


def mark(consent: Consent, *, wholly: bool = False) -> list[Gone]:
    """Give up what was said for `consent`, and let its files go once the transaction ends; what to `enter` then.

    `wholly`: what was measured of the voice goes too, for nothing is compared with it any more.
    """
    gone: list[Gone] = []
    if (recording := consent.recorded_statement) and _mark_recording(recording, wholly=wholly):
        gone.append(recording)
    if (challenge := consent.live_check) and _mark_film(challenge, wholly=wholly):
        gone.append(challenge)
    return gone


def enter(gone: list[Gone]) -> None:
    """Write into the ledger what was given up. Call last in the transaction."""
    for one in gone:
        if isinstance(one, Challenge):
            what, sha256 = "live check", one.clip_sha256
        else:
            what, sha256 = "statement", one.sha256
        append(kind=Kind.DELETION, actor=None, object_id=one.pk, what=what, sha256=sha256)


def _mark_recording(recording: Recording, *, wholly: bool) -> bool:
    rows = Recording.objects.filter(pk=recording.pk)
    if wholly:
        why = explain("statement_withdrawn")
        refused = {"state": State.REFUSED, "message": why.message, "hint": why.hint, "reason_code": why.code}
        rows.filter(state=State.CHECKING).update(quarantined="", **refused)
        rows.update(speaker=b"")
    transaction.on_commit(lambda: _discard(recording))
    return bool(rows.filter(deleted_at=None).update(deleted_at=timezone.now()))


def _mark_film(challenge: Challenge, *, wholly: bool) -> bool:
    rows = Challenge.objects.filter(pk=challenge.pk)
    if wholly:
        rows.update(speaker=b"")
    transaction.on_commit(lambda: discard(challenge.clip))
    return bool(rows.exclude(clip="").update(clip="", clip_deleted_at=timezone.now()))


def _discard(recording: Recording) -> None:
    discard(recording.quarantined)
    discard(recording.file)
