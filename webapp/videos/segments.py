"""Long videos: planned once, painted in segments by as many workers as are free, put together by one of them.

The job is RUNNING all the while. A segment is claimed, beats and is given back as a job is; whoever paints the last
one asks for the join. Losing a worker costs the segment it was at.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from webapp import workbench
from webapp.errors_text import Explanation
from webapp.files import discard, put, sha256_of, workspace
from webapp.queue import send_on_commit
from webapp.videos import tasks
from webapp.videos.attempts import (
    LIMIT_PER_S,
    LIMIT_S,
    Watch,
    attempt,
    cancel_without_consent,
    earlier_renders,
    fail,
    fetch_checked,
    fetch_recording,
    finish_render,
    known,
    report_progress,
    worker_name,
)
from webapp.videos.models import Job, Segment, SegmentState, Status
from webapp.videos.progress import needed_s, pace
from webapp.videos.status import move

log = logging.getLogger(__name__)


def begin(job: Job, result: dict[str, Any]) -> None:
    """Store the plan of a claimed job and queue its segments."""
    place, now = Path(result["plan"]), timezone.now()
    columns = known(result) | {
        "plan": put(job.plan, place),
        "plan_sha256": sha256_of(place),
        "stage": "render",
        "stage_done": 0,
        "stage_total": result["frames"],
        "heartbeat_at": None,
        "sent_at": now,
    }
    with transaction.atomic():
        kept = report_progress(job, **columns)
        if kept:
            for index, (start, stop) in enumerate(result["pieces"]):
                segment = Segment.objects.create(job=job, index=index, start=start, stop=stop, sent_at=now)
                send_on_commit(tasks.paint_segment, segment.pk)
    if kept:
        log.info("job %s: planned, %d segments", job.pk, len(result["pieces"]))
    else:
        discard(job.plan)


def paint_segment(segment_id: str) -> None:
    """Paint a segment that waits or was abandoned; nothing happens when somebody has it or nobody wants it."""
    segment = claim_segment(segment_id, worker=worker_name())
    if segment is None:
        return
    job, began = segment.job, time.monotonic()
    with attempt(f"job {job.pk}, segment {segment.index}", partial(give_back, segment)), workspace() as folder:
        order = {
            "plan": str(fetch_checked(job.plan, job.plan_sha256, folder / "plan.npz")),
            "folder": str(folder),
            "start": segment.start,
            "stop": segment.stop,
            "label": job.engine["label"],
            "device": settings.DEVICE,
            "code": job.code,
            "strength": job.mark_gain,
            "watermark_key_file": str(settings.WATERMARK_KEY_FILE),
        }
        limit_s = LIMIT_S + LIMIT_PER_S * (segment.stop - segment.start) / job.fps
        watch = SegmentWatch(segment)
        result = workbench.run("paint", order, beat=watch.beat, limit_s=limit_s)
        watch.show(result["poster"])
        _finish(segment, Path(result["piece"]), digests=result["digests"], seconds=time.monotonic() - began)


def claim_segment(segment_id: str, *, worker: str) -> Segment | None:
    """Claim a waiting or abandoned segment; None if it is taken, its job is over or the consent has ended."""
    now = timezone.now()
    abandoned = Q(state=SegmentState.RUNNING, heartbeat_at__lt=now - timedelta(seconds=settings.STALE_S))
    free = Segment.objects.filter(
        Q(state=SegmentState.WAITING) | abandoned, pk=segment_id, job__status=Status.RUNNING
    )
    mine = {"attempt": F("attempt") + 1, "claimed_by": worker, "heartbeat_at": now, "done": 0}
    if not free.filter(pk=segment_id).update(state=SegmentState.RUNNING, **mine):
        return None
    related = "job__portrait", "job__recording", "job__consent__recorded_statement"
    segment = Segment.objects.select_related(*related).filter(pk=segment_id).first()
    if segment is None:  # its job was asked for anew meanwhile
        return None
    if segment.job.consent.covers(segment.job, now):
        log.info("job %s, segment %d: attempt %d begins", segment.job_id, segment.index, segment.attempt)
        return segment
    cancel_without_consent(segment.job)
    return None


class SegmentWatch:
    """Between a child's reports and two rows: the segment's own, and its job's with the sum of all segments."""

    def __init__(self, segment: Segment) -> None:
        self.segment, self.job = segment, segment.job
        self.expected_s = needed_s(self.job.recording.duration_s, earlier_renders())

    def beat(self, report: workbench.Report) -> bool:
        """Write down that we live and where the job is; False if it is no longer ours or nobody wants it."""
        now = timezone.now()
        if not _mine(self.segment).update(heartbeat_at=now, done=report.get("done", 0)):
            return False
        painted = self.job.segments.aggregate(frames=Sum("done"))["frames"]
        elapsed_s = (now - (self.job.started_at or now)).total_seconds()
        where = pace(
            stage="render", done=painted, total=self.job.frames, elapsed_s=elapsed_s, expected_s=self.expected_s
        )
        self.show(report.get("poster", ""))
        return report_progress(
            self.job,
            stage=where.stage,
            stage_done=where.done,
            stage_total=where.total,
            progress=where.progress,
            eta_s=where.eta_s,
        )

    def show(self, poster: str) -> None:
        """Store the picture that people see while they wait, once."""
        if poster and not self.job.poster:
            report_progress(self.job, poster=put(self.job.poster, Path(poster)))


