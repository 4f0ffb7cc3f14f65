"""What every worker's attempt at a job has in common: its heartbeat, its ways to end, its film."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from webapp import VERSION, workbench
from webapp.audit.models import Kind
from webapp.audit.services import append
from webapp.consent.services import why_ended
from webapp.errors_text import Explanation, Refused, explain
from webapp.files import discard, fetch, put, sha256_of
from webapp.queue import send_on_commit
from webapp.videos import tasks
from webapp.videos.models import Job, Status
from webapp.videos.progress import needed_s, pace
from webapp.videos.status import move, told

log = logging.getLogger(__name__)
LIMIT_S, LIMIT_PER_S = 600.0, 60.0  # of one child: so much, and so much more per second of recording
EARLIER = 5  # films whose pace tells how long the next one takes


def worker_name() -> str:
    """This process among the workers."""
    return f"{socket.gethostname()}:{os.getpid()}"


@contextmanager
def attempt(what: str, give_up: Callable[[Explanation], None]) -> Iterator[None]:
    """Whatever ends the block early becomes a line of the log and a reason for people."""
    try:
        yield
    except Refused as refused:
        log.error("%s: %s", what, refused.explanation.code)
        give_up(refused.explanation)
    except workbench.Stopped:
        log.info("%s: stopped, nobody waits for it any more", what)
    except workbench.Declined as reason:
        give_up(reason.explanation)
    except workbench.Crashed as crash:
        log.error("%s: %s", what, crash)
        give_up(explain("unexpected" if isinstance(crash, workbench.Broke) else "render_crashed"))
    except Exception:
        give_up(explain("unexpected"))
        raise


def cancel_without_consent(job: Job) -> None:
    """Stop a job at a gate where its consent no longer holds."""
    cancel(job, why_ended(job.consent, job.purpose).explanation)


def cancel(job: Job, why: Explanation) -> None:
    """Stop a job at a gate, with a reason for people."""
    over = told(why) | {"finished_at": timezone.now()}
    with transaction.atomic():
        if move(job.pk, leaving=(Status(job.status),), to=Status.CANCELLED, where=Q(attempt=job.attempt), **over):
            append(kind=Kind.CANCEL, actor=None, object_id=job.pk, consent=str(job.consent_id))


def fail(job: Job, why: Explanation) -> None:
    """End this attempt with a reason for people."""
    over = told(why) | {"finished_at": timezone.now()}
    with transaction.atomic():
        if move(
            job.pk,
            leaving=(Status(job.status),),
            to=Status.FAILED,
            where=Q(attempt=job.attempt),
            eta_s=None,
            **over,
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


def known(result: dict[str, Any]) -> dict[str, Any]:
    """Columns of Job that a child found out."""
    found = {name: result[name] for name in ("frames", "fps", "duration_s", "seconds", "words", "language")}
    return found | {"engine": result["engine"] | {"version": VERSION}, "digests": result.get("digests", "")}


def finish_render(job: Job, *, film: Path, poster: Path | None, found: dict[str, Any]) -> bool:
    """Store the marked film and ask the seal worker to sign it; False if the job is no longer ours."""
    columns: dict[str, Any] = found | {
        "rendered": put(job.rendered, film),
        "rendered_sha256": sha256_of(film),
        "rendered_at": timezone.now(),
        "sent_at": timezone.now(),
        "heartbeat_at": None,
        "stage": "seal",
        "progress": 1.0,
        "eta_s": None,
    }
    if poster and not job.poster:
        columns["poster"] = put(job.poster, poster)
    with transaction.atomic():
        kept = move(job.pk, leaving=(Status.RUNNING,), to=Status.SEALING, where=Q(attempt=job.attempt), **columns)
        if kept:
            send_on_commit(tasks.seal_video, job.pk)
            append(
                kind=Kind.RENDER,
                actor=None,
                object_id=job.pk,
                rendered_sha256=columns["rendered_sha256"],
                frames=found["frames"],
                version=VERSION,
                synthetic_voice=job.recording.synthetic_voice,
                weights=[weight["sha256"] for weight in found["engine"]["weights"]],
            )
    if kept:
        log.info("job %s: rendered %d frames in attempt %d", job.pk, found["frames"], job.attempt)
    else:
        discard(job.rendered)
    return kept


def fetch_recording(job: Job, folder: Path) -> Path:
    """The recording's stored bytes."""
    return fetch_checked(job.recording.file, job.recording.sha256, folder / "recording.flac")


def fetch_checked(file: FieldFile, sha256: str, to: Path) -> Path:
    """Stored bytes, if they are still those that were checked and, for a portrait, consented to."""
    fetch(file, to)
    if sha256_of(to) != sha256:
        raise Refused("stored_file_changed")
    return to
