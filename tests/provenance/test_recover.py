"""Leading from a copy without a manifest back to the manifest."""

import json
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from provenance import keys, manifest_store, places
from provenance.errors import FileRefused, ProvenanceError
from provenance.manifest import Claim, sign
from provenance.recover import recover
from tests.provenance import clips
from tests.provenance.clips import CODE, KEY

pytestmark = pytest.mark.slow
FILE = "5AC391E742-3f.c2pa"


@pytest.fixture(scope="module")
def kept(marked_video: Path, site: keys.KeySet, claim: Claim, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the manifest of the marked video."""
    folder = tmp_path_factory.mktemp("manifests")
    out = tmp_path_factory.mktemp("signed") / "signed.mp4"
    (folder / FILE).write_bytes(sign(marked_video, out, signer=keys.load_identity(site.folder), claim=claim))
    return folder


def test_a_copy_leads_to_its_manifest_and_tells_what_differs(
    marked_video: Path, kept: Path, site: keys.KeySet, tmp_path: Path
) -> None:
    copy = clips.again(marked_video, tmp_path / "copy.mp4", crf=23, change="scale=640:640,hflip,fps=30")
    found = recover(copy, key=KEY, fetch=manifest_store.at(str(kept)), trust_root=site.root.read_bytes())
    assert (found.job_code, found.manifest.state) == ("5AC391E742", "trusted")
    assert found.manifest.job["consent_reference"] == "consent-7"
    assert found.store == (kept / FILE).read_bytes()
    told = {one.what: (one.signed, one.copy) for one in found.differences if one.what != "bytes"}
    assert float(told.pop("scale")[1].removesuffix(" %")) == pytest.approx(125, abs=1)
    assert told == {
        "picture size": ("512 × 512 px", "640 × 640 px"),
        "mirrored": ("no", "yes"),
        "frames a second": ("25", "30"),
    }


def test_a_video_with_its_manifest_needs_no_recovery(signed_video: Path, site: keys.KeySet, kept: Path) -> None:
    found = recover(signed_video, key=KEY, fetch=manifest_store.at(str(kept)), trust_root=site.root.read_bytes())
    assert (found.manifest.state, found.store, found.differences) == ("trusted", b"", ())


def test_an_edited_manifest_is_told_from_a_whole_one(marked_video: Path, kept: Path, site: keys.KeySet) -> None:
    store = bytearray((kept / FILE).read_bytes())
    store[store.index(b"consent-7") + 8] ^= 1
    found = recover(marked_video, key=KEY, fetch=lambda code: bytes(store), trust_root=site.root.read_bytes())
    assert found.manifest.state == "invalid"
    assert "assertion.hashedURI.mismatch" in found.manifest.failures


def test_a_manifest_of_another_job_is_refused(
    marked_video: Path, signed_video: Path, kept: Path, site: keys.KeySet, tmp_path: Path
) -> None:
    other = clips.encode(clips.marked(clips.sway(count=50), code=CODE ^ 1), tmp_path / "other.mp4")
    with pytest.raises(FileRefused, match="names another job"):
        recover(other, key=KEY, fetch=lambda code: (kept / FILE).read_bytes())


def test_a_copy_without_a_mark_or_a_manifest_says_so(plain_video: Path, marked_video: Path, tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="no mark of this site"):
        recover(plain_video, key=KEY, fetch=lambda code: b"")
    with pytest.raises(FileRefused, match="5AC391E742, but no manifest is kept"):
        recover(marked_video, key=KEY, fetch=manifest_store.at(str(tmp_path)))
    with pytest.raises(FileRefused, match="no folder"):
        manifest_store.at(str(tmp_path / "absent"))


def test_a_site_serves_manifests(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "5AC391E742.c2pa").write_bytes((kept / FILE).read_bytes())
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        fetch = manifest_store.at(f"http://127.0.0.1:{server.server_port}/")
        assert fetch(CODE) == (kept / FILE).read_bytes()
        assert fetch(CODE ^ 1) is None
        server.shutdown()
    with pytest.raises(ProvenanceError, match="could not be asked"):
        fetch(CODE)


def test_the_command_line_recovers(marked_video: Path, kept: Path, site: keys.KeySet, tmp_path: Path) -> None:
    copy = clips.again(marked_video, tmp_path / "copy.mp4", crf=28)
    ran = subprocess.run(
        [sys.executable, "-m", "provenance", "recover", str(copy), "--from", str(kept), "--json"],
        capture_output=True,
        text=True,
        check=True,
        env={places.KEY_ENV: str(site.watermark), places.TRUST_ENV: str(site.root), "PATH": "/usr/bin:/bin"},
    )
    answer = json.loads(ran.stdout)
    assert (answer["job_code"], answer["manifest"]) == ("5AC391E742", "trusted")
    assert [one["what"] for one in answer["differences"]] == ["bytes"]
