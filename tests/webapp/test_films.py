"""A film as the thing that shows the sitter: taken, checked, bound by its hash, dubbed, sealed and deleted."""

from __future__ import annotations

import hashlib
import json
import wave
from pathlib import Path

import c2pa
import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.generation.films import film as filmed
from tests.generation.pictures import sample
from tests.webapp.conftest import SAMPLES
from tests.webapp.factories import make_consent, make_job, make_portrait, make_recording
from webapp.uploads import checks, services
from webapp.uploads.models import Portrait, State
from webapp.videos.label import label_for
from webapp.videos.models import Status
from webapp.videos.rendering import render_video
from webapp.videos.sealing import seal_video

pytestmark = pytest.mark.django_db
MP4 = b"\0\0\0 ftypisom\0\0\2\0isomiso2avc1mp41"
SIDE = 256


def make_film(owner, content: bytes = MP4) -> Portrait:
    portrait = make_portrait(owner, face_index=0, duration_s=2.0)
    portrait.film.save("clean.mp4", ContentFile(content), save=False)
    portrait.sha256 = hashlib.sha256(content).hexdigest()
    portrait.save()
    return portrait


@pytest.mark.parametrize(("head", "taken"), [(MP4, True), (b"\x89PNG\r\n\x1a\n", False)])
def test_a_film_may_be_larger_than_a_picture(log_in, creator, monkeypatch, head, taken):
    monkeypatch.setattr("webapp.uploads.forms.PortraitForm.limit", 1000)
    file = SimpleUploadedFile("me.mp4", head + bytes(2000))
    log_in(creator).post(reverse("uploads:portrait-new"), {"file": file})
    assert creator.portraits.exists() is taken


def test_a_film_is_seen_by_its_owner_alone(log_in, creator, stranger):
    film, picture = make_film(creator), make_portrait(creator)
    page = reverse("uploads:portrait-film", args=[film.pk])
    answer = log_in(creator).get(page)
    assert (answer.status_code, answer["Content-Type"]) == (200, "video/mp4")
    assert b"".join(answer.streaming_content) == MP4
    assert log_in(stranger).get(page).status_code == 404
    assert log_in(creator).get(reverse("uploads:portrait-film", args=[picture.pk])).status_code == 404


def test_a_reviewer_sees_the_film_once_its_video_came_to_review(log_in, creator, reviewer):
    film = make_film(creator)
    page = reverse("uploads:portrait-film", args=[film.pk])
    assert log_in(reviewer).get(page).status_code == 404
    make_job(creator, Status.IN_REVIEW, portrait=film)
    assert log_in(reviewer).get(page).status_code == 200


def test_a_deleted_film_is_gone_with_its_still(creator):
    film = make_film(creator)
    names = [film.film.name, film.file.name]
    services.delete_upload(upload=film)
    assert not any(map(default_storage.exists, names))


def test_a_consent_to_a_film_holds_for_exactly_that_film(creator):
    film = make_film(creator)
    job = make_job(creator, portrait=film)
    assert job.consent.is_valid_for(film, job.queued_at)
    film.sha256 = hashlib.sha256(MP4 + b"another").hexdigest()
    assert not job.consent.is_valid_for(film, job.queued_at)


def test_pages_and_label_name_the_film_and_mark_what_does_not_apply(log_in, creator):
    film = make_film(creator)
    job = make_job(creator, portrait=film)
    client = log_in(creator)
    form = client.get(reverse("videos:new")).content.decode()
    assert "data-film" in form
    assert 'class="not-for-films"' in form
    shown = client.get(reverse("uploads:portrait", args=[film.pk])).content.decode()
    assert reverse("uploads:portrait-film", args=[film.pk]) in shown
    assert "This film works." in shown
    assert "film" in {line.key for line in label_for(job, creator).lines}
    assert (job.width, job.height) == (film.width, film.height)


@pytest.mark.slow
def test_a_film_is_checked_dubbed_marked_and_sealed_as_an_edited_film(creator, tmp_path):
    turns = [np.roll(sample("a", 384), round(4 * np.sin(step / 5)), axis=1) for step in range(40)]
    source = filmed(tmp_path / "me.mp4", turns)
    portrait = services.receive_portrait(owner=creator, file=SimpleUploadedFile("me.mp4", source.read_bytes()))
    checks.check_portrait(str(portrait.pk))
    portrait.refresh_from_db()
    assert (portrait.state, portrait.face_index, portrait.width) == (State.READY, 0, 384), portrait.message
    assert portrait.sha256 == hashlib.sha256(portrait.film.read()).hexdigest()
    assert portrait.content_type == "image/png"
    assert not portrait.quarantined

    consent = make_consent(portrait)
    job = make_job(
        creator, portrait=portrait, recording=make_recording(creator, content=_voice(tmp_path)), consent=consent
    )
    render_video(str(job.pk))
    render_video(str(job.pk))
    seal_video(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.attempt, job.frames, job.fps) == (Status.IN_REVIEW, 2, 62, 25.0), job.message
    assert (job.manifest_state, job.mark_confirmed) == ("trusted", True)

    told = json.loads(c2pa.Reader("video/mp4", job.output.open()).json())
    manifest = told["manifests"][told["active_manifest"]]
    assert ("Film", "parentOf") in [(part["title"], part["relationship"]) for part in manifest["ingredients"]]
    said = next(part["data"] for part in manifest["assertions"] if part["label"] == "org.sitter.job")
    assert said["inputs"]["portrait"]["sha256"] == portrait.sha256


@pytest.mark.slow
def test_a_film_that_cannot_be_dubbed_says_why(creator, tmp_path):
    nobody = filmed(tmp_path / "grey.mp4", [np.full((SIDE, SIDE, 3), 120, np.uint8)] * 30)
    portrait = services.receive_portrait(owner=creator, file=SimpleUploadedFile("x.mp4", nobody.read_bytes()))
    checks.check_portrait(str(portrait.pk))
    portrait.refresh_from_db()
    assert (portrait.state, portrait.reason_code) == (State.REFUSED, "film_no_face")
    assert not portrait.quarantined
    assert not portrait.film


def _voice(folder: Path) -> bytes:
    place = folder / "voice.wav"
    with wave.open(str(SAMPLES / "portrait_a.wav")) as source, wave.open(str(place), "wb") as target:
        target.setparams(source.getparams())
        target.writeframes(source.readframes(round(2.5 * source.getframerate())))
    return place.read_bytes()
