"""A seal worker's share: sign, verify what was signed, enter it into the ledger, hand it to review."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from webapp.audit.models import Kind
from webapp.audit.services import append
from webapp.consent.models import Consent
from webapp.consent.receipts import receipt_sha256
from webapp.errors_text import Explanation, explain
from webapp.files import discard, fetch, put, sha256_of, workspace
from webapp.lookup.traces import keep_trace
from webapp.queue import send_on_commit
from webapp.uploads.models import Portrait
from webapp.videos import production, tasks
from webapp.videos.attempts import cancel_without_consent, fail
from webapp.videos.models import Job, Status
from webapp.videos.status import move

log = logging.getLogger(__name__)


def seal_video(job_id: str) -> None:
    """Seal a rendered job; nothing happens when that is done or another worker is at it."""
    job = claim_seal(job_id)
    if job is None:
        return
    try:
        _seal(job)
    except production.DECLINES as reason:
        told = production.explain(reason)
        log.error("job %s: sealing refused: %s", job.pk, told["code"])
        fail(job, Explanation(told["code"], told["message"], told["hint"]))
    except Exception:
        fail(job, explain("unexpected"))
        raise


def claim_seal(job_id: str) -> Job | None:
    """Claim a rendered job, or return None if it is being sealed, is over, or its consent has ended."""
    now = timezone.now()
    free = Q(heartbeat_at=None) | Q(heartbeat_at__lt=now - timedelta(seconds=settings.SEAL_STALE_S))
    here = (Status.SEALING,)
    if not move(job_id, leaving=here, to=Status.SEALING, where=free, heartbeat_at=now, attempt=F("attempt") + 1):
        return None
    related = "owner", "portrait", "recording", "consent__recorded_statement"
    job = Job.objects.select_related(*related).get(pk=job_id)
    if job.consent.covers(job, now):
        return job
    cancel_without_consent(job)
    return None


def _seal(job: Job) -> None:
    with workspace() as folder:
        rendered = fetch(job.rendered, folder / "rendered.mp4")
        sealed = folder / "sealed.mp4"
        trial = production.try_mark(rendered, code=job.code, watermark_key=settings.WATERMARK_KEY_FILE)
        if not trial.survived:
            _mark_stronger(job, trial)
            return
        seal = production.seal(
            rendered,
            sealed,
            facts=_facts(job),
            keys=settings.KEYS,
            trust_root=settings.TRUST_ROOT,
            watermark_key=settings.WATERMARK_KEY_FILE,
        )
        if seal.manifest_state != "trusted":
            log.error("job %s: manifest reads back as %s", job.pk, seal.manifest_state)
            fail(job, explain("seal_failed"))
            return
        kept = {"manifest": seal.manifest, "prints": seal.prints}
        columns: dict[str, Any] = {
            "output_sha256": sha256_of(sealed),
            "output": put(job.output, sealed),
            "rendered": "",
            "manifest_state": seal.manifest_state,
            "mark_confirmed": seal.mark_confirmed,
            "mark_score": trial.score,
            "sealed_at": timezone.now(),
            "heartbeat_at": None,
        }
    if keep(job, columns, kept):
        log.info("job %s: sealed", job.pk)
        discard(job.rendered)
    else:
        discard(job.output)


def _mark_stronger(job: Job, trial: production.Trial) -> None:
    """Have a film whose mark would be lost made again with a stronger one; the second time, give up."""
    log.warning("job %s: its mark did not survive the trial copy (score %.1f)", job.pk, trial.score)
    if job.mark_gain >= trial.stronger:
        fail(job, explain("mark_lost"))
        return
    now = timezone.now()
    again = {"mark_gain": trial.stronger, "rendered": "", "stage": "", "progress": 0.0, "heartbeat_at": None}
    with transaction.atomic():
        mine = Q(attempt=job.attempt)
        if move(job.pk, leaving=(Status.SEALING,), to=Status.QUEUED, where=mine, sent_at=now, **again):
            send_on_commit(tasks.render_video, job.pk)
            transaction.on_commit(lambda: discard(job.rendered))


@transaction.atomic
def keep(job: Job, columns: dict[str, Any], kept: dict[str, bytes]) -> bool:
    """Enter the sealed file into ledger, catalogue and row, if this attempt holds the job and the consent holds."""
    mine = Job.objects.select_for_update().filter(pk=job.pk, status=Status.SEALING, attempt=job.attempt)
    if mine.first() is None:
        return False
    consent = Consent.objects.select_related("recorded_statement").get(pk=job.consent_id)
    portrait = Portrait.objects.get(pk=job.portrait_id)
    if not (consent.is_valid_for(portrait, timezone.now()) and consent.stands_for(job.purpose)):
        cancel_without_consent(job)
        return False
    keep_trace(job=job, **kept)
    entry = append(
        kind=Kind.SEAL,
        actor=None,
        object_id=job.pk,
        code=job.code_hex,
        output_sha256=columns["output_sha256"],
        portrait_sha256=job.portrait.sha256,
        recording_sha256=job.recording.sha256,
        consent=str(job.consent_id),
        manifest=columns["manifest_state"],
    )
    return move(job.pk, leaving=(Status.SEALING,), to=Status.IN_REVIEW, ledger_entry=entry, **columns)


def _facts(job: Job) -> production.SealFacts:
    return production.SealFacts(
        title=str(job),
        code=job.code,
        job_id=str(job.pk),
        consent_id=str(job.consent_id),
        receipt_sha256=receipt_sha256(job.consent),
        purpose=job.purpose,
        portrait_type=job.portrait.source_type,
        portrait_sha256=job.portrait.sha256,
        recording_sha256=job.recording.sha256,
        synthetic_voice=job.recording.synthetic_voice,
        voice=job.voice,
        engine=job.engine,
        made_at=job.rendered_at or timezone.now(),
    )
