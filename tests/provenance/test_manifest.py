"""Signing a video and reading what it says, with two readers."""

import io
import json
from dataclasses import replace
from pathlib import Path

import c2pa
import encypher_c2pa
import numpy as np
import pytest
from PIL import Image

from provenance import keys, media
from provenance.errors import FileRefused, ProvenanceError
from provenance.manifest import JOB_ASSERTION, SOFT_BINDING, VOICES, Claim, definition, sign
from provenance.manifest_reader import read_manifest
from provenance.media import Video
from provenance.signers import SigningIdentity
from provenance.verify import verify
from tests.provenance import clips
from tests.provenance.clips import CODE, KEY


def flipped(source: Path, out: Path, at: int) -> Path:
    content = bytearray(source.read_bytes())
    content[at] ^= 1
    out.write_bytes(content)
    return out


def test_a_signed_video_is_trusted_with_the_root_and_agrees_with_its_mark(
    signed_video: Path, site: keys.KeySet
) -> None:
    result = verify(signed_video, trust_root=site.root.read_bytes(), key=KEY)
    assert result.manifest.state == "trusted"
    assert result.manifest.signer == "Sitter development signer, Sitter development"
    assert result.manifest.failures == ()
    assert result.watermark_agrees is True


def test_a_dubbed_film_says_that_it_was_opened_and_edited(
    signed_video: Path, site: keys.KeySet, claim: Claim, tmp_path: Path
) -> None:
    source, out = clips.without_manifest(signed_video, tmp_path / "bare.mp4"), tmp_path / "edited.mp4"
    film = replace(claim.portrait, title="Film", format="video/mp4")
    signer = keys.load_identity(site.folder)
    sign(source, out, signer=signer, claim=replace(claim, portrait=film, edited=True))

    assert read_manifest(out, trust_root=site.root.read_bytes()).state == "trusted"
    told = json.loads(c2pa.Reader("video/mp4", io.BytesIO(out.read_bytes())).json())
    manifest = told["manifests"][told["active_manifest"]]
    actions = next(part for part in manifest["assertions"] if part["label"].startswith("c2pa.actions"))["data"]
    assert [action["action"] for action in actions["actions"]] == [
        "c2pa.opened", "c2pa.edited", "c2pa.watermarked.bound",
    ]  # fmt: skip
    assert {part["title"]: part["relationship"] for part in manifest["ingredients"]} == {
        "Film": "parentOf", "Recording": "inputTo",
    }  # fmt: skip


def test_a_voice_that_was_not_shown_to_be_the_sitters_is_named(
    signed_video: Path, site: keys.KeySet, claim: Claim, tmp_path: Path
) -> None:
    source, out = clips.without_manifest(signed_video, tmp_path / "bare.mp4"), tmp_path / "spoken.mp4"
    voice = {"kind": "unproven", "similarity": 0.55}
    sign(source, out, signer=keys.load_identity(site.folder), claim=replace(claim, voice=voice))
    assert read_manifest(out, trust_root=site.root.read_bytes()).job["voice"] == voice
    told = json.loads(c2pa.Reader("video/mp4", io.BytesIO(out.read_bytes())).json())
    assertions = told["manifests"][told["active_manifest"]]["assertions"]
    actions = next(part for part in assertions if part["label"].startswith("c2pa.actions"))["data"]["actions"]
    assert actions[0]["description"] == VOICES["unproven"]


def test_without_the_root_it_is_valid_only(signed_video: Path) -> None:
    manifest = read_manifest(signed_video, trust_root=None)
    assert (manifest.state, manifest.failures) == ("valid", ("signingCredential.untrusted",))


def test_another_sites_root_does_not_vouch_for_it(signed_video: Path, tmp_path: Path) -> None:
    other = keys.create(tmp_path / "other")
    assert read_manifest(signed_video, trust_root=other.root.read_bytes()).state == "valid"


