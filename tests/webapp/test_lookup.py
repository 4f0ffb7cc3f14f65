"""From a suspect file back to its job: for strangers without a name in it, for reviewers with all of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from provenance import manifest_store
from provenance.codes import format_code
from provenance.keys import load_identity, load_watermark_key
from provenance.manifest import Claim, Ingredient, sign
from provenance.recover import recover
from tests.provenance import clips
from tests.webapp.factories import make_job, make_user
from webapp.accounts.models import Role
from webapp.audit.models import Kind, LedgerEntry
from webapp.lookup import services
from webapp.lookup.looking import look_up
from webapp.lookup.models import LookUp, LookUpCount, State
from webapp.lookup.traces import keep_trace
from webapp.videos.models import Job, Status

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def film(tmp_path_factory) -> Path:
    """Three seconds with the site's own marks."""
    key = load_watermark_key(settings.WATERMARK_KEY_FILE)
    out = tmp_path_factory.mktemp("film") / "film.mp4"
    return clips.encode(clips.marked(clips.sway(), key=key), out)


@pytest.fixture
def traced(film, tmp_path) -> Job:
    """A published job whose film was signed and whose trace was kept."""
    from provenance.fingerprints import take

    job = make_job(status=Status.PUBLISHED, code=clips.CODE)
    claim = Claim(
        job_id=str(job.pk),
        code=job.code,
        consent_reference=str(job.consent_id),
        engine="geometric",
        portrait=Ingredient("Portrait", "image/png", "a" * 64),
        recording=Ingredient("Recording", "audio/flac", "b" * 64),
    )
    manifest = sign(film, tmp_path / "signed.mp4", signer=load_identity(settings.KEYS), claim=claim)
    keep_trace(job=job, manifest=manifest, prints=take(tmp_path / "signed.mp4").as_bytes())
    return job


def ask(client: Client, content: bytes, name: str = "suspect.mp4") -> LookUp:
    """Upload a suspect as a browser does, and let a worker look at it."""
    answer = client.post("/look-up/", {"file": ContentFile(content, name=name)})
    assert answer.status_code == 302, answer.content
    asked = LookUp.objects.get(pk=answer.url.strip("/").rpartition("/")[2])
    look_up(str(asked.pk))
    asked.refresh_from_db()
    return asked


@pytest.mark.slow
def test_a_stranger_learns_that_a_copy_was_made_here_and_no_names(traced, film, tmp_path, client):
    copy = clips.again(film, tmp_path / "copy.mp4", crf=28)
    asked = ask(client, copy.read_bytes())
    assert (asked.state, asked.found["verdict"]) == (State.DONE, "made_here")
    page = client.get(f"/look-up/{asked.pk}/").content.decode()
    assert "This was made here" in page
    assert traced.code_hex in page
    assert "What you can do" in page
    for private in (traced.owner.email, traced.title, traced.consent.sitter_name, str(traced.pk)):
        assert private not in page
    assert LookUpCount.objects.get().number == 1
    assert not LedgerEntry.objects.filter(kind=Kind.LOOK_UP).exists()


@pytest.mark.slow
def test_a_reviewer_sees_job_consent_and_account_and_it_is_written_down(traced, film, log_in):
    reviewer = make_user(Role.REVIEWER)
    asked = ask(log_in(reviewer), film.read_bytes())
    page = log_in(reviewer).get(f"/look-up/{asked.pk}/").content.decode()
    for told in (traced.owner.email, traced.title, traced.consent.sitter_name, asked.sha256):
        assert told in page
    entry = LedgerEntry.objects.get(kind=Kind.LOOK_UP)
    assert entry.object == str(traced.pk)
    assert entry.data == {"suspect_sha256": asked.sha256, "verdict": "made_here"}
    assert Client().get(f"/look-up/{asked.pk}/").status_code == 404


@pytest.mark.slow
def test_an_unmarked_look_alike_is_only_probable(traced, tmp_path, client):
    """Its mark was washed off, as far as anyone can tell; look and sound are left."""
    asked = ask(client, clips.encode(clips.sway(), tmp_path / "plain.mp4").read_bytes())
    assert asked.found["verdict"] == "probably_made_here"
    assert [signal["name"] for signal in asked.found["signals"] if signal["found"]] == ["fingerprint"]
    assert "probably made here" in client.get(f"/look-up/{asked.pk}/").content.decode()