def _mine(segment: Segment) -> QuerySet[Segment]:
    """The row of a segment while this attempt holds it and its job goes on."""
    held = Segment.objects.filter(pk=segment.pk, state=SegmentState.RUNNING, attempt=segment.attempt)
    return held.filter(job__status=Status.RUNNING, job__attempt=segment.job.attempt)


def _finish(segment: Segment, piece: Path, *, digests: str, seconds: float) -> None:
    """Store what was painted; after the last one ask for the join."""
    columns = {"file": put(segment.file, piece), "sha256": sha256_of(piece), "digests": digests, "seconds": seconds}
    frames = segment.stop - segment.start
    if not _mine(segment).update(state=SegmentState.DONE, done=frames, heartbeat_at=None, **columns):
        discard(segment.file)
        return
    log.info("job %s, segment %d: painted %d frames", segment.job_id, segment.index, frames)
    # Committed already, so of two that finish at once at least one sees both; a second message finds nothing to do.
    if not segment.job.segments.exclude(state=SegmentState.DONE).exists():
        send_on_commit(tasks.join_video, segment.job_id)


def give_back(segment: Segment, why: Explanation) -> None:
    """Let another worker try a segment of which an attempt came to nothing; after the last try the job fails."""
    if segment.losses + 1 >= settings.MAX_ATTEMPTS:
        if _mine(segment).update(state=SegmentState.FAILED, losses=F("losses") + 1):
            fail(segment.job, why)
        return
    with transaction.atomic():
        again = {"losses": F("losses") + 1, "done": 0, "sent_at": timezone.now(), "heartbeat_at": None}
        if _mine(segment).update(state=SegmentState.WAITING, **again):
            log.warning("job %s, segment %d: again (%s)", segment.job_id, segment.index, why.code)
            send_on_commit(tasks.paint_segment, segment.pk)


def painted() -> Q:
    """Of jobs: those with all segments painted and not yet put together."""
    open_segments = Segment.objects.filter(job=OuterRef("pk")).exclude(state=SegmentState.DONE)
    return ~Q(plan="") & ~Exists(open_segments) & Q(status=Status.RUNNING)


def join_video(job_id: str) -> None:
    """Put a painted job together; nothing happens when somebody is at it or nobody wants it."""
    job = claim_join(job_id, worker=worker_name())
    if job is None:
        return
    with attempt(f"job {job.pk}", partial(fail, job)), workspace() as folder:
        segments = list(job.segments.order_by("index"))
        order = {
            "pieces": [
                str(fetch_checked(segment.file, segment.sha256, folder / f"{segment.index}.mp4"))
                for segment in segments
            ],
            "recording": str(fetch_recording(job, folder)),
            "folder": str(folder),
            "frames": job.frames,
        }
        limit_s = LIMIT_S + job.recording.duration_s
        result = workbench.run("join", order, beat=Watch(job).beat, limit_s=limit_s)
        seconds = job.seconds | {"render": round(sum(segment.seconds for segment in segments), 3)}
        digests = "".join(segment.digests for segment in segments)
        film = {"frames": job.frames, "engine": job.engine, "seconds": seconds, "digests": digests}
        if finish_render(job, film=Path(result["film"]), poster=None, found=film):
            forget(job)


def claim_join(job_id: str, *, worker: str) -> Job | None:
    """Claim a job whose segments are painted; None if another worker puts it together or its consent has ended."""
    now = timezone.now()
    free = Q(heartbeat_at=None) | Q(heartbeat_at__lt=now - timedelta(seconds=settings.STALE_S))
    mine = {"attempt": F("attempt") + 1, "claimed_by": worker, "heartbeat_at": now}
    if not move(job_id, leaving=(Status.RUNNING,), to=Status.RUNNING, where=free & painted(), **mine):
        return None
    job = Job.objects.select_related("portrait", "recording", "consent__recorded_statement").get(pk=job_id)
    if job.consent.covers(job, now):
        return job
    cancel_without_consent(job)
    return None


@transaction.atomic
def forget(job: Job) -> None:
    """Drop the plan and the segments of a job that needs them no more; the files go after the commit."""
    files = [job.plan, *(segment.file for segment in job.segments.all())]
    job.segments.all().delete()
    Job.objects.filter(pk=job.pk).update(plan="", plan_sha256="")
    for file in files:
        transaction.on_commit(partial(discard, file), robust=True)
