"""The consent gate: at the request, at the claim, before the seal and before publishing."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from tests.webapp.acts import ask_for_video, give
from tests.webapp.factories import make_consent, make_job, make_live_check, make_portrait, make_recording, wav
from webapp.audit.models import Kind, LedgerEntry
from webapp.consent.models import Consent
from webapp.consent.services import default_expiry, valid_consent, withdraw_consent
from webapp.errors_text import Refused
from webapp.review.services import publish
from webapp.uploads.models import Portrait, RecordingUse, State
from webapp.videos.models import Status
from webapp.videos.rendering import claim
from webapp.videos.sealing import seal_video
from webapp.videos.services import retry_video

pytestmark = pytest.mark.django_db


def expire(consent):
    """Let a year and a day pass; the row itself never changes, so the clock has to: an older twin stands in."""
    now = timezone.now()
    return make_consent(consent.portrait, given_at=now - timedelta(days=2), expires_at=now - timedelta(days=1))


def test_a_consent_is_bound_to_the_bytes_of_its_portrait(creator):
    portrait = make_portrait(creator)
    consent = give(portrait)
    assert consent.portrait_sha256 == portrait.sha256
    assert consent.is_valid_for(portrait, timezone.now())
    assert LedgerEntry.objects.filter(kind=Kind.CONSENT, object=str(consent.pk)).count() == 1


def test_a_consent_for_other_bytes_does_not_hold(creator):
    portrait = make_portrait(creator)
    consent = give(portrait)
    Portrait.objects.filter(pk=portrait.pk).update(sha256="f" * 64)
    portrait.refresh_from_db()
    assert not consent.is_valid_for(portrait, timezone.now())
    with pytest.raises(Refused) as refused:
        ask_for_video(consent, portrait=portrait)
    assert refused.value.explanation.code == "consent_invalid"


def test_a_consent_for_another_portrait_does_not_hold(creator):
    first, second = make_portrait(creator), make_portrait(creator)
    assert not give(first).is_valid_for(second, timezone.now())


def test_a_consent_holds_only_between_its_dates(creator):
    portrait = make_portrait(creator)
    consent = give(portrait)
    assert not consent.is_valid_for(portrait, consent.given_at - timedelta(seconds=1))
    assert consent.is_valid_for(portrait, consent.expires_at - timedelta(seconds=1))
    assert not consent.is_valid_for(portrait, consent.expires_at)


def test_a_withdrawn_consent_does_not_hold_again_when_the_clock_goes_back(creator):
    consent = make_consent(make_portrait(creator), given_at=timezone.now() - timedelta(days=2))
    withdraw_consent(consent=consent, by=creator)
    assert not consent.is_valid_for(consent.portrait, timezone.now() - timedelta(days=1))


@pytest.mark.parametrize("days", [-1, 4 * 365])
def test_a_consent_ends_neither_in_the_past_nor_too_late(creator, days):
    with pytest.raises(Refused) as refused:
        give(make_portrait(creator), expires_on=timezone.now().date() + timedelta(days=days))
    assert refused.value.explanation.code == "consent_dates"


def test_a_consent_needs_a_statement(creator):
    with pytest.raises(Refused) as refused:
        give(make_portrait(creator), statement="  ")
    assert refused.value.explanation.code == "consent_statement_missing"


def test_a_spoken_statement_counts_once_it_has_passed_its_check(creator):
    portrait = make_portrait(creator)
    spoken = make_recording(creator, State.CHECKING, use=RecordingUse.STATEMENT)
    consent = give(portrait, statement="", recorded_statement=spoken)
    assert valid_consent(portrait) is None
    spoken.state = State.READY
    spoken.save()
    assert valid_consent(portrait) == consent


def test_the_database_refuses_a_consent_without_statement_hash_or_end(creator):
    portrait = make_portrait(creator)
    now = timezone.now()
    for wrong in (
        {"statement": ""},
        {"portrait_sha256": ""},
        {"expires_at": now - timedelta(days=9)},
        {"purpose": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_consent(portrait, **wrong)


@pytest.mark.parametrize("column", ["statement", "sitter_name", "purpose", "portrait_sha256"])
def test_the_database_refuses_to_change_a_consent(creator, column):
    consent = make_consent(make_portrait(creator))
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.filter(pk=consent.pk).update(**{column: "a" * 64})


def test_the_database_refuses_to_delete_a_consent_or_take_a_withdrawal_back(creator):
    consent = make_consent(make_portrait(creator))
    withdraw_consent(consent=consent, by=creator)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.filter(pk=consent.pk).update(withdrawn_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.filter(pk=consent.pk).delete()


def test_a_consent_is_withdrawn_only_once(creator):
    consent = make_consent(make_portrait(creator))
    withdraw_consent(consent=consent, by=creator, reason="Changed my mind")
    with pytest.raises(Refused):
        withdraw_consent(consent=consent, by=creator)
    assert LedgerEntry.objects.filter(kind=Kind.WITHDRAWAL).count() == 1


@pytest.mark.parametrize("status", [Status.QUEUED, Status.RUNNING, Status.SEALING, Status.IN_REVIEW])
def test_withdrawal_stops_what_is_on_its_way(creator, status):
    job = make_job(creator, status)
    withdraw_consent(consent=job.consent, by=creator)
    job.refresh_from_db()
    assert job.status == Status.CANCELLED
    assert job.error_code == "consent_withdrawn"


def test_a_video_stopped_by_a_withdrawal_leads_to_a_new_consent_and_not_to_a_vain_retry(log_in, creator):
    job = make_job(creator, Status.QUEUED)
    withdraw_consent(consent=job.consent, by=creator)
    page = log_in(creator).get(reverse("videos:video", args=[job.pk])).content.decode()
    assert reverse("consent:give", args=[job.portrait_id]) in page
    assert reverse("videos:retry", args=[job.pk]) not in page


def test_withdrawal_takes_down_what_is_published(creator):
    job = make_job(creator, Status.PUBLISHED)
    withdraw_consent(consent=job.consent, by=creator)
    job.refresh_from_db()
    assert job.status == Status.TAKEN_DOWN


@pytest.mark.parametrize("status", [Status.RUNNING, Status.PUBLISHED])
def test_a_stopped_video_says_that_its_consent_was_withdrawn_and_when(log_in, creator, status):
    job = make_job(creator, status)
    withdraw_consent(consent=job.consent, by=creator)
    page = log_in(creator).get(reverse("videos:video", args=[job.pk])).content.decode()
    day = date_format(job.consent.withdrawn_at, "j F Y")
    assert f"The consent for this portrait was withdrawn on {day}." in page
    assert "expired" not in page


def test_a_video_whose_consent_ran_out_while_it_waited_says_so(log_in, creator):
    portrait = make_portrait(creator)
    job = make_job(creator, portrait=portrait, consent=expire(make_consent(portrait)))
    claim(str(job.pk), worker="test")
    page = log_in(creator).get(reverse("videos:video", args=[job.pk])).content.decode()
    assert f"The consent for this portrait ended on {date_format(job.consent.expires_at, 'j F Y')}." in page
    assert reverse("consent:give", args=[portrait.pk]) in page


def test_withdrawal_leaves_videos_of_other_consents_alone(creator):
    first, second = make_job(creator), make_job(creator)
    withdraw_consent(consent=first.consent, by=creator)
    second.refresh_from_db()
    assert second.status == Status.QUEUED


def test_a_request_needs_a_consent_that_holds(creator):
    portrait = make_portrait(creator)
    withdrawn = make_consent(portrait)
    withdraw_consent(consent=withdrawn, by=creator)
    for consent in (withdrawn, expire(withdrawn)):
        with pytest.raises(Refused):
            ask_for_video(consent, portrait=portrait)
    assert not creator.jobs.exists()


def test_a_worker_does_not_claim_a_job_whose_consent_ended_after_queueing(creator):
    portrait = make_portrait(creator)
    job = make_job(creator, portrait=portrait, consent=expire(make_consent(portrait)))
    assert claim(str(job.pk), worker="test") is None
    job.refresh_from_db()
    assert job.status == Status.CANCELLED
    assert job.message


def test_a_worker_does_not_claim_a_job_whose_portrait_has_other_bytes_now(creator):
    job = make_job(creator)
    Portrait.objects.filter(pk=job.portrait_id).update(sha256="e" * 64)
    assert claim(str(job.pk), worker="test") is None
    job.refresh_from_db()
    assert job.status == Status.CANCELLED


def test_a_film_is_not_sealed_once_its_consent_has_ended(creator):
    portrait = make_portrait(creator)
    job = make_job(creator, Status.SEALING, portrait=portrait, consent=expire(make_consent(portrait)))
    seal_video(str(job.pk))
    job.refresh_from_db()
    assert job.status == Status.CANCELLED
    assert not job.output


def test_a_video_is_not_published_once_its_consent_has_ended(creator, reviewer):
    portrait = make_portrait(creator)
    job = make_job(creator, Status.IN_REVIEW, portrait=portrait, consent=expire(make_consent(portrait)))
    with pytest.raises(Refused) as refused:
        publish(job=job, reviewer=reviewer)
    assert refused.value.explanation.code == "consent_expired"
    job.refresh_from_db()
    assert job.status == Status.IN_REVIEW


def test_a_retry_needs_a_consent_that_holds(creator):
    portrait = make_portrait(creator)
    job = make_job(creator, Status.FAILED, portrait=portrait, consent=expire(make_consent(portrait)))
    with pytest.raises(Refused):
        retry_video(job=job, by=creator)


SAID = {"sitter_name": "Ada", "purposes": ["teaching", "art"], "purpose": "A demonstration", "confirm": "on"}


def test_the_form_for_nobody_living_records_source_and_evidence(log_in, creator):
    portrait = make_portrait(creator)
    address = reverse("consent:nobody", args=[portrait.pk])
    said = SAID | {"expires_on": default_expiry().isoformat(), "source": "Rijksmuseum, SK-A-2344"}
    assert "This field is required" in log_in(creator).post(address, said).content.decode()
    answer = log_in(creator).post(address, said | {"evidence": "Painted in 1658."})
    assert answer["Location"] == reverse("uploads:portrait", args=[portrait.pk])
    consent = valid_consent(portrait)
    assert consent.statement == "Source: Rijksmuseum, SK-A-2344\nEvidence: Painted in 1658."
    told = json.loads(consent.receipt.text)["checks"][-1]
    assert told == {
        "kind": "source",
        "result": "given",
        "source": "Rijksmuseum, SK-A-2344",
        "evidence": "Painted in 1658.",
    }


def test_the_form_for_myself_opens_once_the_live_check_is_passed(log_in, creator):
    portrait = make_portrait(creator)
    address, browser = reverse("consent:myself", args=[portrait.pk]), log_in(creator)
    assert "Show that it is me" in browser.get(address).content.decode()
    said = SAID | {"expires_on": default_expiry().isoformat()}
    browser.post(address, said)
    assert valid_consent(portrait) is None
    live = make_live_check(portrait)
    assert "before the camera that it is you" in browser.get(address).content.decode()
    browser.post(address, said)
    consent = valid_consent(portrait)
    assert consent.live_check == live
    assert "“Teaching and explaining; Art or parody, marked as such – A demonstration”" in consent.statement


def test_a_spoken_statement_is_uploaded_with_the_form_and_not_kept_when_the_form_is_refused(log_in, creator):
    portrait = make_portrait(creator)
    make_live_check(portrait)
    address = reverse("consent:myself", args=[portrait.pk])
    for day, kept in (("2001-01-01", 0), (default_expiry().isoformat(), 1)):
        spoken = SimpleUploadedFile("statement.wav", wav())
        log_in(creator).post(address, SAID | {"expires_on": day, "statement_file": spoken})
        assert creator.recordings.filter(use=RecordingUse.STATEMENT).count() == kept
    assert creator.consents.get().recorded_statement is not None
    assert valid_consent(portrait) is None  # until a worker has checked it


def test_the_portrait_tells_what_becomes_of_a_spoken_statement(log_in, creator):
    portrait = make_portrait(creator)
    spoken = make_recording(creator, State.CHECKING, use=RecordingUse.STATEMENT)
    give(portrait, statement="", recorded_statement=spoken)
    address = reverse("uploads:portrait", args=[portrait.pk])
    page = log_in(creator).get(address).content.decode()
    assert "listening to its statement" in page
    assert reverse("uploads:portrait-status", args=[portrait.pk]) in page  # it looks again by itself
    spoken.state, spoken.message = State.REFUSED, "This recording is silent from beginning to end."
    spoken.save()
    assert spoken.message in log_in(creator).get(address).content.decode()


def test_the_form_asks_for_responsibility(log_in, creator):
    portrait = make_portrait(creator)
    make_live_check(portrait)
    said = SAID | {"expires_on": default_expiry().isoformat(), "confirm": ""}
    page = log_in(creator).post(reverse("consent:myself", args=[portrait.pk]), said)
    assert page.status_code == 200
    assert not Consent.objects.exists()
