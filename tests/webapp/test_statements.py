"""What sitters said aloud: deleted in time and at a withdrawal, opened only for a reason that the sitter reads."""

from __future__ import annotations

import time
from array import array
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from tests.webapp.acts import ask_for_video
from tests.webapp.factories import make_consent, make_job, make_live_check, make_portrait, make_recording
from webapp.audit.models import Kind, LedgerEntry
from webapp.consent import forgetting, portal
from webapp.consent.export import export
from webapp.consent.live.models import Challenge
from webapp.consent.live.models import State as LiveState
from webapp.consent.looks import OPEN_FOR, open_recording
from webapp.consent.models import Answer, Depicted, Look, Request, Sitter
from webapp.consent.services import withdraw_consent
from webapp.errors_text import Refused
from webapp.moderation.appeals import uphold
from webapp.moderation.models import Appeal
from webapp.uploads.models import RecordingUse, State
from webapp.videos.models import Status

pytestmark = pytest.mark.django_db
VOICE = array("f", [1.0, *[0.0] * 255]).tobytes()


@pytest.fixture
def agreed(creator):
    """A consent with a spoken statement and a live check behind it, a hundred days old."""
    portrait = make_portrait(creator)
    spoken = make_recording(creator, use=RecordingUse.STATEMENT, speaker=VOICE)
    live, before = make_live_check(portrait, speaker=VOICE), timezone.now() - timedelta(days=100)
    said = {"recorded_statement": spoken, "live_check": live, "depicted": Depicted.SOMEONE_ELSE}
    return make_consent(portrait, given_at=before, **said)


def files(consent) -> list[str]:
    names = consent.recorded_statement.file.name, consent.live_check.clip.name
    return [name for name in names if name and default_storage.exists(name)]


def forget(callbacks) -> None:
    with callbacks(execute=True):
        forgetting.forget_old()


def test_after_its_days_the_recording_goes_and_the_consent_stays(agreed, django_capture_on_commit_callbacks):
    assert len(files(agreed)) == 2
    for _ in range(2):
        forget(django_capture_on_commit_callbacks)
    agreed = type(agreed).objects.get()
    assert files(agreed) == []
    assert agreed.is_valid_for(agreed.portrait, timezone.now())
    told = LedgerEntry.objects.filter(kind=Kind.DELETION).values_list("object", "data")
    spoken, live = agreed.recorded_statement, agreed.live_check
    assert dict(told) == {
        str(spoken.pk): {"what": "statement", "sha256": spoken.sha256},
        str(live.pk): {"what": "live check", "sha256": live.clip_sha256},
    }
    assert bytes(live.speaker) == VOICE  # recordings are compared with it as long as the consent stands


@pytest.mark.parametrize("status", [Status.HELD, Status.QUEUED, Status.IN_REVIEW, Status.HIDDEN])
def test_nothing_is_deleted_before_a_review_is_over(agreed, status, django_capture_on_commit_callbacks):
    make_job(agreed.created_by, status, portrait=agreed.portrait, consent=agreed)
    forget(django_capture_on_commit_callbacks)
    assert len(files(agreed)) == 2


def test_nothing_is_deleted_while_an_appeal_waits(agreed, reviewer, django_capture_on_commit_callbacks):
    refused = make_job(agreed.created_by, Status.REJECTED, portrait=agreed.portrait, consent=agreed)
    Appeal.objects.create(job=refused, words="It is a poem.")
    forget(django_capture_on_commit_callbacks)
    assert len(files(agreed)) == 2
    uphold(job=refused, reviewer=reviewer, reason="It is not.")
    forget(django_capture_on_commit_callbacks)
    assert files(agreed) == []


def test_before_its_days_nothing_is_deleted(agreed, settings, django_capture_on_commit_callbacks):
    settings.STATEMENT_DAYS = 101
    forget(django_capture_on_commit_callbacks)
    assert len(files(agreed)) == 2
    assert forgetting.spoken_of(agreed).deleted_at is None


