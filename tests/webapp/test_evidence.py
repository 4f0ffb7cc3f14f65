"""Reviewers get a package that proves itself, and the ledger keeps who asked for it and why."""

from __future__ import annotations

import json
import zipfile

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from provenance.evidence import check
from provenance.fingerprints import take
from provenance.keys import load_identity, load_watermark_key
from provenance.manifest import Claim, Ingredient, sign
from tests.provenance import clips
from tests.webapp.factories import make_consent, make_job, make_portrait, make_user
from webapp.accounts.models import Role
from webapp.audit import heads
from webapp.audit.models import Kind, LedgerEntry
from webapp.audit.services import append
from webapp.evidence.models import Package, State
from webapp.evidence.services import put_together
from webapp.lookup.traces import keep_trace
from webapp.videos.models import Job, Status

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Two seconds with the site's own marks."""
    frames = clips.marked(clips.sway(count=50), key=load_watermark_key(settings.WATERMARK_KEY_FILE))
    return clips.encode(frames, tmp_path_factory.mktemp("film") / "film.mp4")


@pytest.fixture
def job(film, tmp_path) -> Job:
    """A published video whose consent, seal and trace are all that they should be."""
    owner = make_user()
    portrait = make_portrait(owner, face_index=0)
    consent = make_consent(portrait)
    given = append(kind=Kind.CONSENT, actor=owner, object_id=consent.pk, portrait_sha256=portrait.sha256)
    engine = {"name": "geometric", "version": "0.1.0", "weights": [], "label": False, "made_with": {"numpy": "2"}}
    job = make_job(owner, Status.PUBLISHED, portrait=portrait, consent=consent, code=clips.CODE)
    claim = Claim(
        job_id=str(job.pk),
        code=job.code,
        consent_reference=str(consent.pk),
        engine="geometric",
        portrait=Ingredient("Portrait", "image/png", portrait.sha256),
        recording=Ingredient("Recording", "audio/flac", job.recording.sha256),
    )
    manifest = sign(film, tmp_path / "signed.mp4", signer=load_identity(settings.KEYS), claim=claim)
    keep_trace(job=job, manifest=manifest, prints=take(tmp_path / "signed.mp4").as_bytes())
    seal = append(
        kind=Kind.SEAL,
        actor=None,
        object_id=job.pk,
        code=job.code_hex,
        output_sha256=job.output_sha256,
        portrait_sha256=portrait.sha256,
        recording_sha256=job.recording.sha256,
        consent=str(consent.pk),
        manifest="trusted",
    )
    assert seal.index > given.index
    Job.objects.filter(pk=job.pk).update(ledger_entry=seal, engine=engine, digests="0a1b2c3d" * 2, frames=2)
    return Job.objects.get(pk=job.pk)


def test_the_command_writes_a_package_that_checks_offline(job, tmp_path, capsys):
    call_command("evidence", str(job.pk), "--out", tmp_path / "e.zip", "--json")
    said = json.loads(capsys.readouterr().out)
    assert said["path"] == str(tmp_path / "e.zip")
    checked = check(tmp_path / "e.zip", roots=settings.TRUST_ROOT.read_bytes())
    assert (checked.failures, checked.code) == ((), job.code_hex)
    with zipfile.ZipFile(tmp_path / "e.zip") as package:
        told = {name: package.read(name).decode() for name in package.namelist() if name.endswith(".json")}
    assert json.loads(told["replay.json"])["digests"] == job.digests
    assert json.loads(told["consent.json"])["sitter_name"] == job.consent.sitter_name
    assert job.owner.email not in "".join(told.values())


def test_the_code_names_the_job_as_well_and_what_is_unknown_is_refused(job, tmp_path):
    call_command("evidence", job.code_hex, "--out", tmp_path / "e.zip")
    assert (tmp_path / "e.zip").exists()
    for unknown in ("0000000000", "nonsense"):
        with pytest.raises(CommandError, match="There is no video"):
            call_command("evidence", unknown, "--out", tmp_path / "x.zip")
    unsealed = make_job()
    with pytest.raises(CommandError, match="never sealed"):
        call_command("evidence", str(unsealed.pk), "--out", tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()


def test_a_story_changed_in_the_database_is_caught_by_the_package(job, tmp_path):
    """Somebody with access to the database puts another portrait under the video."""
    heads.sign_head(settings.KEYS)
    type(job.portrait).objects.filter(pk=job.portrait.pk).update(sha256="d" * 64)
    call_command("evidence", str(job.pk), "--out", tmp_path / "e.zip")
    failures = check(tmp_path / "e.zip", roots=settings.TRUST_ROOT.read_bytes()).failures
    assert "The consent was given for another portrait." in failures
    assert any(failure.startswith("No entry of the log seals this video") for failure in failures)


def test_a_reviewer_asks_with_a_reason_and_downloads(job, log_in, tmp_path):
    reviewer = make_user(Role.REVIEWER)
    browser = log_in(reviewer)
    page = f"/review/{job.pk}/evidence/"
    assert "This field is required" in browser.post(page, {"reason": ""}).content.decode()
    assert browser.post(page, {"reason": "Court order 7"}).status_code == 302
    package = Package.objects.get()
    assert "Being put together" in browser.get(page).content.decode()
    put_together(str(package.pk))
    put_together(str(package.pk))
    package.refresh_from_db()
    assert package.state == State.READY
    content = b"".join(browser.get(f"/evidence/{package.pk}.zip"))
    (tmp_path / "e.zip").write_bytes(content)
    assert check(tmp_path / "e.zip", roots=settings.TRUST_ROOT.read_bytes()).valid
    entry = LedgerEntry.objects.get(kind=Kind.EVIDENCE)
    assert (entry.object, entry.told["reason"]) == (str(job.pk), "Court order 7")


def test_nobody_else_finds_it(job, log_in):
    package = Package.objects.create(job=job, asked_by=make_user(Role.REVIEWER), reason="x", state=State.READY)
    for user in (job.owner, make_user(Role.AUDITOR)):
        assert log_in(user).get(f"/review/{job.pk}/evidence/").status_code == 404
        assert log_in(user).get(f"/evidence/{package.pk}.zip").status_code == 404