@pytest.mark.slow
def test_what_is_no_video_is_refused_kindly_and_deleted(client):
    asked = ask(client, b"#EXTM3U\nfile:///etc/passwd\n", name="list.mp4")
    assert asked.state == State.REFUSED
    assert not default_storage.exists(asked.suspect.name)
    page = client.get(f"/look-up/{asked.pk}/").content.decode()
    assert "no picture that can be read" in page
    assert "Your file has been deleted here" in page


@pytest.mark.slow
def test_the_file_goes_at_once_and_the_answer_within_the_hour(traced, film, client):
    asked = ask(client, film.read_bytes())
    assert not default_storage.exists(asked.suspect.name)
    services.forget_old()
    assert client.get(f"/look-up/{asked.pk}/").status_code == 200
    LookUp.objects.update(created_at=timezone.now() - timedelta(hours=2))
    services.forget_old()
    assert client.get(f"/look-up/{asked.pk}/").status_code == 404


@pytest.mark.slow
def test_a_lost_manifest_is_recovered_from_the_folder_of_the_site(traced, film):
    folder = Path(default_storage.path(traced.trace.manifest.name)).parent
    found = recover(
        film,
        key=load_watermark_key(settings.WATERMARK_KEY_FILE),
        fetch=manifest_store.at(str(folder)),
        trust_root=settings.TRUST_ROOT.read_bytes(),
    )
    assert (found.job_code, found.manifest.state) == (traced.code_hex, "trusted")
    assert found.manifest.job["job_id"] == str(traced.pk)


@pytest.mark.slow
def test_manifests_are_public_with_their_videos_and_no_longer(traced, client):
    address = f"/manifests/{traced.code_hex}.c2pa"
    assert b"".join(client.get(address)) == traced.trace.manifest.read()
    for status, expected in ((Status.TAKEN_DOWN, 410), (Status.IN_REVIEW, 404)):
        Job.objects.update(status=status)
        assert client.get(address).status_code == expected
    assert client.get("/manifests/0000000001.c2pa").status_code == 404
    assert client.get("/manifests/nonsense.c2pa").status_code == 404


@pytest.mark.slow
def test_codes_and_prints_are_exported_for_the_command_line(traced, film, tmp_path, capsys):
    from provenance.fingerprints import Library, take

    call_command("export_prints", tmp_path)
    assert (tmp_path / "codes.txt").read_text() == f"{format_code(clips.CODE)}\n"
    near = Library.read(tmp_path / "prints.zip").nearest(take(film))
    assert near is not None
    assert (near.code, near.likeness.same_video) == (clips.CODE, True)


def test_the_root_is_published(client):
    assert b"".join(client.get("/root.pem")) == settings.TRUST_ROOT.read_bytes()


def test_strangers_may_ask_ten_times_an_hour_and_reviewers_always(client, log_in):
    reviewer = log_in(make_user(Role.REVIEWER))
    for _ in range(10):
        assert client.post("/look-up/", {"file": ContentFile(b"x", name="a.mp4")}).status_code == 302
    late = client.post("/look-up/", {"file": ContentFile(b"x", name="a.mp4")})
    assert late.status_code == 429
    assert "several times within an hour" in late.content.decode()
    assert reviewer.post("/look-up/", {"file": ContentFile(b"x", name="a.mp4")}).status_code == 302


def test_a_crowd_waits_outside(client, monkeypatch):
    monkeypatch.setattr(services, "OPEN_LIMIT", 1)
    LookUp.objects.create(state=State.LOOKING)
    page = client.post("/look-up/", {"file": ContentFile(b"x", name="a.mp4")})
    assert "Many people are asking right now" in page.content.decode()
    assert LookUp.objects.count() == 1


def test_an_empty_file_is_no_question(client):
    page = client.post("/look-up/", {"file": ContentFile(b"", name="a.mp4")})
    assert "The file is empty" in page.content.decode()
    assert not LookUp.objects.exists()


def test_a_look_up_that_another_worker_holds_is_left_alone():
    asked = LookUp.objects.create(state=State.LOOKING)
    look_up(str(asked.pk))
    asked.refresh_from_db()
    assert asked.state == State.LOOKING
