"""A sitter agrees to purposes out of a list, a video is made for one, and each can be taken back alone."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.webapp import sitters
from tests.webapp.acts import ask_for_video
from tests.webapp.factories import make_consent, make_job, make_portrait, make_recording
from webapp.audit.models import Kind, LedgerEntry
from webapp.consent import asking
from webapp.consent.models import Consent, PurposeWithdrawal
from webapp.consent.portal import withdraw_purpose
from webapp.consent.services import default_expiry, valid_consent
from webapp.errors_text import Refused
from webapp.videos.label import label_for
from webapp.videos.models import Job, Status
from webapp.videos.sealing import _facts
from webapp.videos.services import end_old_videos, retry_video

pytestmark = pytest.mark.django_db
ASKED = ("advertising", "teaching", "art")


@pytest.fixture
def link(creator) -> str:
    portrait = make_portrait(creator)
    asked = {"purposes": ASKED, "purpose": "A greeting", "until": default_expiry()}
    return reverse("sitter:agree-link", args=[asking.ask(by=creator, portrait=portrait, **asked)[1]])


def agree(link: str, **said: object) -> tuple[Client, str]:
    return sitters.agree(link, **({"full_name": "Ada", "purposes": ["teaching", "art"]} | said))


@pytest.fixture
def consent_and_phone(link) -> tuple[Consent, Client]:
    phone, _ = agree(link)
    return Consent.objects.get(), phone


def test_a_sitter_agrees_to_fewer_purposes_than_were_asked_and_the_receipt_says_which(consent_and_phone):
    consent, _ = consent_and_phone
    assert consent.purposes == ["teaching", "art"]
    assert "Teaching and explaining; Art or parody" in consent.statement
    assert json.loads(consent.receipt.text)["purposes"] == ["teaching", "art"]


def test_a_purpose_that_was_not_asked_for_is_not_agreed_to(link):
    assert "not one of the available choices" in agree(link, purposes=["teaching", "news"])[1]
    assert not Consent.objects.exists()


def test_a_video_names_its_purpose_in_ledger_and_manifest(consent_and_phone):
    consent, _ = consent_and_phone
    job = ask_for_video(consent, purpose="art")
    assert LedgerEntry.objects.get(kind=Kind.REQUEST).data["purpose"] == "art"
    job.engine = {"name": "geometric"}
    assert _facts(job).purpose == "art"


@pytest.mark.parametrize("purpose", ["", "advertising", "news", "nonsense"])
def test_a_video_for_no_agreed_purpose_is_refused(consent_and_phone, purpose):
    with pytest.raises(Refused):
        ask_for_video(consent_and_phone[0], purpose=purpose)


def test_the_only_purpose_goes_without_saying(link):
    agree(link, purposes=["teaching"])
    assert ask_for_video(Consent.objects.get()).purpose == "teaching"


def test_the_form_offers_what_was_agreed_to(consent_and_phone, log_in):
    consent, _ = consent_and_phone
    recording, client = make_recording(consent.created_by), log_in(consent.created_by)
    page = client.get(reverse("videos:new")).content.decode()
    assert 'value="art"' in page
    assert 'value="advertising"' not in page
    said = {"portrait": consent.portrait_id, "recording": recording.pk}
    assert "more than one purpose" in client.post(reverse("videos:new"), said).content.decode()
    assert client.post(reverse("videos:new"), said | {"purpose": "art"}).status_code == 302
    assert Job.objects.get().purpose == "art"


def test_one_purpose_is_taken_back_and_the_others_stand(
    consent_and_phone, mailoutbox, django_capture_on_commit_callbacks
):
    consent, phone = consent_and_phone
    taken, out, stays = (ask_for_video(consent, purpose=purpose) for purpose in ("art", "art", "teaching"))
    entry = LedgerEntry.objects.first()
    Job.objects.filter(pk=out.pk).update(status=Status.PUBLISHED, ledger_entry=entry, output_sha256="c" * 64)
    with django_capture_on_commit_callbacks(execute=True):
        phone.post(reverse("sitter:withdraw-purpose", args=[consent.pk, "art"]))
    states = [Job.objects.get(pk=job.pk).status for job in (taken, out, stays)]
    assert states == [Status.CANCELLED, Status.TAKEN_DOWN, Status.QUEUED]
    stopped = Job.objects.get(pk=taken.pk)
    assert "took back their consent to this purpose (“Art or parody" in stopped.message
    assert label_for(stopped, stopped.owner).lines[0].line == "Consent taken back for this video"
    consent.refresh_from_db()
    assert consent.withdrawn_at is None
    assert valid_consent(consent.portrait, purpose="art") is None
    with pytest.raises(Refused):
        retry_video(job=Job.objects.get(pk=taken.pk), by=consent.created_by)
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=taken.pk).update(status=Status.SEALING)
    assert ask_for_video(consent).purpose == "teaching"
    assert "Art or parody" in mailoutbox[-1].body


def test_with_the_last_purpose_the_consent_ends_and_none_is_taken_back_twice(consent_and_phone):
    consent, _ = consent_and_phone
    withdraw_purpose(consent, "art")
    with pytest.raises(Refused):
        withdraw_purpose(consent, "art")
    withdraw_purpose(consent, "teaching")
    consent.refresh_from_db()
    assert consent.withdrawn_at
    with pytest.raises(IntegrityError), transaction.atomic():
        PurposeWithdrawal.objects.all().delete()


def test_old_videos_go_with_the_last_day_where_the_sitter_chose_that(
    creator, mailoutbox, django_capture_on_commit_callbacks
):
    now = timezone.now()
    portrait = make_portrait(creator)
    days = {"given_at": now - timedelta(days=9), "expires_at": now - timedelta(seconds=1)}
    jobs = [
        make_job(
            creator, Status.PUBLISHED, portrait=portrait, consent=make_consent(portrait, old_videos=what, **days)
        )
        for what in ("go", "stay")
    ]
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            end_old_videos()
    assert [Job.objects.get(pk=job.pk).status for job in jobs] == [Status.TAKEN_DOWN, Status.PUBLISHED]
    assert [letter.subject for letter in mailoutbox] == ["[Sitter] A consent has ended"]


def test_the_choice_for_old_videos_is_in_statement_and_receipt(link):
    agree(link, old_videos="go")
    consent = Consent.objects.get()
    assert "videos that are out are taken down" in consent.statement
    assert json.loads(consent.receipt.text)["old_videos"] == "go"