@pytest.mark.parametrize(("by_sitter", "left"), [(True, 0), (False, 2)])
def test_a_sitter_who_withdraws_takes_the_recording_along(
    agreed, by_sitter, left, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_consent(consent=agreed, by=None if by_sitter else agreed.created_by)
    agreed = type(agreed).objects.get()
    assert len(files(agreed)) == left
    assert bytes(agreed.live_check.speaker) == (b"" if by_sitter else VOICE)


def test_a_statement_that_is_being_checked_when_it_is_taken_back_ends_there(creator):
    spoken = make_recording(creator, State.CHECKING, use=RecordingUse.STATEMENT)
    withdraw_consent(consent=make_consent(make_portrait(creator), recorded_statement=spoken), by=None)
    spoken.refresh_from_db()
    assert (spoken.state, spoken.reason_code) == (State.REFUSED, "statement_withdrawn")


def test_a_reviewer_hears_a_statement_for_a_reason_and_for_a_while(agreed, log_in, reviewer, stranger):
    job = make_job(agreed.created_by, Status.IN_REVIEW, portrait=agreed.portrait, consent=agreed)
    browser, page = log_in(reviewer), reverse("review:video", args=[job.pk])
    sound = reverse("uploads:recording-sound", args=[agreed.recorded_statement_id])
    assert browser.get(sound).status_code == 404
    assert sound not in browser.get(page).content.decode()
    opening = reverse("review:open-statement", args=[agreed.pk])
    browser.post(opening, {"reason": " ", "next": page})
    assert browser.get(sound).status_code == 404
    answer = browser.post(opening, {"reason": "The name is hard to hear", "next": page})
    assert answer["Location"] == f"{page}#spoken"
    assert browser.post(opening, {"reason": "Again", "next": "//evil.example/"})["Location"] == reverse(
        "review:queue"
    )
    assert sound in browser.get(page).content.decode()
    heard = browser.get(sound)
    assert (heard.status_code, heard["Cache-Control"]) == (200, "private, no-store")
    entry = LedgerEntry.objects.filter(kind=Kind.LOOK).last()
    assert (entry.object, entry.told["reason"]) == (str(agreed.pk), "The name is hard to hear")
    Look.objects.update(created_at=timezone.now() - OPEN_FOR)
    assert browser.get(sound).status_code == 404
    assert log_in(stranger).get(sound).status_code == 404


def test_a_film_opens_for_whoever_gave_the_reason(creator, log_in, reviewer, auditor):
    challenge = make_live_check(make_portrait(creator), state=LiveState.UNSURE)
    browser, clip = log_in(reviewer), reverse("live:clip", args=[challenge.pk])
    assert browser.get(clip).status_code == 404
    assert "The film is closed" in browser.get(reverse("live:review", args=[challenge.pk])).content.decode()
    review = reverse("live:review", args=[challenge.pk])
    unseen = browser.post(review, {"verdict": "pass", "reason": "It will be them"})
    assert "You have not opened the film" in unseen.content.decode()
    browser.post(reverse("live:open", args=[challenge.pk]), {"reason": "why " * 76})  # more than is kept
    assert browser.get(clip).status_code == 404
    browser.post(reverse("live:open", args=[challenge.pk]), {"reason": "The face was unsure"})
    assert b"".join(browser.get(clip)) == b"film"
    assert log_in(creator).get(clip).status_code == 404
    assert log_in(auditor).get(clip).status_code == 404
    with pytest.raises(Refused, match="for a reason"):
        open_recording(of=challenge, by=reviewer, reason="")


def test_the_sitter_reads_who_looked_and_what_is_kept(agreed, reviewer, client):
    sitter = Sitter.objects.create(token_hash="d" * 64)
    now = timezone.now()
    answered = {"answer": Answer.AGREED, "consent": agreed, "sitter": sitter, "ends_at": now, "until": now.date()}
    whose = {"created_by": agreed.created_by, "portrait": agreed.portrait, "portrait_sha256": "e" * 64}
    asked = Request.objects.create(token_hash="f" * 64, purpose="Tests", **answered, **whose)
    Challenge.objects.filter(pk=agreed.live_check_id).update(request=asked)
    open_recording(of=agreed.live_check, by=reviewer, reason="The face was unsure")
    session = client.session
    session["sitter"] = {"id": str(sitter.pk), "until": time.time() + 60}
    session.save()
    page = client.get(reverse("sitter:portal")).content.decode()
    assert f"{reviewer.shown_name}, opened the recording: “The face was unsure”" in page
    assert "kept locked" in page
    portal.erase(sitter)
    assert not Look.objects.exists()
    (check,) = export(sitter)["live_checks"]
    assert (check["film_is_kept"], check["voice_is_kept"]) == (False, False)


def test_one_s_own_statement_plays_and_a_deleted_one_for_nobody(agreed, creator, log_in):
    sound = reverse("uploads:recording-sound", args=[agreed.recorded_statement_id])
    assert log_in(creator).get(sound).status_code == 200
    forgetting.forget_old()
    assert log_in(creator).get(sound).status_code == 404
    page = log_in(creator).get(reverse("consent:consent", args=[agreed.pk])).content.decode()
    assert "Deleted on" in page
    assert "Its film was deleted on" in page


def test_who_agreed_to_their_own_voice_is_not_given_another(agreed, creator):
    consent = make_consent(
        agreed.portrait, live_check=make_live_check(agreed.portrait, speaker=VOICE), own_voice_only=True
    )
    other = array("f", [0.6, 0.8, *[0.0] * 254]).tobytes()

    def ask(speaker: bytes):
        return ask_for_video(consent, make_recording(creator, speaker=speaker))

    assert ask(VOICE).voice == {"kind": "sitter", "similarity": 1.0}
    for speaker in (other, b""):
        with pytest.raises(Refused, match="their own voice only"):
            ask(speaker)
