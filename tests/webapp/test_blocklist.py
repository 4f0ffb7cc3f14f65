"""Blocked faces: whose picture it is does not matter, another picture of the same face is stopped too."""

from __future__ import annotations

import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from tests.webapp.acts import ask_for_video, refusal
from tests.webapp.conftest import SAMPLES
from tests.webapp.factories import (
    make_consent,
    make_face,
    make_job,
    make_portrait,
    make_user,
    png,
)
from webapp.accounts.models import Role
from webapp.audit.models import Kind, LedgerEntry
from webapp.blocklist import services
from webapp.blocklist.alike import nearest, outcome
from webapp.blocklist.models import BlockedFace, Source
from webapp.consent.answering import refuse
from webapp.consent.asking import ask
from webapp.consent.faces import findings, require_unblocked
from webapp.consent.models import Depicted
from webapp.consent.services import default_expiry, give_consent
from webapp.review.services import publish
from webapp.uploads.models import Portrait
from webapp.videos.models import Job, Status
from webapp.videos.rendering import claim

pytestmark = pytest.mark.django_db
FACE = make_face(b"the one who refuses")


def like(cosine: float) -> bytes:
    """A face that has this cosine with FACE."""
    one, other = (np.frombuffer(face, np.float32) for face in (FACE, make_face(b"another")))
    apart = other - one * (one @ other)
    mixed = cosine * one + np.sqrt(1 - cosine**2) * apart / np.linalg.norm(apart)
    return np.asarray(mixed, np.float32).tobytes()


def shows(owner, cosine: float, shade: int, **fields) -> Portrait:
    return make_portrait(owner, content=png(shade=shade), embedding=like(cosine), **fields)


def block(embedding: bytes = FACE) -> BlockedFace:
    return BlockedFace.objects.create(
        source=Source.ADMIN, reason="A public figure", embedding=embedding, taken_at=timezone.now()
    )


@pytest.fixture
def admin(db):
    return make_user(Role.ADMIN)


@pytest.mark.parametrize(
    ("cosine", "stranger", "expected"),
    [
        (0.67, 0.27, "blocked"),  # two photographs of one person
        (0.50, 0.27, "near"),
        (0.38, 0.15, "free"),  # two paintings
        (0.78, 0.74, "free"),  # two rendered heads
        (0.90, 0.74, "blocked"),  # one rendered head, twice
        (0.82, 0.74, "near"),
    ],
)
def test_a_face_is_blocked_by_how_alike_it_is_and_how_alike_strangers_are(cosine, stranger, expected):
    assert outcome(cosine, stranger) == expected


def test_a_refusal_stops_every_picture_of_the_face_in_every_account(creator):
    other = make_user()
    asked, again, elsewhere = shows(creator, 1.0, 10), shows(creator, 0.8, 20), shows(other, 0.7, 30)
    consents = {portrait: make_consent(portrait) for portrait in (again, elsewhere)}
    waiting, published = (
        make_job(other, status, portrait=elsewhere, consent=consents[elsewhere])
        for status in (Status.QUEUED, Status.PUBLISHED)
    )
    request, _ = ask(by=creator, portrait=asked, purpose="X", until=default_expiry())
    refuse(request=request, block=True)
    for row in (waiting, published, *consents.values()):
        row.refresh_from_db()
    assert (waiting.status, waiting.error_code) == (Status.CANCELLED, "portrait_blocked")
    assert published.status == Status.PUBLISHED
    assert consents[again].withdrawn_at is not None
    assert consents[elsewhere].withdrawn_at is None
    acts = {
        "ask": lambda: ask(by=other, portrait=elsewhere, purpose="X", until=default_expiry()),
        "give": lambda: give_consent(
            created_by=other,
            portrait=elsewhere,
            depicted=Depicted.NOBODY_LIVING,
            sitter_name="X",
            purpose="X",
            statement="X",
            expires_on=default_expiry(),
        ),
        "make": lambda: ask_for_video(consents[elsewhere]),
    }
    assert {name: refusal(act) for name, act in acts.items()} == dict.fromkeys(acts, "portrait_blocked")
    assert LedgerEntry.objects.filter(kind=Kind.BLOCK).count() == 1


def test_a_worker_and_a_reviewer_find_a_face_that_was_blocked_meanwhile(creator, reviewer):
    portrait = shows(creator, 0.7, 10)
    waiting, made = (make_job(creator, status, portrait=portrait) for status in (Status.QUEUED, Status.IN_REVIEW))
    block()
    assert claim(waiting.pk, worker="w") is None
    waiting.refresh_from_db()
    assert (waiting.status, waiting.error_code) == (Status.CANCELLED, "portrait_blocked")
    assert refusal(lambda: publish(job=made, reviewer=reviewer)) == "portrait_blocked"


