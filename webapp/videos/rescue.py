"""Finds work whose worker died or whose message got lost, and queues it again. Safe at any time, twice too."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from webapp.blocklist import tasks as blocklist_tasks
from webapp.blocklist.models import BlockedFace
from webapp.consent.live import tasks as live_tasks
from webapp.consent.live.models import Challenge
from webapp.consent.live.models import State as LiveState
from webapp.errors_text import explain
from webapp.files import discard
from webapp.queue import send_on_commit
from webapp.uploads import tasks as upload_tasks
from webapp.uploads.models import Portrait, Recording, State
from webapp.videos import tasks
from webapp.videos.attempts import cancel_without_consent, fail
from webapp.videos.models import Job, Segment, SegmentState, Status
from webapp.videos.segments import forget, give_back, painted
from webapp.videos.status import move

log = logging.getLogger(__name__)
MESSAGE_LOST_S = 600.0  # a job waiting longer gets a second message; a surplus one does no harm
FACES_AT_ONCE = 20  # portraits from before faces were kept, looked at again; each takes about 2 s
CHECK_LOST_S = 45.0  # a running check renews its time at every heartbeat; a surplus message does no harm


def rescue_lost_work() -> None:
    """One round over renders, segments, unsigned films, seals, waiting jobs and checks."""
    _end_holds()
    _rescue_renders()
    _rescue_segments()
    _rescue_joins()
    _sweep_unsigned_films()
    _resend(Job.objects.filter(status=Status.SEALING), tasks.seal_video, settings.SEAL_STALE_S)
    _resend(Job.objects.filter(status=Status.QUEUED), tasks.render_video, MESSAGE_LOST_S)
    waiting = Segment.objects.filter(state=SegmentState.WAITING, job__status=Status.RUNNING)
    _resend(waiting, tasks.paint_segment, MESSAGE_LOST_S)
    _resend(Job.objects.filter(painted(), heartbeat_at=None), tasks.join_video, MESSAGE_LOST_S)
    _resend(Portrait.objects.filter(state=State.CHECKING), upload_tasks.check_portrait, CHECK_LOST_S)
    _resend(Recording.objects.filter(state=State.CHECKING), upload_tasks.check_recording, CHECK_LOST_S)
    _resend(Challenge.objects.filter(state=LiveState.CHECKING), live_tasks.check_live, CHECK_LOST_S)
    _resend(BlockedFace.objects.exclude(picture=""), blocklist_tasks.take_face, CHECK_LOST_S)
    _know_faces()


def _stale() -> Q:
    return Q(heartbeat_at__lt=timezone.now() - timedelta(seconds=settings.STALE_S))


def _end_holds() -> None:
    """What waits for a reviewer while its consent ends waits no longer."""
    ended = Job.objects.filter(status=Status.HELD, consent__expires_at__lte=timezone.now())
    for job in ended.select_related("consent"):
        cancel_without_consent(job)


def _rescue_renders() -> None:
    silent = Q(heartbeat_at=None) | _stale()
    for job in Job.objects.filter(silent, status=Status.RUNNING, plan=""):
        _lost(job, where=silent & Q(plan=""), to=Status.QUEUED, task=tasks.render_video)


def _rescue_segments() -> None:
    late = Segment.objects.filter(_stale(), state=SegmentState.RUNNING, job__status=Status.RUNNING)
    for segment in late.select_related("job"):
        give_back(segment, explain("worker_lost"))


def _rescue_joins() -> None:
    for job in Job.objects.filter(painted(), _stale()):
        _lost(job, where=_stale(), to=Status.RUNNING, task=tasks.join_video, heartbeat_at=None)


def _lost(job: Job, *, where: Q, to: Status, task: Any, **columns: Any) -> None:
    """Queue a job again whose worker fell silent, or end it when that happened too often."""
    if job.losses + 1 >= settings.MAX_ATTEMPTS:
        fail(job, explain("worker_lost"))
        return
    with transaction.atomic():
        again = {"sent_at": timezone.now(), "losses": F("losses") + 1} | columns
        if move(job.pk, leaving=(Status.RUNNING,), to=to, where=Q(attempt=job.attempt) & where, **again):
            log.warning("job %s lost its worker in attempt %d; queued again", job.pk, job.attempt)
            send_on_commit(task, job.pk)


def _sweep_unsigned_films() -> None:
    """A job that ended before its seal leaves neither film nor pieces behind."""
    over = Job.objects.filter(status__in=(Status.CANCELLED, Status.FAILED))
    for job in over.exclude(rendered=""):
        if over.filter(pk=job.pk, rendered=job.rendered.name).update(rendered=""):
            discard(job.rendered)
    for job in Job.objects.exclude(status__in=(Status.QUEUED, Status.RUNNING)).exclude(plan=""):
        forget(job)


def _know_faces() -> None:
    """Have the faces taken of portraits that have none, a few at a time."""
    unknown = Portrait.objects.filter(state=State.READY, embedding=b"")
    asked = unknown.filter(sent_at__gte=timezone.now() - timedelta(seconds=MESSAGE_LOST_S)).count()
    oldest = unknown.order_by("sent_at").values_list("pk", flat=True)[: max(0, FACES_AT_ONCE - asked)]
    _resend(unknown.filter(pk__in=list(oldest)), upload_tasks.know_face, MESSAGE_LOST_S)


def _resend(rows, task, after_s: float) -> None:  # type: ignore[no-untyped-def]
    """Send `task` again for each row whose last message is older than `after_s`."""
    now = timezone.now()
    late = rows.filter(sent_at__lt=now - timedelta(seconds=after_s))
    for key in late.values_list("pk", flat=True):
        with transaction.atomic():
            if late.filter(pk=key).update(sent_at=now):
                send_on_commit(task, key)
