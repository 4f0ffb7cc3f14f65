"""On their private page sitters see every use of their face and end it, for good, in two clicks."""

from __future__ import annotations

import json

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from tests.webapp.acts import agreed_by_link
from tests.webapp.factories import make_job, make_portrait, make_recording, make_user
from tests.webapp.sitters import portal_page as page
from tests.webapp.test_page_structure import Outline, faults
from webapp.accounts.models import Role
from webapp.audit.models import Kind, LedgerEntry
from webapp.audit.services import append
from webapp.consent import asking, guard
from webapp.consent.live.models import Challenge
from webapp.consent.looks import note_look
from webapp.consent.models import Consent, Sitter
from webapp.consent.portal import withdraw_video
from webapp.consent.services import default_expiry, withdraw_consent
from webapp.errors_text import Refused
from webapp.videos.models import Job, Status
from webapp.videos.services import request_video, retry_video

pytestmark = pytest.mark.django_db


@pytest.fixture
def consent_and_phone(creator) -> tuple[Consent, Client]:
    consent, link = agreed_by_link(creator, email="ada@example.org")
    phone = Client()
    known = phone.session
    known["known"] = str(consent.request.sitter_id)  # as after a code; tests/webapp/test_consent_codes.py
    known.save()
    phone.cookies[settings.SESSION_COOKIE_NAME] = known.session_key
    assert phone.get(link)["Location"] == reverse("sitter:portal")
    return consent, phone


def make(consent: Consent, status: Status) -> Job:
    return make_job(consent.created_by, status, portrait=consent.portrait, consent=consent)


def test_the_page_shows_every_video_with_its_state_and_maker(consent_and_phone):
    consent, phone = consent_and_phone
    for status in Status:
        make(consent, status)
    shown = page(phone)
    for status in Status:
        assert status.label in shown
    assert consent.created_by.shown_name in shown
    assert consent.created_by.email not in shown


def test_once_it_is_withdrawn_the_page_speaks_no_more_of_what_will_be(consent_and_phone):
    consent, phone = consent_and_phone
    make(consent, Status.FAILED)
    before = page(phone)
    assert all(words in before for words in ("<dt>Until</dt>", "<dt>When it ends</dt>", "Never make this video"))
    withdraw_consent(consent=consent, by=None)
    after = page(phone)
    assert not any(words in after for words in ("<dt>Until</dt>", "<dt>When it ends</dt>", "Never make this video"))
    assert "<dt>Withdrawn</dt>" in after


def test_without_the_link_there_is_nothing_to_see(consent_and_phone):
    consent, _ = consent_and_phone
    stranger = Client()
    assert "Open your private link" in page(stranger)
    assert stranger.post(reverse("sitter:withdraw-everything")).status_code == 404
    assert stranger.get(reverse("sitter:data")).status_code == 404
    assert stranger.get(reverse("sitter:picture", args=[consent.pk])).status_code == 404


def test_one_sitter_neither_sees_nor_stops_what_is_another_s(consent_and_phone):
    _, phone = consent_and_phone
    other, _ = agreed_by_link(make_user())
    job = make(other, Status.PUBLISHED)
    for name, key in (("withdraw-video", job.pk), ("withdraw-consent", other.pk)):
        assert phone.post(reverse(f"sitter:{name}", args=[key])).status_code == 404
    assert phone.get(reverse("sitter:watch", args=[job.pk])).status_code == 404
    job.refresh_from_db()
    assert job.status == Status.PUBLISHED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Status.QUEUED, Status.CANCELLED),
        (Status.RUNNING, Status.CANCELLED),
        (Status.SEALING, Status.CANCELLED),
        (Status.IN_REVIEW, Status.CANCELLED),
        (Status.PUBLISHED, Status.TAKEN_DOWN),
        (Status.HIDDEN, Status.TAKEN_DOWN),
        (Status.FAILED, Status.FAILED),
    ],
)
def test_one_video_is_stopped_for_good_and_the_others_stay(consent_and_phone, before, after):
    consent, phone = consent_and_phone
    job, other = make(consent, before), make(consent, Status.RUNNING)
    phone.post(reverse("sitter:withdraw-video", args=[job.pk]))
    job.refresh_from_db()
    other.refresh_from_db()
    assert (job.status, other.status) == (after, Status.RUNNING)
    with pytest.raises(Refused):
        retry_video(job=job, by=job.owner)
    assert LedgerEntry.objects.filter(kind=Kind.WITHDRAWAL, object=str(job.pk)).count() == 1


