"""A consent receipt is valid as it was signed, by the site that signed it, and in no other form."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from provenance import keys, manifest
from provenance.cli import main
from provenance.consent import check, fingerprint, sign
from provenance.consent_key import create_consent_key, load_consent_key, load_public_keys
from provenance.errors import FileRefused, KeyMissing
from provenance.manifest_reader import read_store
from provenance.places import CONSENT_PUBLIC_KEY

STATEMENT: dict[str, Any] = {
    "v": 1,
    "what": "sitter consent",
    "id": "7",
    "portrait_sha256": "a" * 64,
    "face_sha256": None,
    "depicted": "SOMEONE_ELSE",
    "sitter_name": "Ada Émile",
    "purpose": "A greeting",
    "recordings": "any",
    "given_at": "2026-11-23T07:00:00Z",
    "expires_at": "2027-11-23T07:00:00Z",
    "checks": [{"kind": "typed", "result": "given", "sha256": "b" * 64}],
    "withdrawal": "https://site.example/sitter/",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    create_consent_key(tmp_path)
    return tmp_path


@pytest.fixture
def receipt(folder: Path) -> dict[str, Any]:
    return sign(STATEMENT, load_consent_key(folder))


def checked(receipt: Any, folder: Path, other: Path | None = None) -> tuple[str, ...]:
    place = folder / "receipt.json"
    place.write_text(json.dumps(receipt))
    return check(place, trusted=load_public_keys((other or folder) / CONSENT_PUBLIC_KEY)).failures


def test_a_receipt_is_valid_however_its_json_is_spelled(receipt, folder):
    assert checked(dict(reversed(receipt.items())), folder) == ()


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ({"v": 2, "purposes": ["teaching"], "old_videos": "go"}, 0),
        ({"v": 2, "purposes": [], "old_videos": "go"}, 1),
        ({"v": 2, "purposes": ["teaching"]}, 1),
        ({"v": 3}, 1),
    ],
)
def test_a_receipt_says_the_purposes_since_its_second_version(folder, said, count):
    assert len(checked(sign(STATEMENT | said, load_consent_key(folder)), folder)) == count


def test_keys_are_made_once_and_for_their_owner_alone(folder):
    assert create_consent_key(folder) == []
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("field", sorted(STATEMENT))
def test_any_change_of_the_statement_is_caught(receipt, folder, field):
    receipt["statement"][field] = "changed"
    assert checked(receipt, folder)[0].startswith("The signature does not fit")


def test_another_site_s_receipt_is_not_ours(receipt, folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    create_consent_key(other)
    assert checked(receipt, folder, other) == ("It was signed with another key than the given one.",)


def test_a_signed_statement_that_is_no_consent_is_refused_in_words(folder):
    key = load_consent_key(folder)
    assert checked(sign({"v": 1, "what": "sitter tree head"}, key), folder)
    assert checked(sign(STATEMENT | {"expires_at": "2026-01-01T00:00:00Z"}, key), folder) == (
        "It does not end after it begins.",
    )


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"statement": 1, "key": "", "signature": ""}', "[" * 9999])
def test_what_is_no_receipt_is_refused(folder, content):
    place = folder / "r.json"
    place.write_text(content)
    with pytest.raises(FileRefused, match="not a consent receipt"):
        check(place, trusted=[])
    with pytest.raises(KeyMissing):
        load_public_keys(place)


def test_the_command_answers_as_contracted(receipt, folder, capsys):
    place = folder / "receipt.json"
    place.write_text(json.dumps(receipt))
    command = ["check-consent", str(place), "--root", str(folder / CONSENT_PUBLIC_KEY), "--json"]
    assert main(command) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["valid"], said["failures"], said["sha256"]) == (True, [], fingerprint(STATEMENT))
    receipt["statement"]["purpose"] = "Anything"
    place.write_text(json.dumps(receipt))
    assert main(command) == 2
    assert json.loads(capsys.readouterr().out)["valid"] is False


@pytest.mark.slow
def test_the_manifest_of_a_video_names_the_receipt(marked_video, site, claim, tmp_path):
    named = replace(claim, receipt_sha256=fingerprint(STATEMENT), purpose="teaching")
    store = manifest.sign(
        marked_video, tmp_path / "signed.mp4", signer=keys.load_identity(site.folder), claim=named
    )
    read = read_store(store, trust_root=keys.load_trust_root(site.root))
    assert read.job["consent_receipt_sha256"] == fingerprint(STATEMENT)
    assert read.job["purpose"] == "teaching"
