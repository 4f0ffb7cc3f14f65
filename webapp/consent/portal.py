"""What sitters see and do on their private page."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from webapp.audit.models import Disclosure, Field, Kind, LedgerEntry
from webapp.audit.services import append
from webapp.consent import forgetting, links
from webapp.consent.letters import tell_creator
from webapp.consent.live.models import Challenge
from webapp.consent.looks import looks_at
from webapp.consent.models import Consent, PurposeWithdrawal, Sitter, VideoWithdrawal
from webapp.consent.purposes import named
from webapp.consent.services import withdraw_consent
from webapp.errors_text import Refused
from webapp.videos.models import Job
from webapp.videos.services import stop_for_purpose, stop_for_sitter


def by_token(token: str) -> Sitter | None:
    """The sitter behind a private link."""
    return Sitter.objects.filter(token_hash=links.hash_of(token)).first()


def consents_of(sitter: Sitter) -> QuerySet[Consent]:
    """What this sitter agreed to, newest first."""
    related = "portrait", "created_by", "only_recording", "recorded_statement", "live_check", "request"
    return Consent.objects.filter(request__sitter=sitter).select_related(*related).order_by("-given_at")


def jobs_of(sitter: Sitter) -> QuerySet[Job]:
    """Every video asked for under these consents, newest first."""
    rows = Job.objects.filter(consent__request__sitter=sitter).select_related("consent", "owner", "portrait")
    return rows.select_related("withdrawal", "recording").order_by("-created_at")


def live_checks_of(sitter: Sitter) -> QuerySet[Challenge]:
    """How they showed that it is them, the first first."""
    return Challenge.objects.filter(request__sitter=sitter).order_by("created_at")


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


@transaction.atomic
def erase(sitter: Sitter) -> None:
    """Withdraw everything, then forget address, private link, looks, the film, and every reason in the ledger.

    What stays is the signed record of what was agreed to and when it ended. It can't be undone.
    """
    held = Sitter.objects.select_for_update().filter(pk=sitter.pk, erased_at=None)
    if held.first() is None:
        raise Refused("nothing_to_erase")
    theirs = list(consents_of(sitter))
    gone = [one for consent in theirs for one in forgetting.mark(consent, wholly=True)]
    withdraw_everything(sitter)
    for consent in theirs:
        looks_at(consent).delete()
    for live in live_checks_of(sitter):
        unsaid = [one | {"sentence": "", "again": ""} for one in live.checks]  # they quote what was heard
        Challenge.objects.filter(pk=live.pk).update(appeal="", checks=unsaid)
    objects = [
        str(key) for rows in (consents_of(sitter), jobs_of(sitter)) for key in rows.values_list("pk", flat=True)
    ] + [str(consent.live_check_id) for consent in theirs if consent.live_check_id]
    entries = LedgerEntry.objects.filter(object__in=objects).values("index")
    words = Disclosure.objects.filter(Q(field=Field.REASON), entry_id__in=entries)
    count = words.count()
    words.delete()
    Sitter.objects.filter(pk=sitter.pk).update(email="", token_hash=None, erased_at=timezone.now())
    forgetting.enter(gone)
    append(kind=Kind.ERASURE, actor=None, object_id=uuid.uuid4(), by="sitter", fields=count)