def test_everything_stops_at_once_and_the_creator_cannot_undo_it(
    consent_and_phone, mailoutbox, django_capture_on_commit_callbacks
):
    consent, phone = consent_and_phone
    jobs = [make(consent, status) for status in (Status.QUEUED, Status.RUNNING, Status.PUBLISHED)]
    with django_capture_on_commit_callbacks(execute=True):
        phone.post(reverse("sitter:withdraw-everything"))
    states = [Job.objects.get(pk=job.pk).status for job in jobs]
    assert states == [Status.CANCELLED, Status.CANCELLED, Status.TAKEN_DOWN]
    consent.refresh_from_db()
    with pytest.raises(Refused):
        retry_video(job=jobs[0], by=consent.created_by)
    asked = {"portrait": consent.portrait, "recording": jobs[0].recording, "consent": consent}
    with pytest.raises(Refused):
        request_video(owner=consent.created_by, choices={}, **asked)
    assert [letter.to for letter in mailoutbox] == [[consent.created_by.email]]
    assert "Everything is withdrawn" in page(phone)


def test_a_sitter_is_told_who_looked_at_the_statement(consent_and_phone, log_in):
    consent, phone = consent_and_phone
    job, reviewer = make(consent, Status.IN_REVIEW), make_user(Role.REVIEWER, name="Grace")
    for _ in range(2):
        log_in(reviewer).get(reverse("review:video", args=[job.pk]))
    assert page(phone).count("Grace, in the review of a video") == 1


def test_my_data_are_all_there(consent_and_phone):
    consent, phone = consent_and_phone
    job = make(consent, Status.PUBLISHED)
    withdraw_video(job)
    note_look(consent=consent, by=job.owner, why="on the page of this consent")
    said = json.loads(phone.get(reverse("sitter:data")).content)
    assert said["email"] == "ada@example.org"
    assert said["consents"][0]["statement"] == consent.statement
    assert said["consents"][0]["asked"]["by"] == consent.created_by.shown_name
    assert said["consents"][0]["looks"][0]["why"] == "on the page of this consent"
    assert (said["videos"][0]["id"], said["videos"][0]["state"]) == (str(job.pk), "TAKEN_DOWN")
    assert said["videos"][0]["taken_back_at"]
    assert [(check["state"], check["film_is_kept"]) for check in said["live_checks"]] == [("PASSED", True)]


def test_erasing_withdraws_forgets_and_leaves_the_signed_record(
    consent_and_phone, django_capture_on_commit_callbacks
):
    consent, phone = consent_and_phone
    job = make(consent, Status.PUBLISHED)
    append(kind=Kind.DECISION, actor=None, object_id=job.pk, reason="Ada asked us by letter")
    film = consent.live_check.clip
    with django_capture_on_commit_callbacks(execute=True):
        assert "Your data are erased" in phone.post(reverse("sitter:erase")).content.decode()
    assert not film.storage.exists(film.name)
    assert not Challenge.objects.exclude(clip="").exists()
    assert {one["sentence"] for one in Challenge.objects.get().checks} <= {""}, "it may quote what was heard"
    sitter = Sitter.objects.get()
    assert (sitter.email, sitter.token_hash) == ("", None)
    consent.refresh_from_db()
    assert consent.withdrawn_at
    assert consent.receipt.text
    assert not [entry for entry in LedgerEntry.objects.all() if "Ada" in str(entry.told)]
    assert "Open your private link" in page(phone)


@pytest.mark.parametrize("to", [Status.SEALING, Status.IN_REVIEW, Status.PUBLISHED])
def test_the_database_itself_keeps_a_withdrawn_video_from_going_on(consent_and_phone, to):
    """Somebody, or some code, moves the row behind the services' back."""
    consent, _ = consent_and_phone
    whole, single = make(consent, Status.RUNNING), make(agreed_by_link(make_user())[0], Status.RUNNING)
    withdraw_consent(consent=consent, by=None)
    withdraw_video(single)
    for job in (whole, single):
        with pytest.raises(IntegrityError), transaction.atomic():
            Job.objects.filter(pk=job.pk).update(status=to)


def test_the_guard_goes_off_and_on_again_around_migrations():
    guard.take_off(using=connection.alias)
    guard.put_on(using=connection.alias)
    guard.put_on(using=connection.alias)


def test_what_sitters_are_shown_is_sound(consent_and_phone, creator):
    consent, phone = consent_and_phone
    for status in Status:
        make(consent, status)
    portrait, recording = make_portrait(creator), make_recording(creator)
    until = default_expiry()
    _, token = asking.ask(by=creator, portrait=portrait, purpose="Tests", until=until, recording=recording)
    phone.get(reverse("sitter:agree-link", args=[token]))
    question = phone.get(reverse("sitter:agree")).content.decode()
    for shown in (page(phone), question, page(Client())):
        assert list(faults(Outline(shown))) == []
