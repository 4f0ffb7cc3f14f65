"""Every page opens for whom it is meant, and is not there for anybody else."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.webapp.factories import make_consent, make_job, make_portrait, make_recording, make_user
from webapp.accounts.models import Role
from webapp.uploads.models import State
from webapp.videos.models import Status

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", Status)
def test_a_video_page_opens_in_every_state(log_in, creator, status):
    job = make_job(creator, status)
    if status == Status.REJECTED:
        from webapp.review.models import Decision

        Decision.objects.create(job=job, reviewer=make_user(Role.REVIEWER), verdict="REJECTED", reason="Too loud.")
    page = log_in(creator).get(reverse("videos:video", args=[job.pk]))
    assert page.status_code == 200
    assert f'data-state="{status}"' in page.content.decode()


@pytest.mark.parametrize("state", State)
def test_an_upload_page_opens_in_every_state(log_in, creator, state):
    portrait = make_portrait(creator, state, faces=[[1, 1, 30, 30], [32, 1, 60, 30]], crop=[0, 0, 64, 64])
    recording = make_recording(creator, state)
    client = log_in(creator)
    for address in (
        reverse("uploads:portrait", args=[portrait.pk]),
        reverse("uploads:portrait-status", args=[portrait.pk]),
        reverse("uploads:recording", args=[recording.pk]),
        reverse("uploads:recording-status", args=[recording.pk]),
    ):
        page = client.get(address)
        assert page.status_code == 200
        assert f'data-state="{state}"' in page.content.decode()


def test_forms_and_lists_open_for_a_creator(log_in, creator):
    make_job(creator, Status.PUBLISHED)
    portrait = make_portrait(creator)
    consent = make_consent(portrait)
    client = log_in(creator)
    for address in (
        reverse("home"),
        reverse("videos:list"),
        reverse("videos:new"),
        reverse("uploads:portrait-new"),
        reverse("uploads:recording-new"),
        reverse("consent:give", args=[portrait.pk]),
        reverse("consent:myself", args=[portrait.pk]),
        reverse("consent:nobody", args=[portrait.pk]),
        reverse("consent:consent", args=[consent.pk]),
    ):
        assert client.get(address).status_code == 200, address


def test_a_stranger_gets_404_everywhere(log_in, creator, stranger):
    job = make_job(creator, Status.PUBLISHED)
    client = log_in(stranger)
    gets = [
        reverse(f"videos:{name}", args=[job.pk])
        for name in ("video", "status", "watch", "poster", "download", "captions", "captions-srt")
    ] + [
        reverse("uploads:portrait", args=[job.portrait_id]),
        reverse("uploads:portrait-status", args=[job.portrait_id]),
        reverse("uploads:portrait-picture", args=[job.portrait_id]),
        reverse("uploads:recording", args=[job.recording_id]),
        reverse("uploads:recording-sound", args=[job.recording_id]),
        reverse("consent:give", args=[job.portrait_id]),
        reverse("consent:myself", args=[job.portrait_id]),
        reverse("consent:nobody", args=[job.portrait_id]),
        reverse("consent:consent", args=[job.consent_id]),
        reverse("review:queue"),
        reverse("review:video", args=[job.pk]),
        reverse("audit:list"),
        reverse("audit:export"),
    ]
    posts = [
        reverse("videos:cancel", args=[job.pk]),
        reverse("videos:retry", args=[job.pk]),
        reverse("uploads:portrait-face", args=[job.portrait_id]),
        reverse("uploads:portrait-delete", args=[job.portrait_id]),
        reverse("uploads:recording-delete", args=[job.recording_id]),
        reverse("consent:withdraw", args=[job.consent_id]),
        reverse("review:decide", args=[job.pk]),
    ]
    assert {address: client.get(address).status_code for address in gets} == dict.fromkeys(gets, 404)
    assert {address: client.post(address).status_code for address in posts} == dict.fromkeys(posts, 404)


def test_without_a_login_every_page_leads_to_it(client, creator):
    job = make_job(creator, Status.PUBLISHED)
    for address in (
        reverse("videos:list"),
        reverse("videos:watch", args=[job.pk]),
        reverse("uploads:portrait-picture", args=[job.portrait_id]),
        reverse("review:queue"),
        reverse("audit:list"),
    ):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))


def test_a_strangers_upload_cannot_be_used_in_a_request(log_in, creator, stranger):
    portrait, recording = make_portrait(creator), make_recording(creator)
    make_consent(portrait)
    page = log_in(stranger).post(reverse("videos:new"), {"portrait": portrait.pk, "recording": recording.pk})
    assert page.status_code == 200
    assert not stranger.jobs.exists()
    assert not creator.jobs.exists()


def test_the_site_sends_its_guards(log_in, creator):
    answer = log_in(creator).get(reverse("videos:list"))
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"


def test_the_site_says_that_it_lives(client):
    assert client.get(reverse("health")).content == b"ok"


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_account_pages_open(client, db, name):
    assert client.get(reverse(name)).status_code == 200