def test_a_face_near_to_a_blocked_one_waits_for_a_reviewer(creator):
    block()
    portrait = shows(creator, 0.5, 10)
    job = ask_for_video(make_consent(portrait, depicted=Depicted.MYSELF))
    assert job.status == Status.HELD
    assert findings(portrait) == [{"code": "near_blocked", "number": 0.5}]
    assert findings(shows(creator, 0.3, 20)) == []


def test_nothing_is_agreed_to_before_the_face_is_known(creator):
    portrait = make_portrait(creator, embedding=b"")
    assert refusal(lambda: require_unblocked(portrait)) == "face_not_taken"


def test_a_refusal_for_a_picture_without_a_face_blocks_the_face_once_it_is_taken(creator):
    portrait, other = shows(creator, 1.0, 10), shows(make_user(), 0.8, 20)
    request, _ = ask(by=creator, portrait=portrait, purpose="X", until=default_expiry())
    Portrait.objects.filter(pk=portrait.pk).update(embedding=b"")
    request.refresh_from_db()
    refuse(request=request, block=True)
    assert refusal(lambda: require_unblocked(portrait)) == "portrait_blocked"
    require_unblocked(other)
    services.learn(portrait)
    assert refusal(lambda: require_unblocked(other)) == "portrait_blocked"


def test_lifting_forgets_the_face_and_needs_a_reason(creator, admin):
    portrait, blocked = shows(creator, 0.7, 10), block()
    assert refusal(lambda: services.lift(face=blocked, by=admin, why=" ")) == "block_reason_missing"
    assert refusal(lambda: require_unblocked(portrait)) == "portrait_blocked"
    services.lift(face=blocked, by=admin, why="It was her own face.")
    require_unblocked(portrait)
    assert (blocked.embedding, blocked.lifted_by) == (b"", admin)
    assert LedgerEntry.objects.filter(kind=Kind.UNBLOCK, object=str(blocked.pk)).exists()
    assert refusal(lambda: services.lift(face=blocked, by=admin, why="Again")) == "block_lifted"


def test_administrators_see_who_blocked_and_what_shows_the_face_and_can_lift(log_in, admin, creator, reviewer):
    blocked = block()
    job = make_job(creator, Status.PUBLISHED, portrait=shows(creator, 0.7, 10))
    address = reverse("blocklist:face", args=[blocked.pk])
    client = log_in(admin)
    assert "A public figure" in client.get(reverse("blocklist:list")).content.decode()
    assert reverse("review:video", args=[job.pk]) in client.get(address).content.decode()
    for person in (creator, reviewer):
        assert log_in(person).get(reverse("blocklist:list")).status_code == 404
        assert log_in(person).post(address, {"why": "X"}).status_code == 404
    client.post(address, {"why": "An error"})
    assert nearest(FACE) == -1.0


@pytest.mark.slow
def test_a_picture_brought_by_an_administrator_becomes_numbers_only(log_in, admin, creator):
    faces = {"face": (SAMPLES / "portrait_a.png").read_bytes(), "none": png(600, 600)}
    for reason, content in faces.items():
        file = SimpleUploadedFile("a.png", content)
        log_in(admin).post(reverse("blocklist:list"), {"picture": file, "reason": reason})
    kept = [face.picture.name for face in BlockedFace.objects.all()]
    for face in BlockedFace.objects.all():
        services.take_face(face.pk)
        services.take_face(face.pk)
    taken, failed = (BlockedFace.objects.get(reason=reason) for reason in faces)
    assert (len(taken.embedding), taken.state) == (512, "Blocked")
    assert (failed.embedding, failed.state) == (b"", "No face taken")
    assert not any(map(default_storage.exists, kept))
    assert not any(face.picture for face in (taken, failed))
    same = make_portrait(creator, embedding=bytes(taken.embedding), stranger=0.7)
    assert refusal(lambda: require_unblocked(same)) == "portrait_blocked"


@pytest.mark.slow
def test_the_command_blocks_and_says_what_it_could_not(capsys, tmp_path):
    (tmp_path / "grey.png").write_bytes(png(600, 600))
    pictures = [str(SAMPLES / "portrait_a.png"), str(tmp_path / "grey.png")]
    with pytest.raises(CommandError, match="1 of 2"):
        call_command("block_face", *pictures, "--why", "public figure")
    assert "portrait_a.png: blocked" in capsys.readouterr().out
    with pytest.raises(CommandError, match="No such file"):
        call_command("block_face", "missing.png", "--why", "public figure")
    assert BlockedFace.objects.exclude(taken_at=None).count() == 1
    assert not Job.objects.exists()
