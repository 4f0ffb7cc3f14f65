"""A gpu worker's share: claim a job, watch its child process, hand the marked film on to be sealed."""

from __future__ import annotations

import logging
import os
import socket
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from webapp import VERSION, workbench
from webapp.audit.models import Kind
from webapp.audit.services import append
from webapp.consent.services import why_ended
from webapp.errors_text import Explanation, Refused, explain
from webapp.files import discard, fetch, put, sha256_of, workspace
from webapp.queue import send_on_commit
from webapp.uploads.models import Portrait, Recording
from webapp.videos import tasks
from webapp.videos.models import Job, Status
from webapp.videos.progress import needed_s, pace
from webapp.videos.status import move

log = logging.getLogger(__name__)
LIMIT_S, LIMIT_PER_S = 600.0, 60.0  # of one render: so much, and so much more per second of recording
EARLIER = 5  # films whose pace tells how long the next one takes


def render_video(job_id: str) -> None:
    """Render a job that waits or was abandoned; nothing happens when another worker has it or nobody wants it."""
    job = claim(job_id, worker=f"{socket.gethostname()}:{os.getpid()}")
    if job is None:
        return
    try:
        with workspace() as folder:
            limit_s = LIMIT_S + LIMIT_PER_S * job.recording.duration_s
            result = workbench.run("render", _order(job, folder), beat=Watch(job).beat, limit_s=limit_s)
            finish_render(job, result, folder)
    except Refused as refused:
        log.error("job %s: %s", job.pk, refused.explanation.code)
        fail(job, refused.explanation)
    except workbench.Stopped:
        log.info("job %s: stopped, nobody waits for it any more", job.pk)
    except workbench.Declined as reason:
        fail(job, Explanation(reason.code, reason.message, reason.hint))
    except workbench.Crashed as crash:
        log.error("job %s: %s", job.pk, crash)
        fail(job, explain("unexpected" if isinstance(crash, workbench.Broke) else "render_crashed"))
    except Exception:
        fail(job, explain("unexpected"))
        raise


def claim(job_id: str, *, worker: str) -> Job | None:
    """Claim a queued or abandoned job, or return None if another worker holds it or its consent has ended."""
    now = timezone.now()
    abandoned = Q(status=Status.RUNNING, heartbeat_at__lt=now - timedelta(seconds=settings.STALE_S))
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
    if job.consent.is_valid_for(job.portrait, now):
        log.info("job %s: attempt %d begins", job.pk, job.attempt)
        return job
    cancel_without_consent(job)
    return None


def cancel_without_consent(job: Job) -> None:
    """Stop a job at a gate where its consent no longer holds."""
    why = why_ended(job.consent).explanation
    told = {"error_code": why.code, "message": why.message, "hint": why.hint, "finished_at": timezone.now()}
    with transaction.atomic():
        if move(job.pk, leaving=(Status(job.status),), to=Status.CANCELLED, where=Q(attempt=job.attempt), **told):
            append(kind=Kind.CANCEL, actor=None, object_id=job.pk, consent=str(job.consent_id))


def fail(job: Job, why: Explanation) -> None:
    """End this attempt with a reason for people."""
    told = {"error_code": why.code, "message": why.message, "hint": why.hint, "finished_at": timezone.now()}
    with transaction.atomic():
        if move(
            job.pk,
            leaving=(Status(job.status),),
            to=Status.FAILED,
            where=Q(attempt=job.attempt),
            eta_s=None,
            **told,
        ):
            append(kind=Kind.FAIL, actor=None, object_id=job.pk, reason=why.code)


