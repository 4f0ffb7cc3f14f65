"""What speaks for a person looking first holds a request, and nothing is painted until somebody let it pass."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from tests.webapp.acts import ask_for_video, refusal
from tests.webapp.factories import make_consent, make_job, make_portrait, make_recording, make_user
from webapp.accounts.models import Role
from webapp.accounts.services import suspend
from webapp.audit.models import Kind, LedgerEntry
from webapp.consent.models import Depicted
from webapp.consent.services import withdraw_consent
from webapp.moderation.models import Hold
from webapp.moderation.services import allow, refuse
from webapp.videos.models import Job, Status
from webapp.videos.rendering import claim
from webapp.videos.rescue import rescue_lost_work
from webapp.videos.services import cancel_video, retry_video

pytestmark = pytest.mark.django_db


def ask(creator, consent=None, recording=None):
    """A request under a consent for somebody who does not live."""
    consent = consent or make_consent(make_portrait(creator), depicted=Depicted.NOBODY_LIVING)
    return ask_for_video(consent, recording)


def test_a_portrait_of_nobody_living_waits_for_a_reviewer(creator, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as after:
        job = ask(creator)
    assert job.status == Status.HELD
    assert after == []  # no worker hears of it
    assert [finding["code"] for finding in job.holds.get().findings] == ["nobody_living"]
    assert LedgerEntry.objects.get(kind=Kind.HOLD, object=str(job.pk)).data["findings"] == 1
    assert claim(str(job.pk), worker="w") is None


def test_what_was_allowed_goes_on_and_later_videos_under_the_same_consent_do_not_wait(
    creator, reviewer, django_capture_on_commit_callbacks
):
    job = ask(creator)
    with django_capture_on_commit_callbacks() as after:
        allow(job=job, reviewer=reviewer)
    assert (job.status, len(after)) == (Status.QUEUED, 1)
    assert claim(str(job.pk), worker="w")
    assert ask(creator, job.consent).status == Status.QUEUED
    assert ask(creator, make_consent(job.portrait, depicted=Depicted.NOBODY_LIVING)).status == Status.HELD


def test_who_types_a_text_hides_nothing_by_naming_another_language(creator):
    said = {"said": "Please wire the money this afternoon.", "language": "de"}
    recording = make_recording(creator, synthetic_voice=True, **said)
    job = ask(creator, make_consent(make_portrait(creator)), recording)
    assert (job.status, [one["code"] for one in job.holds.get().findings]) == (Status.HELD, ["money"])


def test_a_refused_request_ends_with_the_reason_that_its_maker_reads(log_in, creator, reviewer):
    job = ask(creator)
    assert refusal(refuse, job=job, reviewer=reviewer, reason=" ") == "refusal_reason_missing"
    refuse(job=job, reviewer=reviewer, reason="This is a photograph of a living singer.")
    assert job.status == Status.REJECTED
    assert "a living singer" in log_in(creator).get(reverse("videos:video", args=[job.pk])).content.decode()
    assert refusal(allow, job=job, reviewer=reviewer) == "too_late"
    assert refusal(retry_video, job=job, by=creator) == "too_late"


def test_nobody_lets_a_request_of_their_own_pass(reviewer):
    assert refusal(allow, job=ask(reviewer), reviewer=reviewer) == "own_video"


def test_a_request_cancelled_while_it_waits_waits_again_when_asked_again(creator, reviewer):
    job = ask(creator)
    cancel_video(job=job, by=creator)
    assert refusal(allow, job=job, reviewer=reviewer) == "too_late"
    retry_video(job=job, by=creator)
    assert job.status == Status.HELD
    assert job.holds.count() == 1  # nothing new was found
    allow(job=job, reviewer=reviewer)
    assert job.status == Status.QUEUED


def test_a_withdrawn_consent_ends_the_wait(creator, reviewer):
    job = ask(creator)
    withdraw_consent(consent=job.consent, by=creator)
    job.refresh_from_db()
    assert job.status == Status.CANCELLED
    assert refusal(allow, job=job, reviewer=reviewer) == "consent_withdrawn"


def test_a_consent_that_ends_meanwhile_ends_the_wait(creator, reviewer, monkeypatch):
    by_hand, by_the_reaper = ask(creator), ask(creator)
    later = timezone.now() + timedelta(days=400)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert refusal(allow, job=by_hand, reviewer=reviewer) == "consent_expired"
    rescue_lost_work()
    for job in (by_hand, by_the_reaper):
        job.refresh_from_db()
        assert (job.status, job.error_code) == (Status.CANCELLED, "consent_expired")


def test_what_a_suspended_account_asked_for_is_not_allowed(creator, reviewer):
    job = ask(creator)
    suspend(user=creator, reason="Spam", by=None)
    job.refresh_from_db()
    assert refusal(allow, job=job, reviewer=reviewer) == "owner_suspended"
    refuse(job=job, reviewer=reviewer, reason="The account was misused.")


def test_a_job_that_reached_the_queue_by_another_way_is_held_when_a_worker_claims_it(creator):
    consent = make_consent(make_portrait(creator), depicted=Depicted.NOBODY_LIVING)
    job = make_job(creator, portrait=consent.portrait, consent=consent)
    assert claim(str(job.pk), worker="w") is None
    job.refresh_from_db()
    assert (job.status, job.holds.count()) == (Status.HELD, 1)


def test_the_database_itself_paints_nothing_that_nobody_let_pass(creator):
    job = ask(creator)
    for status in (Status.QUEUED, Status.RUNNING, Status.SEALING, Status.PUBLISHED):
        with pytest.raises(IntegrityError), transaction.atomic():
            Job.objects.filter(pk=job.pk).update(status=status)


def test_what_was_found_stays_as_it_was(creator):
    ask(creator)
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.update(findings=[])
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.all().delete()


def test_a_creator_reads_why_and_what_comes_next(log_in, creator):
    page = log_in(creator).get(reverse("videos:video", args=[ask(creator).pk])).content.decode()
    assert "A person looks at this request before it is made." in page
    assert "shows nobody living" in page
    assert "Cancel" in page


def test_a_reviewer_finds_the_longest_wait_first_looks_and_decides(log_in, creator, reviewer):
    first, second = ask(creator), ask(creator)
    client = log_in(reviewer)
    page = client.get(reverse("moderation:queue"))
    assert [item["job"].pk for item in page.context["items"]] == [first.pk, second.pk]
    page = client.get(reverse("moderation:held", args=[first.pk])).content.decode()
    assert first.consent.statement in page
    for address in (
        reverse("uploads:portrait-picture", args=[first.portrait_id]),
        reverse("uploads:recording-sound", args=[first.recording_id]),
    ):
        assert address in page
        assert client.get(address).status_code == 200
    decide = reverse("moderation:decide", args=[first.pk])
    assert "needs a reason" in client.post(decide, {"verdict": "REFUSED"}).content.decode()
    assert client.post(decide, {"verdict": "ALLOWED"})["Location"] == reverse("moderation:queue")
    first.refresh_from_db()
    assert first.status == Status.QUEUED


def test_others_learn_nothing_of_held_requests(log_in, creator, stranger):
    job = ask(creator)
    pages = [reverse("moderation:queue"), reverse("moderation:held", args=[job.pk])]
    picture = reverse("uploads:portrait-picture", args=[job.portrait_id])
    assert {log_in(creator).get(page).status_code for page in pages} == {404}
    for person in (stranger, make_user(Role.AUDITOR)):
        assert {log_in(person).get(page).status_code for page in (*pages, picture)} == {404}
