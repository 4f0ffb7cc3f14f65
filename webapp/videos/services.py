"""What people do with videos: request, cancel, retry, stop for a withdrawn consent, look."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from webapp.accounts.models import User
from webapp.accounts.services import require_good_standing
from webapp.audit.models import Kind
from webapp.audit.services import append
from webapp.consent.faces import require_unblocked
from webapp.consent.leave import require_leave
from webapp.consent.letters import tell_of_the_end
from webapp.consent.models import Consent
from webapp.consent.purposes import OldVideos
from webapp.consent.services import chosen_purpose, why_ended
from webapp.errors_text import Explanation, Refused, explain
from webapp.moderation.findings import undecided
from webapp.moderation.services import keep, open_holds
from webapp.queue import send_on_commit
from webapp.uploads.models import Portrait, Recording, RecordingUse
from webapp.videos import tasks
from webapp.videos.models import Job, Status, new_code, new_seed
from webapp.videos.segments import forget
from webapp.videos.status import UNTOLD, move, told
from webapp.videos.voice import VoiceKind, whose_voice

UNFINISHED = (Status.HELD, Status.QUEUED, Status.RUNNING, Status.SEALING)
OUT = (Status.PUBLISHED, Status.HIDDEN)  # what has been out
CODE_TRIES = 5  # a 40-bit code is taken once in a million million; a second try settles it


def request_video(
    *,
    owner: User,
    portrait: Portrait,
    recording: Recording,
    consent: Consent,
    choices: Mapping[str, Any],
    purpose: str = "",
    seed: int | None = None,
    title: str = "",
) -> Job:
    """Queue a video, if the uploads are ready, the consent holds and the quota allows. Refused otherwise.

    Where something speaks for a person looking first, it is held, and nothing is painted until one let it pass.

    `choices` are fields of Choices, checked by the form; what is left out is as usual. Without a seed one is drawn;
    without a purpose it is the one that was agreed to, if that is one.
    """
    require_good_standing(owner)
    _require_ready(portrait, recording)
    now = timezone.now()
    if not consent.is_valid_for(portrait, now):
        raise why_ended(consent)
    require_unblocked(portrait)
    if not consent.allows(recording):
        raise Refused("consent_other_recording")
    purpose = chosen_purpose(consent, purpose)
    if owner.jobs.filter(created_at__gt=now - timedelta(days=1)).count() >= owner.max_jobs_per_day:
        raise Refused("quota_jobs", limit=owner.max_jobs_per_day)
    voice = whose_voice(recording, consent)
    if consent.own_voice_only and voice["kind"] != VoiceKind.SITTER:
        raise Refused("consent_own_voice")
    found = undecided(portrait, recording, consent)
    job = Job(
        status=Status.HELD if found else Status.QUEUED,
        owner=owner,
        portrait=portrait,
        recording=recording,
        consent=consent,
        purpose=purpose,
        voice=voice,
        title=title,
        seed=new_seed() if seed is None else seed,
        size=settings.VIDEO_SIZE,
        queued_at=now,
        sent_at=now,
        **choices,
    )
    with transaction.atomic():
        _save_with_free_code(job)
        if not found:
            send_on_commit(tasks.render_video, job.pk)
        append(
            kind=Kind.REQUEST,
            actor=owner,
            object_id=job.pk,
            code=job.code_hex,
            portrait_sha256=portrait.sha256,
            recording_sha256=recording.sha256,
            consent=str(consent.pk),
            purpose=purpose,
            seed=job.seed,
        )
        keep(job=job, findings=found)
    return job


def _require_ready(portrait: Portrait, recording: Recording) -> None:
    if not portrait.is_ready:
        raise Refused("portrait_not_ready")
    if not recording.is_ready or recording.use != RecordingUse.SPEECH:
        raise Refused("recording_not_ready")


def _save_with_free_code(job: Job) -> None:
    for _ in range(CODE_TRIES - 1):
        try:
            with transaction.atomic():
                job.save(force_insert=True)
            return
        except IntegrityError:
            if not Job.objects.filter(code=job.code).exists():
                raise
            job.code = new_code()
    job.save(force_insert=True)


def cancel_video(*, job: Job, by: User) -> None:
    """Stop a job that waits or runs; its worker notices within one heartbeat."""
    with transaction.atomic():
        if not move(job.pk, leaving=UNFINISHED, to=Status.CANCELLED, finished_at=timezone.now(), eta_s=None):
            raise Refused("too_late")
        append(kind=Kind.CANCEL, actor=by, object_id=job.pk)
    job.refresh_from_db()


def retry_video(*, job: Job, by: User) -> None:
    """Queue a failed or cancelled job again: same request, same code, a consent that still holds.

    What no reviewer has let pass waits for one again.
    """
    require_good_standing(by)
    require_leave(job)
    now = timezone.now()
    found = undecided(job.portrait, job.recording, job.consent)
    to = Status.HELD if found or open_holds(job) else Status.QUEUED
    with transaction.atomic():
        fresh: dict[str, Any] = {
            "stage": "",
            "stage_done": 0,
            "stage_total": 0,
            "progress": 0.0,
            "eta_s": None,
            "losses": 0,
        }
        again = {"queued_at": now, "sent_at": now, "finished_at": None, "heartbeat_at": None} | fresh | UNTOLD
        if not move(job.pk, leaving=(Status.FAILED, Status.CANCELLED), to=to, **again):
            raise Refused("too_late")
        forget(job)
        if to == Status.QUEUED:
            send_on_commit(tasks.render_video, job.pk)
        append(kind=Kind.RETRY, actor=by, object_id=job.pk, consent=str(job.consent_id))
        keep(job=job, findings=found)
    job.refresh_from_db()


def stop_for_consent(*, consent: Consent, by: User | None) -> None:
    """Cancel what is on its way under a withdrawn consent, take down what is published. Call in a transaction."""
    _stop(consent.jobs.all(), why=why_ended(consent).explanation, by=by)


def stop_for_purpose(*, consent: Consent, purpose: str) -> None:
    """As stop_for_consent, for the videos of one purpose that its sitter took back."""
    _stop(consent.jobs.filter(purpose=purpose), why=why_ended(consent, purpose).explanation, by=None)


def end_old_videos() -> None:
    """Take down what is out under consents that are over, where their sitters chose that; again does nothing."""
    out = Job.objects.filter(status__in=OUT, consent__old_videos=OldVideos.GO)
    over = Consent.objects.filter(pk__in=out.values("consent_id"), expires_at__lte=timezone.now())
    for consent in over.select_related("portrait", "created_by").order_by("pk"):
        with transaction.atomic():
            if _stop(consent.jobs.filter(status__in=OUT), why=why_ended(consent).explanation, by=None):
                tell_of_the_end(consent)


def stop_for_sitter(*, job: Job, at: datetime) -> None:
    """Cancel or take down one video that its sitter took back. Call in a transaction."""
    why = explain("video_withdrawn", day=date_format(at, "j F Y"))
    _stop(Job.objects.filter(pk=job.pk), why=why, by=None)


def stop_for_face(*, portraits: Collection[UUID]) -> None:
    """Cancel what is on its way with a face that was blocked. Call in a transaction.

    What is published stays: nobody proved who asked for the block, and reviewers can take it down.
    """
    jobs = Job.objects.filter(portrait__in=portraits).exclude(status__in=OUT)
    _stop(jobs, why=explain("portrait_blocked"), by=None)


def _stop(jobs: QuerySet[Job], *, why: Explanation, by: User | None) -> int:
    """How many it stopped."""
    over = told(why) | {"finished_at": timezone.now()}
    stopped: list[tuple[Kind, Job]] = []
    for job in jobs.filter(status__in=(*UNFINISHED, Status.IN_REVIEW, *OUT)).order_by("pk"):
        if move(job.pk, leaving=(*UNFINISHED, Status.IN_REVIEW), to=Status.CANCELLED, **over):
            stopped.append((Kind.CANCEL, job))
        elif move(job.pk, leaving=OUT, to=Status.TAKEN_DOWN, **over):
            stopped.append((Kind.TAKE_DOWN, job))
    for kind, job in stopped:  # once all are ours: the ledger comes last everywhere, so no two wait in a ring
        append(kind=kind, actor=by, object_id=job.pk, consent=str(job.consent_id))
    return len(stopped)


def record_download(*, job: Job, by: User) -> None:
    """Write down that somebody fetched the finished file."""
    append(kind=Kind.DOWNLOAD, actor=by, object_id=job.pk, output_sha256=job.output_sha256)


def queue_position(job: Job) -> int:
    """How many jobs a worker takes before this one, plus one; 0 when it does not wait."""
    if job.status != Status.QUEUED:
        return 0
    return Job.objects.filter(status=Status.QUEUED, queued_at__lt=job.queued_at).count() + 1