def test_one_flipped_bit_of_the_picture_is_found(signed_video: Path, site: keys.KeySet, tmp_path: Path) -> None:
    changed = flipped(signed_video, tmp_path / "changed.mp4", signed_video.stat().st_size * 3 // 4)
    manifest = read_manifest(changed, trust_root=site.root.read_bytes())
    assert manifest.state == "invalid"
    assert "assertion.bmffHash.mismatch" in manifest.failures


def test_an_edited_assertion_is_found(signed_video: Path, site: keys.KeySet, tmp_path: Path) -> None:
    at = signed_video.read_bytes().index(b"consent-7") + 8
    manifest = read_manifest(flipped(signed_video, tmp_path / "edited.mp4", at), trust_root=site.root.read_bytes())
    assert manifest.state == "invalid"
    assert "assertion.hashedURI.mismatch" in manifest.failures


def test_a_remuxed_video_has_lost_its_manifest(signed_video: Path, tmp_path: Path) -> None:
    result = verify(clips.without_manifest(signed_video, tmp_path / "bare.mp4"), trust_root=None, key=KEY)
    assert (result.manifest.state, result.manifest.signer, result.watermark_agrees) == ("missing", None, None)


def test_a_manifest_moved_onto_an_unmarked_video_disagrees(
    plain_video: Path, site: keys.KeySet, claim: Claim, tmp_path: Path
) -> None:
    out = tmp_path / "unmarked.mp4"
    sign(plain_video, out, signer=keys.load_identity(site.folder), claim=claim)
    result = verify(out, trust_root=site.root.read_bytes(), key=KEY)
    assert (result.manifest.state, result.watermark_agrees) == ("trusted", False)


def test_without_the_watermarks_key_nothing_is_compared(signed_video: Path) -> None:
    assert verify(signed_video, trust_root=None, key=None).watermark_agrees is None


def test_a_second_validator_agrees(
    signed_video: Path, marked_video: Path, site: keys.KeySet, tmp_path: Path
) -> None:
    """encypher-c2pa is independent of the library that signs."""

    def state(path: Path, root: str) -> str:
        report = encypher_c2pa.verify(path, trust_pem=root, no_default_trust=True, telemetry=False)
        return str(report["validation_state"]) if report["present"] else "missing"

    other = keys.create(tmp_path / "other").root.read_text()
    changed = flipped(signed_video, tmp_path / "changed.mp4", signed_video.stat().st_size * 3 // 4)
    root = site.root.read_text()
    assert state(signed_video, root) == "Trusted"
    assert state(signed_video, other) == "Valid"
    assert state(changed, root) == "Invalid"
    assert state(marked_video, root) == "missing"


def test_the_manifest_says_what_it_should(signed_video: Path, claim: Claim) -> None:
    job = read_manifest(signed_video, trust_root=None).job
    assert (job["job_id"], job["code"], job["consent_reference"]) == ("41", "5AC391E742", "consent-7")
    assert job["inputs"]["portrait"] == {"sha256": "a" * 64}
    said = definition(claim, "video/mp4", Video(signed_video, 3.0, 512, 512, 25.0))
    labels = {assertion["label"]: assertion["data"] for assertion in said["assertions"]}
    created, bound = labels["c2pa.actions.v2"]["actions"]
    assert (created["action"], bound["action"]) == ("c2pa.created", "c2pa.watermarked.bound")
    assert created["digitalSourceType"].endswith("/compositeWithTrainedAlgorithmicMedia")
    assert [ingredient["relationship"] for ingredient in said["ingredients"]] == ["inputTo", "inputTo"]
    assert labels["c2pa.soft-binding"]["alg"] == SOFT_BINDING
    assert {use["use"] for use in labels["cawg.training-mining"]["entries"].values()} == {"notAllowed"}
    assert job["video"] == {"width": 512, "height": 512, "frame_rate": 25, "duration_s": 3.0, "sound": False}
    assert JOB_ASSERTION in labels


def test_the_thumbnail_is_a_frame_of_the_video(signed_video: Path) -> None:
    with signed_video.open("rb") as file, c2pa.Reader("video/mp4", file) as reader:
        store, thumbnail = json.loads(reader.json()), io.BytesIO()
        reader.resource_to_stream(
            store["manifests"][store["active_manifest"]]["thumbnail"]["identifier"], thumbnail
        )
    with Image.open(thumbnail) as shown:
        assert (shown.format, shown.size) == ("JPEG", (320, 320))
        frame = next(media.frames(media.probe(signed_video), start_s=0.0, length_s=1.0, count=1))
        expected = Image.fromarray(frame).resize(shown.size)
        assert np.abs(np.asarray(shown, float) - np.asarray(expected, float)).mean() < 6


def test_a_manifest_is_small(signed_video: Path, marked_video: Path) -> None:
    """Nothing of the ingredients is embedded; with the thumbnail it is some 30 KB."""
    assert signed_video.stat().st_size - marked_video.stat().st_size < 50_000


def test_a_file_that_cannot_carry_a_manifest_is_not_signed(site: keys.KeySet, claim: Claim, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("text")
    for name in ("x.txt", "absent.mp4"):
        with pytest.raises(FileRefused, match="cannot be signed"):
            sign(tmp_path / name, tmp_path / "out.mp4", signer=keys.load_identity(site.folder), claim=claim)
    assert not (tmp_path / "out.mp4").exists()


def test_a_failing_signer_leaves_no_half_signed_file(
    marked_video: Path, site: keys.KeySet, claim: Claim, tmp_path: Path
) -> None:
    def unreachable(message: bytes) -> bytes:
        raise ConnectionError("the key service does not answer")

    signer = replace(keys.load_identity(site.folder), sign=unreachable)
    with pytest.raises(ProvenanceError, match="could not be signed"):
        sign(marked_video, tmp_path / "out.mp4", signer=signer, claim=claim)
    assert list(tmp_path.iterdir()) == []


def test_a_signer_may_live_elsewhere(marked_video: Path, site: keys.KeySet, claim: Claim, tmp_path: Path) -> None:
    """A key service is a function from message to raw signature; only the chain is a file."""
    inside = keys.load_identity(site.folder)
    asked: list[bytes] = []

    def service(message: bytes) -> bytes:
        asked.append(message)
        return inside.sign(message)

    sign(marked_video, tmp_path / "out.mp4", signer=SigningIdentity(inside.chain, service), claim=claim)
    assert asked
    assert read_manifest(tmp_path / "out.mp4", trust_root=site.root.read_bytes()).code == CODE


def test_a_text_file_has_no_manifest(tmp_path: Path) -> None:
    (tmp_path / "x.mp4").write_text("text")
    assert read_manifest(tmp_path / "x.mp4", trust_root=None).state == "missing"
