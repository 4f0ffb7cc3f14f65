"""Asking, waiting, cancelling, retrying, claiming, losing and finding again."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from generation.portrait.framing import ASPECTS, Shot, view
from generation.types import AUTO, EMOTIONS, Controls, Face
from tests.webapp.acts import refusal
from tests.webapp.factories import make_consent, make_job, make_portrait, make_recording
from webapp.accounts.services import suspend
from webapp.audit.models import Kind, LedgerEntry
from webapp.uploads.models import Portrait, RecordingUse, State
from webapp.videos import rendering, services
from webapp.videos.attempts import report_progress
from webapp.videos.choices import Emotion, Shape
from webapp.videos.models import Job, Status
from webapp.videos.rendering import claim, render_video
from webapp.videos.rescue import rescue_lost_work
from webapp.videos.status import NEXT, NotAWay, move

pytestmark = pytest.mark.django_db


def request(creator, **changes):
    portrait = changes.pop("portrait", None) or make_portrait(creator)
    told = {
        "owner": creator,
        "portrait": portrait,
        "recording": changes.pop("recording", None) or make_recording(creator),
        "consent": changes.pop("consent", None) or make_consent(portrait),
        "choices": {},
        "seed": 7,
    }
    return services.request_video(**(told | changes))


def test_a_request_is_queued_after_the_commit_and_written_down(creator, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as after:
        job = request(creator)
    assert job.status == Status.QUEUED
    assert len(after) == 1
    assert LedgerEntry.objects.get(kind=Kind.REQUEST).data["code"] == job.code_hex


def test_our_moods_are_the_engines():
    assert tuple(Emotion.values) == (AUTO, *EMOTIONS)


def test_a_request_needs_ready_uploads(creator):
    portrait = make_portrait(creator, State.CHECKING)
    assert refusal(request, creator=creator, portrait=portrait) == "portrait_not_ready"
    recording = make_recording(creator, State.REFUSED)
    assert refusal(request, creator=creator, recording=recording) == "recording_not_ready"


def test_a_spoken_consent_is_not_something_to_perform(creator):
    statement = make_recording(creator, use=RecordingUse.STATEMENT)
    assert refusal(request, creator=creator, recording=statement) == "recording_not_ready"


def test_the_daily_quota_holds(creator):
    creator.max_jobs_per_day = 2
    request(creator)
    request(creator)
    assert refusal(request, creator=creator) == "quota_jobs"


def test_a_suspended_account_makes_nothing(creator):
    portrait, recording = make_portrait(creator), make_recording(creator)
    suspend(user=creator, reason="Under review.", by=None)
    assert refusal(request, creator=creator, portrait=portrait, recording=recording) == "suspended"


def test_a_taken_code_is_drawn_again(creator, monkeypatch):
    taken = request(creator).code
    codes = iter([taken, taken, 99])
    monkeypatch.setattr(Job._meta.get_field("code"), "_get_default", lambda: next(codes))
    monkeypatch.setattr(services, "new_code", lambda: next(codes))
    assert request(creator).code == 99


def test_the_form_queues_a_video(log_in, creator):
    portrait, recording = make_portrait(creator), make_recording(creator)
    make_consent(portrait)
    told = {
        "portrait": portrait.pk,
        "recording": recording.pk,
        "title": "Hello",
        "gaze_yaw": "-5",
        "emotion": "happy",
        "expressiveness": "0.4",
        "still": "on",
        "shape": "16:9",
        "background": "colour",
        "background_colour": "#203040",
    }
    answer = log_in(creator).post(reverse("videos:new"), told)
    job = creator.jobs.get()
    assert answer["Location"] == reverse("videos:video", args=[job.pk])
    assert (job.gaze_yaw, job.emotion, job.distance, job.title) == (-5.0, "happy", 1.0, "Hello")
    assert (job.expressiveness, job.still) == (0.4, True)
    assert (job.shape, job.background, job.background_colour) == ("16:9", "colour", "#203040")


def test_a_form_left_as_it_is_follows_the_voice(log_in, creator):
    portrait, recording = make_portrait(creator), make_recording(creator)
    make_consent(portrait)
    log_in(creator).post(reverse("videos:new"), {"portrait": portrait.pk, "recording": recording.pk})
    job = creator.jobs.get()
    assert (job.emotion, job.emotion_weight, job.expressiveness, job.still) == ("auto", 0.5, 1.0, False)
    assert (job.shape, job.background) == ("1:1", "keep")


@pytest.mark.parametrize(
    "told", [{"shape": "3:1"}, {"background": "image:/etc/passwd"}, {"background_colour": "image:/etc/passwd"}]
)
def test_the_form_takes_no_other_shapes_and_backgrounds(log_in, creator, told):
    portrait, recording = make_portrait(creator), make_recording(creator)
    make_consent(portrait)
    log_in(creator).post(reverse("videos:new"), {"portrait": portrait.pk, "recording": recording.pk, **told})
    assert not creator.jobs.exists()


def test_shapes_are_those_of_the_engine_and_have_its_sizes(creator):
    assert set(Shape.values) == set(ASPECTS)
    face = Face(np.zeros((478, 3), np.float32), {}, 0, 0, 0, (0, 0, 1, 1))
    face.landmarks[:, :2], face.landmarks[10, 1], face.landmarks[152, 1] = 500, 400, 600
    for shape in Shape.values:
        job = Job(portrait=Portrait(), shape=shape, size=514)
        assert (job.width, job.height) == view(Shot(514, aspect=shape), face, 1000, 1000).size


def test_a_chosen_background_reaches_the_engine(creator, tmp_path):
    colour = make_job(creator, background="colour", background_colour="#203040", shape="4:5")
    order = rendering._order(colour, tmp_path)
    assert (order["aspect"], order["background"]) == ("4:5", "#203040")
    assert rendering._order(make_job(creator, background="blur"), tmp_path)["background"] == "blur"


def test_what_the_creator_chose_reaches_the_engine(creator, tmp_path):
    job = make_job(creator, emotion="auto", emotion_weight=0.7, expressiveness=1.6, still=True)
    controls = rendering._order(job, tmp_path)["controls"]
    known = Controls(**(controls | {"gaze": tuple(controls["gaze"])}))
    assert (known.emotion, known.emotion_weight, known.expressiveness, known.still) == ("auto", 0.7, 1.6, True)


def test_the_form_says_that_consent_is_missing(log_in, creator):
    portrait, recording = make_portrait(creator), make_recording(creator)
    page = log_in(creator).post(reverse("videos:new"), {"portrait": portrait.pk, "recording": recording.pk})
    assert "Nobody has agreed" in page.content.decode()
    assert not creator.jobs.exists()


def test_a_job_without_consent_cannot_be_stored(creator):
    job = Job(
        owner=creator, portrait=make_portrait(creator), recording=make_recording(creator), queued_at=timezone.now()
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        job.save()


def test_only_one_worker_gets_a_job(creator):
    job = make_job(creator)
    first = claim(str(job.pk), worker="one")
    assert first is not None
    assert first.attempt == 1
    assert claim(str(job.pk), worker="two") is None


def test_a_silent_worker_loses_its_job_to_the_next_and_can_no_longer_write(creator, settings):
    job = make_job(creator)
    first = claim(str(job.pk), worker="one")
    Job.objects.update(heartbeat_at=timezone.now() - timedelta(seconds=settings.STALE_S + 1))
    second = claim(str(job.pk), worker="two")
    assert second is not None
    assert second.attempt == 2
    assert not report_progress(first, progress=0.9)
    assert report_progress(second, progress=0.1)
    job.refresh_from_db()
    assert (job.progress, job.claimed_by) == (0.1, "two")


def test_a_cancelled_worker_learns_it_from_its_next_heartbeat(creator):
    job = make_job(creator)
    mine = claim(str(job.pk), worker="one")
    services.cancel_video(job=job, by=creator)
    assert not report_progress(mine, progress=0.5)


def test_a_worker_that_was_cancelled_cannot_write_into_the_retry(creator):
    job = make_job(creator)
    old = claim(str(job.pk), worker="one")
    services.cancel_video(job=job, by=creator)
    services.retry_video(job=job, by=creator)
    assert claim(str(job.pk), worker="two") is not None
    assert not report_progress(old, progress=0.5)


@pytest.mark.parametrize("status", [s for s in Status if s not in services.UNFINISHED])
def test_what_is_over_cannot_be_cancelled(creator, status):
    job = make_job(creator, status)
    assert refusal(services.cancel_video, job=job, by=creator) == "too_late"


def test_a_cancelled_or_failed_job_can_be_queued_again_with_its_code(creator):
    for status in (Status.CANCELLED, Status.FAILED):
        job = make_job(creator, status, error_code="x", message="y")
        code = job.code
        services.retry_video(job=job, by=creator)
        assert (job.status, job.code, job.message) == (Status.QUEUED, code, "")


def test_a_running_job_cannot_be_queued_again(creator):
    assert refusal(services.retry_video, job=make_job(creator, Status.RUNNING), by=creator) == "too_late"


def test_a_job_goes_only_where_the_design_lets_it(creator):
    job = make_job(creator, Status.PUBLISHED)
    for status in set(Status) - NEXT[Status.PUBLISHED]:
        with pytest.raises(NotAWay):
            move(job.pk, leaving=(Status.PUBLISHED,), to=status)
    assert not move(job.pk, leaving=(Status.IN_REVIEW,), to=Status.REJECTED)


def test_only_one_module_changes_a_status():
    from pathlib import Path

    import webapp

    root = Path(webapp.__file__).parent
    writers = [
        p for p in root.rglob("*.py") if "update(status=" in p.read_text() or ".status = Status" in p.read_text()
    ]
    assert [p.name for p in writers] == ["status.py"]


def test_the_queue_is_counted_from_its_head(creator):
    now = timezone.now()
    first = make_job(creator, queued_at=now - timedelta(minutes=2))
    second = make_job(creator, queued_at=now - timedelta(minutes=1))
    make_job(creator, Status.RUNNING)
    assert [services.queue_position(job) for job in (first, second)] == [1, 2]


def test_scripts_read_the_state_as_json(log_in, creator):
    job = make_job(creator, Status.RUNNING, stage="render", progress=0.5, eta_s=12.0)
    answer = log_in(creator).get(reverse("videos:status", args=[job.pk]), headers={"Accept": "application/json"})
    assert answer.json() == {
        "state": "RUNNING",
        "stage": "render",
        "progress": 0.5,
        "eta_s": 12.0,
        "position": 0,
        "message": "",
        "hint": "",
    }


def lost(creator, **fields):
    return make_job(creator, Status.RUNNING, heartbeat_at=timezone.now() - timedelta(minutes=5), **fields)


def test_a_lost_render_is_queued_again_once_however_often_one_looks(creator, django_capture_on_commit_callbacks):
    job = lost(creator)
    with django_capture_on_commit_callbacks() as after:
        rescue_lost_work()
        rescue_lost_work()
    job.refresh_from_db()
    assert (job.status, job.losses, len(after)) == (Status.QUEUED, 1, 1)


def test_a_render_that_lives_is_left_alone(creator):
    job = make_job(creator, Status.RUNNING)
    rescue_lost_work()
    job.refresh_from_db()
    assert job.status == Status.RUNNING


def test_a_job_that_keeps_losing_its_worker_fails_with_a_reason(creator, settings):
    job = lost(creator, losses=settings.MAX_ATTEMPTS - 1)
    rescue_lost_work()
    job.refresh_from_db()
    assert (job.status, job.error_code) == (Status.FAILED, "worker_lost")
    assert LedgerEntry.objects.filter(kind=Kind.FAIL, object=str(job.pk)).exists()


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.FAILED])
def test_a_film_that_will_not_be_signed_is_not_kept(creator, status):
    job = make_job(creator, status)
    job.rendered.save("film.mp4", ContentFile(b"unsigned"))
    name = job.rendered.name
    rescue_lost_work()
    rescue_lost_work()
    job.refresh_from_db()
    assert not job.rendered
    assert not default_storage.exists(name)


def test_a_stored_portrait_that_was_exchanged_is_not_rendered(creator):
    job = make_job(creator)
    with default_storage.open(job.portrait.file.name, "wb") as file:
        file.write(b"another picture")
    render_video(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.error_code) == (Status.FAILED, "stored_file_changed")


def test_forgotten_messages_are_sent_again(creator, django_capture_on_commit_callbacks):
    long_ago = timezone.now() - timedelta(hours=1)
    make_job(creator, sent_at=long_ago)
    make_job(creator, Status.SEALING, sent_at=long_ago)
    portrait = make_portrait(creator, State.CHECKING)
    type(portrait).objects.filter(pk=portrait.pk).update(sent_at=long_ago)
    with django_capture_on_commit_callbacks() as after:
        rescue_lost_work()
        rescue_lost_work()
    assert len(after) == 3


def test_a_film_in_review_is_left_alone_until_something_changed(log_in, creator):
    job = make_job(creator, Status.IN_REVIEW)
    address = reverse("videos:status", args=[job.pk])
    client = log_in(creator)
    assert f"{address}?since=IN_REVIEW" in client.get(address).content.decode()
    assert client.get(address, {"since": "IN_REVIEW"}).status_code == 204
    assert client.get(address, {"since": "SEALING"}).status_code == 200


def test_portraits_that_may_speak_are_offered_first_and_others_lead_to_their_consent(log_in, creator):
    silent, agreed = make_portrait(creator), make_portrait(creator)
    make_consent(agreed)
    make_recording(creator)
    page = log_in(creator).get(reverse("videos:new")).content.decode()
    assert page.index(str(agreed.pk)) < page.index(str(silent.pk))
    assert reverse("consent:give", args=[silent.pk]) in page
    assert reverse("consent:give", args=[agreed.pk]) not in page
