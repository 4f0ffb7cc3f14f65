"""Faces are known again: taken when a picture is checked, and again where that had not been done."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.webapp.conftest import SAMPLES
from tests.webapp.factories import make_consent, make_live_check, make_portrait, png
from webapp.consent.checks import source
from webapp.consent.models import Depicted
from webapp.consent.services import default_expiry, give_consent
from webapp.uploads import checks, services
from webapp.uploads.models import Portrait, State
from webapp.videos.rescue import FACES_AT_ONCE, rescue_lost_work

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_the_face_is_taken_at_the_check_and_every_later_look_finds_the_same(creator):
    picture = SimpleUploadedFile("a.png", (SAMPLES / "portrait_a.png").read_bytes())
    portrait = services.receive_portrait(owner=creator, file=picture)
    checks.check_portrait(str(portrait.pk))
    portrait.refresh_from_db()
    face = np.frombuffer(portrait.embedding, np.float32)
    assert face.shape == (128,)
    assert np.linalg.norm(face) == pytest.approx(1.0, abs=1e-5)
    assert 0.5 < portrait.stranger < 0.79  # the other rendered head
    assert portrait.findings == []
    assert portrait.face_sha256 == hashlib.sha256(face.tobytes()).hexdigest()
    Portrait.objects.update(embedding=b"", stranger=-1.0)
    checks.know_face(str(portrait.pk))
    again = Portrait.objects.get()
    assert (again.face_sha256, again.stranger) == (portrait.face_sha256, portrait.stranger)


@pytest.mark.parametrize(
    ("age", "nudity", "codes"),
    [(35, 0.1, []), (15, 0.1, ["young"]), (35, 0.5, ["nudity"]), (20, 0.9, ["nudity", "young"])],
)
def test_nudity_and_youth_are_for_a_reviewer(age, nudity, codes):
    found = checks.judged({"age": age, "nudity": nudity, "embedding": "AAAA"})
    assert [finding["code"] for finding in found["findings"]] == codes
    assert found["embedding"] == bytes(3)


def test_a_childs_portrait_is_refused_and_nothing_of_it_known():
    found = checks.judged({"age": 7, "nudity": 0.0, "embedding": "AAAA"})
    assert (found["state"], found["reason_code"]) == (State.REFUSED, "portrait_child")
    assert "embedding" not in found


@pytest.mark.slow
def test_a_picture_in_which_no_face_is_found_again_can_not_be_used(creator):
    portrait = make_portrait(creator, content=png(600, 600), embedding=b"")
    consent = make_consent(portrait)
    checks.know_face(str(portrait.pk))
    portrait.refresh_from_db()
    assert (portrait.state, portrait.embedding) == (State.REFUSED, b"")
    assert "couldn't find a human face" in portrait.message
    assert consent.portrait == portrait


def test_a_receipt_names_the_face_of_the_portrait_unless_a_live_check_took_it(creator):
    portrait = make_portrait(creator)
    shown, made = make_live_check(portrait, embedding_sha256="ab" * 32), (source("Us", "Rendered."),)
    for ground, named in (
        ({"depicted": Depicted.NOBODY_LIVING, "checks": made}, portrait.face_sha256),
        ({"depicted": Depicted.MYSELF, "live_check": shown}, "ab" * 32),
    ):
        consent = give_consent(
            created_by=creator,
            portrait=portrait,
            sitter_name="Nobody",
            purpose="Tests",
            statement="A rendered head.",
            expires_on=default_expiry(),
            **ground,
        )
        assert json.loads(consent.receipt.text)["face_sha256"] == named


def test_faces_of_earlier_portraits_are_asked_for_a_few_at_a_time(creator, django_capture_on_commit_callbacks):
    for _ in range(FACES_AT_ONCE + 1):
        make_portrait(creator, embedding=b"")
    Portrait.objects.update(sent_at=timezone.now() - timedelta(days=1))
    asked = []
    for _ in range(2):
        with django_capture_on_commit_callbacks() as after:
            rescue_lost_work()
        asked.append(len(after))
    assert asked == [FACES_AT_ONCE, 0]
