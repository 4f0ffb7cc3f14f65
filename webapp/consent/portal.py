"""What sitters see and do on their private page."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from webapp.audit.models import Disclosure, Field, Kind, LedgerEntry
from webapp.audit.services import append
from webapp.consent import links
from webapp.consent.letters import tell_creator
from webapp.consent.models import Consent, Look, PurposeWithdrawal, Sitter, VideoWithdrawal
from webapp.consent.purposes import named
from webapp.consent.receipts import receipt_of
from webapp.consent.services import withdraw_consent
from webapp.errors_text import Refused
from webapp.videos.models import Job
from webapp.videos.services import stop_for_purpose, stop_for_sitter


def by_token(token: str) -> Sitter | None:
    """The sitter behind a private link."""
    return Sitter.objects.filter(token_hash=links.hash_of(token)).first()


def consents_of(sitter: Sitter) -> QuerySet[Consent]:
    """What this sitter agreed to, newest first."""
    related = "portrait", "created_by", "only_recording", "recorded_statement"
    return Consent.objects.filter(request__sitter=sitter).select_related(*related).order_by("-given_at")


def jobs_of(sitter: Sitter) -> QuerySet[Job]:
    """Every video asked for under these consents, newest first."""
    rows = Job.objects.filter(consent__request__sitter=sitter).select_related("consent", "owner", "portrait")
    return rows.select_related("withdrawal", "recording").order_by("-created_at")


@transaction.atomic
def withdraw_video(job: Job) -> None:
    """Stop or take down one video for good; the consent stands for others."""
    if VideoWithdrawal.objects.select_for_update().filter(job=job).exists():
        raise Refused("video_already_withdrawn")
    withdrawal = VideoWithdrawal.objects.create(job=job)
    stop_for_sitter(job=job, at=withdrawal.created_at)
    append(kind=Kind.WITHDRAWAL, actor=None, object_id=job.pk, by="sitter", consent=str(job.consent_id))
    tell_creator(creator=job.owner, portrait=job.portrait, what=f"their consent to the video “{job}”")


@transaction.atomic
def withdraw_purpose(consent: Consent, purpose: str) -> None:
    """End one purpose for good: what is made for it stops, what is out is taken down. The others stand.

    With the last one the whole consent ends.
    """
    held = Consent.objects.select_for_update().get(pk=consent.pk)
    standing = held.standing_purposes()
    if held.withdrawn_at or purpose not in standing:
        raise Refused("purpose_already_withdrawn")
    if standing == [purpose]:
        withdraw_consent(consent=held, by=None)
        return
    PurposeWithdrawal.objects.create(consent=held, purpose=purpose)
    stop_for_purpose(consent=held, purpose=purpose)
    append(kind=Kind.WITHDRAWAL, actor=None, object_id=held.pk, by="sitter", purpose=purpose)
    tell_creator(creator=held.created_by, portrait=held.portrait, what=f"their consent to “{named([purpose])}”")


@transaction.atomic
def withdraw_everything(sitter: Sitter) -> int:
    """Withdraw all that still stands; how many consents that were."""
    standing = list(consents_of(sitter).filter(withdrawn_at=None).order_by("pk"))
    for consent in standing:
        withdraw_consent(consent=consent, by=None)
    return len(standing)


def export(sitter: Sitter) -> dict[str, Any]:
    """All that the site keeps about a sitter, as JSON."""
    return {
        "email": sitter.email,
        "since": sitter.created_at.isoformat(),
        "consents": [_consent(consent) for consent in consents_of(sitter)],
        "videos": [
            {
                "id": str(job.pk),
                "title": str(job),
                "purpose": job.purpose or None,
                "mark": job.code_hex,
                "state": job.status,
                "asked_by": job.owner.shown_name,
                "asked_at": job.created_at.isoformat(),
                "consent": str(job.consent_id),
                "sha256": job.output_sha256 or None,
            }
            for job in jobs_of(sitter)
        ],
    }


def _consent(consent: Consent) -> dict[str, Any]:
    looks = consent.looks.select_related("by")
    return {
        "id": str(consent.pk),
        "name": consent.sitter_name,
        "statement": consent.statement,
        "purposes": consent.purposes,
        "purpose": consent.purpose,
        "purposes_withdrawn": {
            gone.purpose: gone.created_at.isoformat() for gone in consent.purpose_withdrawals.order_by("created_at")
        },
        "old_videos": consent.old_videos,
        "asked_by": consent.created_by.shown_name,
        "portrait_sha256": consent.portrait_sha256,
        "given_at": consent.given_at.isoformat(),
        "expires_at": consent.expires_at.isoformat(),
        "withdrawn_at": consent.withdrawn_at.isoformat() if consent.withdrawn_at else None,
        "receipt": receipt_of(consent),
        "looks": [{"at": look.created_at.isoformat(), "by": look.by.shown_name, "why": look.why} for look in looks],
    }


@transaction.atomic
def erase(sitter: Sitter) -> None:
    """Withdraw everything, then forget the address, the private link, and every reason given in the ledger.

    What stays is the signed record of what was agreed to and when it ended. It can't be undone.
    """
    held = Sitter.objects.select_for_update().filter(pk=sitter.pk, erased_at=None)
    if held.first() is None:
        raise Refused("nothing_to_erase")
    withdraw_everything(sitter)
    Look.objects.filter(consent__request__sitter=sitter).delete()
    objects = [
        str(key) for rows in (consents_of(sitter), jobs_of(sitter)) for key in rows.values_list("pk", flat=True)
    ]
    entries = LedgerEntry.objects.filter(object__in=objects).values("index")
    words = Disclosure.objects.filter(Q(field=Field.REASON), entry_id__in=entries)
    count = words.count()
    words.delete()
    Sitter.objects.filter(pk=sitter.pk).update(email="", token_hash=None, erased_at=timezone.now())
    append(kind=Kind.ERASURE, actor=None, object_id=uuid.uuid4(), by="sitter", fields=count)
