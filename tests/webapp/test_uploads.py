"""Receiving, checking, choosing a face, deleting; and who may fetch the bytes."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from generation.shelf import default_folder
from tests.webapp.conftest import SAMPLES
from tests.webapp.factories import make_consent, make_job, make_portrait, make_recording, png, wav
from webapp.errors_text import Refused
from webapp.uploads import checks, services
from webapp.uploads.models import Hearing, Portrait, Recording, RecordingUse, State
from webapp.videos.models import Status

pytestmark = pytest.mark.django_db


def test_an_upload_waits_in_quarantine_under_a_random_name(creator, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as after:
        portrait = services.receive_portrait(owner=creator, file=SimpleUploadedFile("../../etc/passwd.png", png()))
    assert portrait.state == State.CHECKING
    assert len(after) == 1
    folder, name = portrait.quarantined.name.split("/")
    assert folder == "quarantine"
    assert len(name) == 32
    assert stat.S_IMODE(Path(portrait.quarantined.path).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("filename", "title"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\my_face.jpg", "my face"),
        ("<script>alert(1)<script>.png", "<script>alert(1)<script>"),
        ("a\x00b\u202ecod.png", "a b cod"),
        ("x" * 300 + ".png", "x" * 80),
        ("a %22quoted%22 face.png", 'a "quoted" face'),
        ("100%25 wool.png", "100%25 wool"),
        ("", ""),
    ],
)
def test_a_hostile_file_name_becomes_a_harmless_title(filename, title):
    assert services.title_from(filename) == title


def test_a_title_cannot_bring_markup_into_a_page(log_in, creator):
    portrait = make_portrait(creator, title="<script>alert(1)</script>")
    page = log_in(creator).get(reverse("uploads:portrait", args=[portrait.pk])).content.decode()
    assert "<script>alert(1)" not in page


def test_limits_are_told_in_round_numbers(log_in, creator):
    client = log_in(creator)
    for name, limit in (("portrait-new", "30 MB"), ("recording-new", "500 MB")):
        assert f"Up to {limit}." in client.get(reverse(f"uploads:{name}")).content.decode()


def test_an_empty_file_is_refused_in_words(log_in, creator):
    page = log_in(creator).post(reverse("uploads:portrait-new"), {"file": SimpleUploadedFile("a.png", b"")})
    assert "The file is empty." in page.content.decode()
    assert not creator.portraits.exists()


def test_a_file_beyond_the_limit_is_refused_in_words(log_in, creator, monkeypatch):
    monkeypatch.setattr("webapp.uploads.forms.PortraitForm.limit", 2**20)
    big = SimpleUploadedFile("a.png", bytes(2**20 + 1))
    page = log_in(creator).post(reverse("uploads:portrait-new"), {"file": big})
    assert "larger than 1 MB" in page.content.decode()


def test_a_body_beyond_every_limit_is_not_even_read(log_in, creator, settings):
    settings.MAX_RECORDING_BYTES = 1000
    big = SimpleUploadedFile("a.png", bytes(2 * 2**20))
    assert log_in(creator).post(reverse("uploads:portrait-new"), {"file": big}).status_code == 400


def test_the_form_leads_to_the_page_of_the_upload(log_in, creator):
    file = SimpleUploadedFile("my_face.png", png())
    answer = log_in(creator).post(reverse("uploads:portrait-new"), {"file": file})
    assert answer["Location"] == reverse("uploads:portrait", args=[creator.portraits.get().pk])
    assert creator.portraits.get().title == "my face"


def test_only_a_listed_face_can_be_chosen(creator):
    portrait = make_portrait(creator, State.NEEDS_CHOICE, faces=[[0, 0, 9, 9], [9, 0, 18, 9]])
    with pytest.raises(Refused):
        services.choose_face(portrait=portrait, index=2)
    services.choose_face(portrait=portrait, index=1)
    portrait.refresh_from_db()
    assert (portrait.state, portrait.face_index) == (State.CHECKING, 1)


def test_an_unused_upload_can_be_deleted_with_its_file(log_in, creator):
    portrait = make_portrait(creator)
    name = portrait.file.name
    log_in(creator).post(reverse("uploads:portrait-delete", args=[portrait.pk]))
    assert not creator.portraits.exists()
    assert not default_storage.exists(name)


def test_what_was_seen_in_a_deleted_upload_is_forgotten(creator, tmp_path, monkeypatch):
    portrait = make_portrait(creator)
    monkeypatch.setenv("SITTER_CACHE", str(tmp_path))
    seen, other = tmp_path / f"{portrait.sha256}-512.npz", tmp_path / f"{'0' * 64}-512.npz"
    seen.touch()
    other.touch()
    services.delete_upload(upload=portrait)
    assert not seen.exists()
    assert other.exists()


def test_what_a_video_or_consent_rests_on_cannot_be_deleted(log_in, creator):
    job = make_job(creator)
    client = log_in(creator)
    client.post(reverse("uploads:portrait-delete", args=[job.portrait_id]))
    client.post(reverse("uploads:recording-delete", args=[job.recording_id]))
    assert Portrait.objects.filter(pk=job.portrait_id).exists()
    assert Recording.objects.filter(pk=job.recording_id).exists()
    assert default_storage.exists(job.portrait.file.name)


def test_the_owner_and_reviewers_fetch_the_picture_and_it_is_not_cached(log_in, creator, reviewer):
    portrait = make_job(creator, Status.IN_REVIEW).portrait
    for person in (creator, reviewer):
        answer = log_in(person).get(reverse("uploads:portrait-picture", args=[portrait.pk]))
        assert answer.status_code == 200
        assert answer["Content-Type"] == "image/png"
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_reviewer_sees_and_hears_nothing_that_is_in_no_video(log_in, creator, reviewer):
    portrait, recording = make_portrait(creator), make_recording(creator)
    make_consent(portrait, recorded_statement=make_recording(creator, use=RecordingUse.STATEMENT))
    client = log_in(reviewer)
    assert client.get(reverse("uploads:portrait-picture", args=[portrait.pk])).status_code == 404
    assert client.get(reverse("uploads:recording-sound", args=[recording.pk])).status_code == 404


def test_the_daily_limit_of_uploads_holds(creator, settings):
    settings.MAX_UPLOADS_PER_DAY = 1
    services.receive_portrait(owner=creator, file=SimpleUploadedFile("a.png", png()))
    with pytest.raises(Refused) as refused:
        services.receive_recording(owner=creator, file=SimpleUploadedFile("a.wav", wav()))
    assert refused.value.explanation.code == "quota_uploads"


def test_media_have_no_address_of_their_own(client, creator):
    portrait = make_portrait(creator)
    for address in (f"/media/{portrait.file.name}", f"/{portrait.file.name}", f"/static/{portrait.file.name}"):
        assert client.get(address).status_code == 404


def portrait_in_quarantine(creator, content: bytes, name: str = "a.png") -> Portrait:
    return services.receive_portrait(owner=creator, file=SimpleUploadedFile(name, content))


def recording_in_quarantine(creator, content: bytes, name: str = "a.wav") -> Recording:
    return services.receive_recording(owner=creator, file=SimpleUploadedFile(name, content))


@pytest.mark.slow
def test_a_good_picture_passes_and_only_clean_bytes_remain(creator):
    portrait = portrait_in_quarantine(creator, (SAMPLES / "portrait_a.png").read_bytes())
    original = portrait.quarantined.name
    checks.check_portrait(str(portrait.pk))
    checks.check_portrait(str(portrait.pk))
    portrait.refresh_from_db()
    assert portrait.state == State.READY
    assert len(portrait.faces) == 1
    assert portrait.face_index == 0
    assert len(portrait.crop) == 4
    assert len(portrait.sha256) == 64
    assert not portrait.quarantined
    assert not default_storage.exists(original)
    assert len(default_storage.listdir("portraits")[1]) >= 1


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"no picture at all", png()[:40], png(1, 1)], ids=["text", "cut", "tiny"])
def test_a_bad_picture_is_refused_in_words_and_not_kept(creator, content):
    portrait = portrait_in_quarantine(creator, content)
    original = portrait.quarantined.name
    checks.check_portrait(str(portrait.pk))
    portrait.refresh_from_db()
    assert portrait.state == State.REFUSED
    assert portrait.reason_code
    assert portrait.message
    assert portrait.hint
    assert not portrait.file
    assert not default_storage.exists(original)


@pytest.mark.slow
def test_a_good_recording_passes_and_only_clean_bytes_remain(creator):
    recording = recording_in_quarantine(creator, (SAMPLES / "portrait_a.wav").read_bytes())
    original = recording.quarantined.name
    checks.check_recording(str(recording.pk))
    checks.check_recording(str(recording.pk))
    recording.refresh_from_db()
    assert recording.state == State.READY
    assert recording.duration_s > 1
    assert recording.file.name.endswith(".flac")
    assert not default_storage.exists(original)

    assert (recording.hearing, recording.language) == (Hearing.HEARD, "en")
    assert [word["text"] for word in recording.words] == recording.said.split()
    assert len(recording.words) > 5
    kept = default_folder().glob(f"{recording.sha256}-*")
    assert len(list(kept)) == 1, "a render on this machine need not listen again"


@pytest.mark.slow
def test_a_recording_whose_words_could_not_be_made_out_is_kept_and_says_so(creator, monkeypatch):
    monkeypatch.setattr(checks, "HEARING_LIMIT_PER_S", -1e6)  # the child has run past its time before it begins
    recording = recording_in_quarantine(creator, (SAMPLES / "portrait_a.wav").read_bytes())
    checks.check_recording(str(recording.pk))
    recording.refresh_from_db()
    assert (recording.state, recording.hearing, recording.said) == (State.READY, Hearing.FAILED, "")


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"no sound at all", wav(0.0), png()], ids=["text", "empty", "picture"])
def test_a_bad_recording_is_refused_in_words_and_not_kept(creator, content):
    recording = recording_in_quarantine(creator, content)
    checks.check_recording(str(recording.pk))
    recording.refresh_from_db()
    assert recording.state == State.REFUSED
    assert recording.message
    assert recording.hint


@pytest.mark.slow
def test_a_recording_beyond_the_quota_is_refused(creator):
    creator.max_recording_seconds = 2
    creator.save()
    recording = recording_in_quarantine(creator, (SAMPLES / "portrait_a.wav").read_bytes())
    checks.check_recording(str(recording.pk))
    recording.refresh_from_db()
    assert recording.state == State.REFUSED


@pytest.mark.slow
def test_two_faces_are_outlined_and_the_chosen_one_speaks(creator):
    import io

    from PIL import Image

    face = Image.open(SAMPLES / "portrait_a.png").convert("RGB").resize((512, 512))
    both = Image.new("RGB", (1024, 512))
    both.paste(face, (0, 0))
    both.paste(face, (512, 0))
    file = io.BytesIO()
    both.save(file, "PNG")
    portrait = portrait_in_quarantine(creator, file.getvalue())
    checks.check_portrait(str(portrait.pk))
    portrait.refresh_from_db()
    assert (portrait.state, len(portrait.faces)) == (State.NEEDS_CHOICE, 2)
    kept = portrait.sha256
    services.choose_face(portrait=portrait, index=1)
    checks.check_portrait(str(portrait.pk))
    portrait.refresh_from_db()
    assert (portrait.state, portrait.face_index, portrait.sha256) == (State.READY, 1, kept)
    assert portrait.crop[0] > 256


def test_a_check_ends_when_its_upload_is_deleted(creator):
    recording = make_recording(creator, State.CHECKING)
    still_wanted = checks._still_wanted(recording)
    assert still_wanted({})
    services.delete_upload(upload=recording)
    assert not still_wanted({})


def test_deleting_while_the_check_runs_leaves_nothing_behind(creator):
    recording = make_recording(creator, State.CHECKING)
    key = str(recording.pk)
    services.delete_upload(upload=recording)
    checks.check_recording(key)
    assert not Recording.objects.exists()
