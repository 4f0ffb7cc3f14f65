"""Signing keys that live elsewhere, end or change."""

import datetime
import subprocess
import sys
import time
from pathlib import Path

import pytest

from provenance import development_chain, keys, places
from provenance.errors import KeyMissing, ProvenanceError
from provenance.manifest import Claim, sign
from provenance.manifest_reader import read_manifest
from provenance.signers import ends_soon
from tests.provenance.time_authority import TimeAuthority

pytestmark = pytest.mark.slow

# What an operator's command does: the message comes on stdin, its signature goes to stdout.
SIGN_FILE = """
import sys
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
key = serialization.load_pem_private_key(open(sys.argv[1], "rb").read(), None)
sys.stdout.buffer.write(key.sign(sys.stdin.buffer.read(), ec.ECDSA(hashes.SHA256())))
"""


def end_in(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chains made from now on end after so many seconds."""
    lasts = datetime.timedelta(days=development_chain.SIGNER_DAYS)
    monkeypatch.setattr(development_chain, "BACKDATE", lasts - datetime.timedelta(seconds=seconds))


def test_the_key_may_be_behind_a_command(
    marked_video: Path, site: keys.KeySet, claim: Claim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere.key"
    folder = tmp_path / "keys"
    keys.create(folder)
    (folder / places.SIGNING_KEY).rename(elsewhere)
    program = tmp_path / "sign.py"
    program.write_text(SIGN_FILE)
    monkeypatch.setenv(places.SIGN_COMMAND_ENV, f"{sys.executable} {program} {elsewhere}")
    sign(marked_video, tmp_path / "out.mp4", signer=keys.load_identity(folder), claim=claim)
    root = keys.load_trust_root(folder / places.ROOT_CERTIFICATE)
    assert read_manifest(tmp_path / "out.mp4", trust_root=root).state == "trusted"
    assert keys.create(folder).made == ()  # no key of ours is put beside theirs
    with pytest.raises(ProvenanceError, match="behind a command"):
        keys.rotate(folder)


@pytest.mark.parametrize("command", ["false", "no-such-program-here", "echo hello"])
def test_a_command_that_does_not_sign_leaves_the_video_unsigned(
    command: str,
    marked_video: Path,
    site: keys.KeySet,
    claim: Claim,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(places.SIGN_COMMAND_ENV, command)
    with pytest.raises(ProvenanceError, match="gave no signature"):
        sign(marked_video, tmp_path / "out.mp4", signer=keys.load_identity(site.folder), claim=claim)
    assert list(tmp_path.iterdir()) == []


def test_a_command_needs_the_chain_of_its_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(places.SIGN_COMMAND_ENV, "true")
    with pytest.raises(KeyMissing, match="has no certificates"):
        keys.create(tmp_path)


def test_old_files_stay_trusted_after_a_rotation(marked_video: Path, claim: Claim, tmp_path: Path) -> None:
    folder = keys.create(tmp_path / "keys").folder
    watermark = keys.load_watermark_key(folder / places.WATERMARK_KEY)
    before, after = tmp_path / "before.mp4", tmp_path / "after.mp4"
    sign(marked_video, before, signer=keys.load_identity(folder), claim=claim)
    old_root = keys.load_trust_root(folder / places.ROOT_CERTIFICATE)
    keys.rotate(folder)
    sign(marked_video, after, signer=keys.load_identity(folder), claim=claim)
    both = keys.load_trust_root(folder / places.ROOT_CERTIFICATE)
    assert [read_manifest(path, trust_root=both).state for path in (before, after)] == ["trusted", "trusted"]
    assert (
        read_manifest(after, trust_root=old_root).state == "valid"
    )  # whoever kept the old root has to fetch the new
    assert keys.load_watermark_key(folder / places.WATERMARK_KEY) == watermark


def test_an_ended_certificate_signs_nothing(
    marked_video: Path, claim: Claim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_in(-60, monkeypatch)
    identity = keys.load_identity(keys.create(tmp_path / "keys").folder)
    assert ends_soon(identity.ends_at)
    with pytest.raises(ProvenanceError, match="could not be signed"):
        sign(marked_video, tmp_path / "out.mp4", signer=identity, claim=claim)
    assert not (tmp_path / "out.mp4").exists()


def test_a_fresh_chain_lasts(site: keys.KeySet) -> None:
    assert not ends_soon(keys.load_identity(site.folder).ends_at)


def test_a_time_stamp_outlives_the_certificate(
    marked_video: Path, claim: Claim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the certificate has ended, only a stamped file is trusted; the other is whole, and says why."""
    end_in(8, monkeypatch)
    folder = keys.create(tmp_path / "keys").folder
    plain, stamped = tmp_path / "plain.mp4", tmp_path / "stamped.mp4"
    sign(marked_video, plain, signer=keys.load_identity(folder), claim=claim)
    with TimeAuthority(tmp_path / "authority") as authority:
        monkeypatch.setenv(places.TIME_AUTHORITY_ENV, authority.url)
        identity = keys.load_identity(folder)
        sign(marked_video, stamped, signer=identity, claim=claim)
    trusted = keys.load_trust_root(folder / places.ROOT_CERTIFICATE) + authority.root
    while datetime.datetime.now(datetime.UTC) <= identity.ends_at + datetime.timedelta(seconds=1):
        time.sleep(0.2)
    assert read_manifest(stamped, trust_root=trusted).state == "trusted"
    late = read_manifest(plain, trust_root=trusted)
    assert (late.state, "signingCredential.expired" in late.failures) == ("valid", True)
    assert "has ended since" in late.sentence


def test_an_unreachable_time_authority_leaves_the_video_unsigned(
    marked_video: Path, site: keys.KeySet, claim: Claim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(places.TIME_AUTHORITY_ENV, "http://127.0.0.1:9/")
    with pytest.raises(ProvenanceError, match="could not be signed"):
        sign(marked_video, tmp_path / "out.mp4", signer=keys.load_identity(site.folder), claim=claim)
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_tells_when_the_certificate_ends(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "provenance", "keys", "--folder", str(tmp_path / "keys")]
    made = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "certificate ends on" in made.stdout
    changed = subprocess.run([*command, "--rotate"], capture_output=True, text=True, check=True)
    assert "Signs with a new chain now" in changed.stdout
    assert (tmp_path / "keys" / "root.pem").read_text().count("BEGIN CERTIFICATE") == 2
