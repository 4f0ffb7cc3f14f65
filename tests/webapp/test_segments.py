"""Long videos: claimed, lost, given back, stopped and put together segment by segment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from tests.webapp.factories import make_consent, make_job, make_portrait, make_recording
from webapp.audit.models import Kind, LedgerEntry
from webapp.consent.services import withdraw_consent
from webapp.errors_text import explain
from webapp.videos import services
from webapp.videos.attempts import report_progress
from webapp.videos.models import Job, Segment, SegmentState, Status
from webapp.videos.rendering import claim
from webapp.videos.rescue import rescue_lost_work
from webapp.videos.segments import SegmentWatch, claim_join, claim_segment, give_back

pytestmark = pytest.mark.django_db
FRAMES = 100  # of each segment


def planned(creator, *, segments: int = 3, **fields) -> Job:
    """A long job as its planner leaves it."""
    now = timezone.now()
    recording = make_recording(creator, duration_s=60.0)
    facts = {"frames": FRAMES * segments, "fps": 25.0, "attempt": 1, "started_at": now, "engine": {"label": False}}
    job = make_job(creator, Status.RUNNING, recording=recording, **(facts | fields))
    job.plan.save("plan.npz", ContentFile(b"a plan"))
    Job.objects.update(heartbeat_at=None)
    for index in range(segments):
        start = FRAMES * index
        Segment.objects.create(job=job, index=index, start=start, stop=start + FRAMES, sent_at=now)
    job.refresh_from_db()
    return job


def taken(job: Job, index: int, worker: str = "one") -> Segment:
    segment = claim_segment(str(job.segments.get(index=index).pk), worker=worker)
    assert segment is not None
    return segment


def silent(segment: Segment) -> None:
    Segment.objects.filter(pk=segment.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=5))


def test_only_one_worker_gets_a_segment(creator):
    job = planned(creator)
    assert taken(job, 0).attempt == 1
    assert claim_segment(str(job.segments.get(index=0).pk), worker="two") is None


def test_the_job_shows_the_sum_of_its_segments(creator):
    job = planned(creator)
    for index, done in ((0, 60), (2, 30)):
        assert SegmentWatch(taken(job, index)).beat({"done": done, "total": FRAMES})
    job.refresh_from_db()
    assert (job.status, job.stage, job.stage_done, job.stage_total) == (Status.RUNNING, "render", 90, 300)
    assert 0.5 < job.progress < 0.75
    assert job.eta_s


def test_a_lost_worker_costs_its_segment_alone(creator, django_capture_on_commit_callbacks):
    job = planned(creator)
    lost, other = taken(job, 0), taken(job, 1)
    silent(lost)
    with django_capture_on_commit_callbacks() as after:
        rescue_lost_work()
        rescue_lost_work()
    assert len(after) == 1
    assert list(job.segments.values_list("state", "attempt", "losses")) == [
        (SegmentState.WAITING, 1, 1),
        (SegmentState.RUNNING, 1, 0),
        (SegmentState.WAITING, 0, 0),
    ]
    again = taken(job, 0, "two")
    assert not SegmentWatch(lost).beat({"done": 99})
    assert SegmentWatch(again).beat({"done": 1})
    assert SegmentWatch(other).beat({"done": 5})
    job.refresh_from_db()
    assert (job.status, job.losses, job.stage_done) == (Status.RUNNING, 0, 6)


def test_a_segment_that_fails_thrice_ends_the_job_with_its_reason(creator):
    job = planned(creator)
    for _ in range(3):
        give_back(taken(job, 1), explain("render_crashed"))
    job.refresh_from_db()
    assert (job.status, job.error_code) == (Status.FAILED, "render_crashed")
    assert LedgerEntry.objects.filter(kind=Kind.FAIL, object=str(job.pk)).exists()
    assert claim_segment(str(job.segments.get(index=0).pk), worker="late") is None


@pytest.mark.parametrize("end", ["cancel", "withdraw"])
def test_every_segment_learns_of_the_end_from_its_next_heartbeat(creator, end):
    job = planned(creator)
    watches = [SegmentWatch(taken(job, index)) for index in (0, 1)]
    if end == "cancel":
        services.cancel_video(job=job, by=creator)
    else:
        withdraw_consent(consent=job.consent, by=creator, reason="")
    assert [watch.beat({"done": 1}) for watch in watches] == [False, False]
    assert claim_segment(str(job.segments.get(index=2).pk), worker="three") is None


@pytest.mark.parametrize("gate", [claim_segment, claim_join])
def test_a_consent_that_ran_out_stops_the_job_at_the_next_gate(creator, gate):
    portrait = make_portrait(creator)
    over = make_consent(portrait, expires_at=timezone.now())
    job = planned(creator, portrait=portrait, consent=over)
    if gate is claim_join:
        job.segments.update(state=SegmentState.DONE)
    assert gate(str(job.pk if gate is claim_join else job.segments.first().pk), worker="one") is None
    job.refresh_from_db()
    assert (job.status, job.error_code) == (Status.CANCELLED, "consent_expired")


def test_a_job_is_put_together_by_one_worker_once_all_is_painted(creator):
    job = planned(creator)
    job.segments.exclude(index=2).update(state=SegmentState.DONE)
    assert claim_join(str(job.pk), worker="early") is None
    job.segments.update(state=SegmentState.DONE)
    assert claim_join(str(job.pk), worker="one") is not None
    assert claim_join(str(job.pk), worker="two") is None


def test_a_lost_join_is_asked_for_again_and_nothing_is_painted_again(creator, django_capture_on_commit_callbacks):
    job = planned(creator)
    job.segments.update(state=SegmentState.DONE)
    old = claim_join(str(job.pk), worker="one")
    assert old is not None
    Job.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    assert claim(str(job.pk), worker="a surplus message") is None
    with django_capture_on_commit_callbacks() as after:
        rescue_lost_work()
        rescue_lost_work()
    job.refresh_from_db()
    assert (job.status, job.losses, len(after)) == (Status.RUNNING, 1, 1)
    assert claim_join(str(job.pk), worker="two") is not None
    assert not report_progress(old, progress=1.0)


def test_segments_that_wait_do_not_make_their_job_look_lost(creator):
    job = planned(creator)
    rescue_lost_work()
    job.refresh_from_db()
    assert (job.status, job.losses, job.segments.count()) == (Status.RUNNING, 0, 3)


def test_forgotten_segments_and_joins_are_asked_for_again(creator, django_capture_on_commit_callbacks):
    long_ago = timezone.now() - timedelta(hours=1)
    waiting, complete = planned(creator), planned(creator)
    waiting.segments.update(sent_at=long_ago)
    complete.segments.update(state=SegmentState.DONE)
    Job.objects.update(sent_at=long_ago)
    with django_capture_on_commit_callbacks() as after:
        rescue_lost_work()
        rescue_lost_work()
    assert len(after) == 4


@pytest.mark.parametrize("again", [True, False])
def test_a_stopped_job_leaves_no_plan_and_no_pieces(creator, again, django_capture_on_commit_callbacks):
    job = planned(creator)
    piece = job.segments.get(index=0)
    piece.file.save("piece.mp4", ContentFile(b"a piece"))
    files = [piece.file.name, job.plan.name]
    assert all(map(default_storage.exists, files))
    services.cancel_video(job=job, by=creator)
    with django_capture_on_commit_callbacks(execute=True):
        if again:
            services.retry_video(job=job, by=creator)
        else:
            rescue_lost_work()
    assert not any(map(default_storage.exists, files))
    job.refresh_from_db()
    assert (job.plan.name, job.segments.count()) == ("", 0)