class Watch:
    """Between a child's reports and the job's row: heartbeat, progress, poster; and whether to go on."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.began = time.monotonic()
        self.expected_s = needed_s(job.recording.duration_s, earlier_renders())

    def beat(self, report: workbench.Report) -> bool:
        """Write down that we live and where we are; False if the job is no longer ours."""
        where = pace(
            stage=report.get("stage", ""),
            done=report.get("done", 0),
            total=report.get("total", 0),
            elapsed_s=time.monotonic() - self.began,
            expected_s=self.expected_s,
        )
        columns: dict[str, Any] = {
            "heartbeat_at": timezone.now(),
            "stage": where.stage,
            "stage_done": where.done,
            "stage_total": where.total,
            "progress": where.progress,
            "eta_s": where.eta_s,
        }
        if report.get("poster") and not self.job.poster:
            columns["poster"] = put(self.job.poster, Path(report["poster"]))
        return report_progress(self.job, **columns)


def earlier_renders() -> list[tuple[float, float]]:
    """The latest films of this site: seconds of recording, and seconds from claim to film."""
    made = Job.objects.filter(rendered_at__gt=F("started_at")).order_by("-rendered_at")[:EARLIER]
    times = made.values_list("recording__duration_s", "started_at", "rendered_at")
    return [(length_s, (end - begin).total_seconds()) for length_s, begin, end in times if begin and end]


def report_progress(job: Job, **columns: Any) -> bool:
    """Update a running attempt's columns; False when it was cancelled or another worker took over."""
    mine = Job.objects.filter(pk=job.pk, status=Status.RUNNING, attempt=job.attempt)
    return mine.update(**columns) == 1


def finish_render(job: Job, result: dict[str, Any], folder: Path) -> None:
    """Store the marked film and ask the seal worker to sign it."""
    film = Path(result["film"])
    columns: dict[str, Any] = {
        "rendered": put(job.rendered, film),
        "rendered_sha256": sha256_of(film),
        "rendered_at": timezone.now(),
        "sent_at": timezone.now(),
        "heartbeat_at": None,
        "stage": "seal",
        "progress": 1.0,
        "eta_s": None,
        "frames": result["frames"],
        "fps": result["fps"],
        "duration_s": result["duration_s"],
        "seconds": result["seconds"],
        "words": result["words"],
        "language": result["language"],
        "engine": {
            "name": result["engine"],
            "version": VERSION,
            "weights": result["weights"],
            "label": result["label"],
        },
    }
    if not job.poster:
        columns["poster"] = put(job.poster, Path(result["poster"]))
    with transaction.atomic():
        kept = move(job.pk, leaving=(Status.RUNNING,), to=Status.SEALING, where=Q(attempt=job.attempt), **columns)
        if kept:
            send_on_commit(tasks.seal_video, job.pk)
            append(
                kind=Kind.RENDER,
                actor=None,
                object_id=job.pk,
                rendered_sha256=columns["rendered_sha256"],
                frames=columns["frames"],
                version=VERSION,
                synthetic_voice=job.recording.synthetic_voice,
                weights=[weight["sha256"] for weight in result["weights"]],
            )
    if kept:
        log.info("job %s: rendered %d frames in attempt %d", job.pk, columns["frames"], job.attempt)
    else:
        discard(job.rendered)


def _order(job: Job, folder: Path) -> dict[str, Any]:
    """Everything the child needs, as JSON."""
    return {
        "portrait": str(_fetch_checked(job.portrait, folder / "portrait")),
        "recording": str(_fetch_checked(job.recording, folder / "recording.flac")),
        "folder": str(folder),
        "face_index": job.portrait.face_index,
        "controls": {"seed": job.seed} | job.performed(),
        "size": job.size,
        "label": settings.VISIBLE_LABEL,
        "script": job.recording.script if job.recording.synthetic_voice else None,
        "transcript": job.recording.transcript or None,
        "code": job.code,
        "watermark_key_file": str(settings.WATERMARK_KEY_FILE),
    } | job.shown()


def _fetch_checked(upload: Portrait | Recording, to: Path) -> Path:
    """The stored bytes, if they are still those that were checked and, for a portrait, consented to."""
    fetch(upload.file, to)
    if sha256_of(to) != upload.sha256:
        raise Refused("stored_file_changed")
    return to
