"""A typed text becomes a recording with a synthetic voice, and every later page and record says so."""

from __future__ import annotations

import logging

import pytest
from django.conf import settings
from django.urls import reverse

from generation.voice import VOICES
from generation.voice.text import MAX_LETTERS, check
from provenance.keys import load_trust_root
from provenance.verify import verify
from tests.webapp.conftest import SAMPLES
from tests.webapp.factories import make_consent, make_job, make_portrait, make_recording, make_user
from webapp.audit.models import Kind, LedgerEntry
from webapp.uploads import checks, forms, services
from webapp.uploads.languages import LANGUAGES
from webapp.uploads.models import Recording, State
from webapp.videos.label import label_for
from webapp.videos.models import Job, Status
from webapp.videos.rendering import render_video
from webapp.videos.sealing import seal_video

pytestmark = pytest.mark.django_db
TEXT = "Hello. My lips were moved by a typed line."


def test_the_form_offers_what_the_engine_can_say():
    assert forms.MAX_LETTERS == MAX_LETTERS
    assert {voice for voice, _ in forms.VOICES if voice} <= set(VOICES)
    for language in LANGUAGES:
        check("1", language)


def test_a_text_becomes_a_recording_that_waits_for_a_worker(log_in, creator, django_capture_on_commit_callbacks):
    asked = {"text": TEXT, "language": "en", "voice": "", "title": ""}
    with django_capture_on_commit_callbacks() as after:
        answer = log_in(creator).post(reverse("uploads:recording-write"), asked)
    recording = creator.recordings.get()
    assert answer["Location"] == reverse("uploads:recording", args=[recording.pk])
    assert (recording.state, recording.synthetic_voice, len(after)) == (State.CHECKING, True, 1)
    assert recording.title == "Hello. My lips were moved by a typed…"


@pytest.mark.parametrize(
    "wrong", [{"text": " "}, {"text": "a" * (MAX_LETTERS + 1)}, {"language": "xx"}, {"voice": "marilyn"}]
)
def test_a_form_that_cannot_be_spoken_is_shown_again(log_in, creator, wrong):
    asked = {"text": TEXT, "language": "en", "voice": "", "title": ""} | wrong
    assert log_in(creator).post(reverse("uploads:recording-write"), asked).status_code == 200
    assert not creator.recordings.exists()


def test_nobody_else_can_read_a_text_by_asking_for_it_again(log_in, creator):
    script = {"text": TEXT, "language": "en", "voice": ""}
    recording = make_recording(creator, synthetic_voice=True, script=script)
    address = f"{reverse('uploads:recording-write')}?again={recording.pk}"
    assert TEXT in log_in(creator).get(address).content.decode()
    assert TEXT not in log_in(make_user()).get(address).content.decode()
    assert log_in(creator).get(reverse("uploads:recording-write") + "?again=x").status_code == 200


@pytest.mark.slow
def test_a_text_in_other_letters_is_refused_in_words_and_can_be_changed(log_in, creator):
    recording = services.write_recording(owner=creator, text="Привет, музей", language="en")
    checks.check_recording(str(recording.pk))
    recording.refresh_from_db()
    assert (recording.state, recording.reason_code) == (State.REFUSED, "script_unreadable")
    page = log_in(creator).get(reverse("uploads:recording", args=[recording.pk])).content.decode()
    assert "Change the text" in page


@pytest.mark.slow
def test_a_synthetic_voice_is_named_on_label_ledger_and_manifest_and_its_text_in_no_log(creator, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    recording = services.write_recording(owner=creator, text=TEXT, language="en", voice="espeak")
    checks.check_recording(str(recording.pk))
    checks.check_recording(str(recording.pk))
    recording.refresh_from_db()
    assert recording.state == State.READY, recording.message
    assert recording.script["voice"] == "espeak"
    assert len(recording.script["phones"]) > 20
    assert (recording.said, recording.language) == (TEXT, "en")
    assert " ".join(word["text"] for word in recording.words) == TEXT

    portrait = make_portrait(creator, content=(SAMPLES / "portrait_a.png").read_bytes(), face_index=0)
    job = make_job(creator, portrait=portrait, recording=recording, consent=make_consent(portrait))
    render_video(str(job.pk))
    seal_video(str(job.pk))
    job = Job.objects.get(pk=job.pk)
    assert job.status == Status.IN_REVIEW, job.message
    assert " ".join(word["text"] for word in job.words) == TEXT
    assert "Synthetic voice" in [line.line for line in label_for(job, creator).lines]
    assert LedgerEntry.objects.get(kind=Kind.RENDER, object=str(job.pk)).data["synthetic_voice"] is True

    film = tmp_path / "film.mp4"
    film.write_bytes(job.output.read())
    found = verify(film, trust_root=load_trust_root(settings.TRUST_ROOT), key=None)
    assert found.manifest.job["inputs"]["recording"]["synthetic_voice"] is True
    assert "typed line" not in caplog.text
    assert Recording.objects.get().transcript == ""
