"""A gpu worker's share: claim a job, watch its child process, hand the marked film on to be sealed."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from webapp import workbench
from webapp.consent.faces import require_unblocked
from webapp.errors_text import Refused
from webapp.files import workspace
from webapp.moderation.findings import undecided
from webapp.moderation.services import hold_back
from webapp.videos.attempts import (
    LIMIT_PER_S,
    LIMIT_S,
    Watch,
    attempt,
    cancel,
    cancel_without_consent,
    fail,
    fetch_checked,
    fetch_recording,
    finish_render,
    known,
    worker_name,
)
from webapp.videos.models import Job, Status
from webapp.videos.segments import begin
from webapp.videos.status import move

log = logging.getLogger(__name__)


def render_video(job_id: str) -> None:
    """Render a job that waits or was abandoned; nothing happens when another worker has it or nobody wants it.

    A long one is planned here and painted in segments, by as many workers as there are; films are dubbed whole.
    """
    job = claim(job_id, worker=worker_name())
    if job is None:
        return
    with attempt(f"job {job.pk}", partial(fail, job)), workspace() as folder:
        limit_s, order = LIMIT_S + LIMIT_PER_S * job.recording.duration_s, _order(job, folder)
        if job.recording.duration_s > settings.SPLIT_S and not job.portrait.film:
            order |= {"longest_s": settings.SEGMENT_S}
            begin(job, workbench.run("plan", order, beat=Watch(job).beat, limit_s=limit_s))
        else:
            result = workbench.run("render", order, beat=Watch(job).beat, limit_s=limit_s)
            finish_render(job, film=Path(result["film"]), poster=Path(result["poster"]), found=known(result))


def claim(job_id: str, *, worker: str) -> Job | None:
    """Claim a queued or abandoned job; None if another worker has it, its consent ended or its face is blocked.

    What a reviewer would have to see first, and has not let pass, goes to one instead.
    """
    now = timezone.now()
    abandoned = Q(status=Status.RUNNING, plan="", heartbeat_at__lt=now - timedelta(seconds=settings.STALE_S))
    taken = move(
        job_id,
        leaving=(Status.QUEUED, Status.RUNNING),
        to=Status.RUNNING,
        where=Q(status=Status.QUEUED) | abandoned,
        attempt=F("attempt") + 1,
        claimed_by=worker,
        heartbeat_at=now,
        started_at=now,
        stage="",
        progress=0.0,
        eta_s=None,
    )
    if not taken:
        return None
    job = Job.objects.select_related("portrait", "recording", "consent__recorded_statement").get(pk=job_id)
    if not job.consent.covers(job, now):
        cancel_without_consent(job)
        return None
    try:
        require_unblocked(job.portrait)
    except Refused as refused:
        cancel(job, refused.explanation)
        return None
    if found := undecided(job.portrait, job.recording, job.consent):
        hold_back(job=job, findings=found)
        return None
    log.info("job %s: attempt %d begins", job.pk, job.attempt)
    return job


def _order(job: Job, folder: Path) -> dict[str, Any]:
    """Everything the child needs, as JSON."""
    source = job.portrait.film or job.portrait.file
    return {
        "portrait": str(fetch_checked(source, job.portrait.sha256, folder / "portrait")),
        "film": bool(job.portrait.film),
        "recording": str(fetch_recording(job, folder)),
        "folder": str(folder),
        "face_index": job.portrait.face_index,
        "controls": {"seed": job.seed} | job.performed(),
        "size": job.size,
        "label": settings.VISIBLE_LABEL,
        "device": settings.DEVICE,
        "script": job.recording.script if job.recording.synthetic_voice else None,
        "transcript": job.recording.transcript or None,
        "code": job.code,
        "strength": job.mark_gain,
        "watermark_key_file": str(settings.WATERMARK_KEY_FILE),
    } | job.shown()
