"""A package of evidence is valid as it was written, and not in any other form."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from provenance import consent, keys, ledger
from provenance.codes import format_code
from provenance.consent_key import load_consent_key
from provenance.errors import FileRefused
from provenance.evidence import Evidence, check, write
from provenance.ledger.log_key import load_head_signer
from provenance.manifest import Claim, sign
from tests.provenance.clips import CODE

pytestmark = pytest.mark.slow  # a marked and signed film, and a log around it

JOB = {
    "job_id": "41",
    "code": format_code(CODE),
    "video_sha256": "c" * 64,
    "portrait_sha256": "a" * 64,
    "recording_sha256": "b" * 64,
}
CONSENT = {"id": "consent-7", "portrait_sha256": "a" * 64, "purpose": "Tests"}
SEALED = {name: value for name, value in JOB.items() if name not in ("job_id", "video_sha256")}
ACTS = (
    ("consent", "consent-7", {"portrait_sha256": "a" * 64}),
    ("request", "41", {"code": format_code(CODE)}),
    ("seal", "41", SEALED | {"output_sha256": "c" * 64, "consent": "consent-7"}),
)
Files = dict[str, bytes]
Acts = tuple[tuple[str, str, dict[str, str]], ...]
AGREED = {
    "id": "consent-7",
    "portrait_sha256": "a" * 64,
    "depicted": "SOMEONE_ELSE",
    "sitter_name": "Ada",
    "purpose": "Tests",
    "given_at": "2026-11-23T02:00:00Z",
    "expires_at": "2027-11-23T02:00:00Z",
}
STATEMENT = AGREED | {"v": 1, "what": "sitter consent", "checks": [{"kind": "typed"}], "withdrawal": "/sitter/"}


def log(site: keys.KeySet, acts: Acts = ACTS) -> dict[str, Any]:
    """The log of a small site, as a site tells it: a signed head, and entries with paths and salts."""
    edge, nodes, entries = ledger.Frontier(), {}, []
    for index, (kind, object_id, data) in enumerate(acts):
        salt, facts = bytes([index]) * 16, {"object": object_id, "data": data}
        bound = {"facts": ledger.commitment("facts", salt, facts)}
        leaf = ledger.entry_leaf(index=index, kind=kind, at="2026-11-23T02:00:00Z", bound=bound)
        nodes |= dict(edge.append(ledger.leaf_hash(leaf)))
        nodes[ledger.Node(0, index)] = ledger.leaf_hash(leaf)
        told = {"facts": {"salt": salt.hex(), "value": facts}}
        entries.append({"index": index, "leaf": leaf.decode(), "told": told})

    def read(wanted: set[ledger.Node]) -> dict[ledger.Node, bytes]:
        return {node: nodes[node] for node in wanted}

    for entry in entries:
        steps = ledger.inclusion_proof(entry["index"], len(acts), read)
        entry["path"] = [step.hex() for step in steps]
    head = ledger.TreeHead(len(acts), edge.root(), "2026-11-23T02:01:00Z")
    return {"head": load_head_signer(site.folder).signed(head).as_json(), "entries": entries}


@pytest.fixture(scope="module")
def evidence(
    marked_video: Path, site: keys.KeySet, claim: Claim, tmp_path_factory: pytest.TempPathFactory
) -> Evidence:
    out = tmp_path_factory.mktemp("signed") / "signed.mp4"
    manifest = sign(marked_video, out, signer=keys.load_identity(site.folder), claim=claim)
    return Evidence(CODE, JOB, CONSENT, log(site), manifest, signals={"verdict": "made_here"})


@pytest.fixture(scope="module")
def package(evidence: Evidence, site: keys.KeySet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("evidence") / "evidence.zip"
    assert len(write(path, evidence, signer=keys.load_identity(site.folder))) == 64
    return path


def failures(path: Path, site: keys.KeySet) -> str:
    return " ".join(check(path, roots=site.root.read_bytes()).failures)


def changed(package: Path, out: Path, change: Callable[[Files], None]) -> Path:
    """The package after somebody edited its files."""
    with zipfile.ZipFile(package) as source:
        files = {name: source.read(name) for name in source.namelist()}
    change(files)
    with zipfile.ZipFile(out, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    return out


def signed_again(evidence: Evidence, site: keys.KeySet, out: Path, **other: Any) -> Path:
    """A package that the site itself wrote with something else in it."""
    write(out, replace(evidence, **other), signer=keys.load_identity(site.folder))
    return out


def test_a_whole_package_is_valid(package: Path, site: keys.KeySet) -> None:
    checked = check(package, roots=site.root.read_bytes())
    assert (checked.valid, checked.failures, checked.code) == (True, (), format_code(CODE))


def test_it_can_be_read_without_us(package: Path) -> None:
    with zipfile.ZipFile(package) as files:
        readme = files.read("README.txt").decode()
        assert set(files.namelist()) >= {"job.json", "consent.json", "ledger.json", "manifest.c2pa", "chain.pem"}
    assert format_code(CODE) in readme
    assert all(len(line) <= 120 for line in readme.splitlines())


@pytest.mark.parametrize("name", ["README.txt", "job.json", "consent.json", "signals.json", "manifest.c2pa"])
def test_an_edited_file_is_found(name: str, package: Path, site: keys.KeySet, tmp_path: Path) -> None:
    def edit(files: Files) -> None:
        content = bytearray(files[name])
        content[-1] ^= 1 if name.endswith((".txt", ".c2pa")) else ord("\n") ^ ord(" ")
        files[name] = bytes(content)

    assert f"{name} was changed" in failures(changed(package, tmp_path / "x.zip", edit), site)


def test_a_file_put_in_or_left_out_is_found(package: Path, site: keys.KeySet, tmp_path: Path) -> None:
    more = changed(package, tmp_path / "more.zip", lambda files: files.update({"extra.txt": b"and he said"}))
    assert "extra.txt is not on the signed list" in failures(more, site)
    less = changed(package, tmp_path / "less.zip", lambda files: files.pop("README.txt") and None)
    assert "README.txt is missing" in failures(less, site)


def test_a_forger_with_keys_of_his_own_is_not_believed(
    evidence: Evidence, site: keys.KeySet, tmp_path: Path
) -> None:
    forger = keys.create(tmp_path / "forger")
    write(tmp_path / "forged.zip", evidence, signer=keys.load_identity(forger.folder))
    assert "does not lead to the given root" in failures(tmp_path / "forged.zip", site)


def test_a_list_that_was_edited_breaks_the_signature(package: Path, site: keys.KeySet, tmp_path: Path) -> None:
    def edit(files: Files) -> None:
        files["evidence.json"] = files["evidence.json"].replace(b'"made_at": "20', b'"made_at": "19')

    assert "signature does not fit the list" in failures(changed(package, tmp_path / "x.zip", edit), site)


def test_a_site_cannot_tell_another_story_than_its_log(
    evidence: Evidence, site: keys.KeySet, tmp_path: Path
) -> None:
    """Signed by the right key, and still found: what is told must be what the log bound at that time."""
    told = json.loads(json.dumps(evidence.ledger))
    told["entries"][2]["told"]["facts"]["value"]["data"]["portrait_sha256"] = "d" * 64
    other = JOB | {"portrait_sha256": "d" * 64}
    path = signed_again(evidence, site, tmp_path / "a.zip", ledger=told, job=other)
    assert "Entry 2 does not bind what is told as its facts" in failures(path, site)
    assert "given for another portrait" in failures(path, site)

    path = signed_again(evidence, site, tmp_path / "b.zip", consent=CONSENT | {"id": "consent-8"})
    assert "No entry of the log seals this video" in failures(path, site)
    assert "No entry of the log says that this consent was given" in failures(path, site)


def test_a_forked_log_does_not_prove_its_entries(evidence: Evidence, site: keys.KeySet, tmp_path: Path) -> None:
    forked = json.loads(json.dumps(evidence.ledger))
    other = ledger.TreeHead(len(ACTS), b"\x07" * 32, "2026-11-23T02:01:00Z")
    forked["head"] = load_head_signer(site.folder).signed(other).as_json()
    path = signed_again(evidence, site, tmp_path / "fork.zip", ledger=forked)
    assert "does not show that entry 0 stands in the log" in failures(path, site)

    forked["head"]["signature"] = evidence.ledger["head"]["signature"]
    path = signed_again(evidence, site, tmp_path / "unsigned.zip", ledger=forked)
    assert "signature of the log's head does not fit" in failures(path, site)


def test_another_videos_credentials_do_not_pass(
    evidence: Evidence, marked_video: Path, site: keys.KeySet, claim: Claim, tmp_path: Path
) -> None:
    signer = keys.load_identity(site.folder)
    other = sign(marked_video, tmp_path / "x.mp4", signer=signer, claim=replace(claim, job_id="42"))
    path = signed_again(evidence, site, tmp_path / "other.zip", manifest=other)
    assert "credentials are those of another video" in failures(path, site)
    foreign = keys.load_identity(keys.create(tmp_path / "foreign").folder)
    other = sign(marked_video, tmp_path / "y.mp4", signer=foreign, claim=claim)
    path = signed_again(evidence, site, tmp_path / "foreign.zip", manifest=other)
    assert "nobody you trust vouches for its signer" in failures(path, site)


def test_what_is_no_package_is_refused(package: Path, tmp_path: Path, site: keys.KeySet) -> None:
    (tmp_path / "text.zip").write_text("text")
    twice = changed(package, tmp_path / "twice.zip", lambda files: None)
    with zipfile.ZipFile(twice, "a") as files, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        files.writestr("job.json", b"{}")
    empty = changed(package, tmp_path / "empty.zip", lambda files: files.clear())
    for path in (tmp_path / "text.zip", twice, empty, tmp_path / "absent.zip"):
        with pytest.raises(FileRefused, match="not a package of evidence"):
            check(path, roots=site.root.read_bytes())


def test_the_command_line_checks_offline(package: Path, site: keys.KeySet, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "provenance", "check-evidence", "--root", str(site.root), "--json"]
    good = subprocess.run([*command, str(package)], capture_output=True, text=True, check=True)
    assert json.loads(good.stdout)["valid"] is True
    bad = changed(package, tmp_path / "bad.zip", lambda files: files.update({"x": b""}))
    said = subprocess.run([*command, str(bad)], capture_output=True, text=True, check=False)
    assert said.returncode == 2
    assert json.loads(said.stdout)["failures"] == ["x is not on the signed list: somebody added it."]


def test_the_receipt_in_a_package_is_the_one_in_the_log_and_of_this_consent(
    evidence: Evidence, site: keys.KeySet, tmp_path: Path
) -> None:
    roots = keys.load_trust_root(site.root)
    receipt = consent.sign(STATEMENT, load_consent_key(site.folder))
    kind, object_id, data = ACTS[0]
    acts = ((kind, object_id, data | {"receipt_sha256": consent.fingerprint(STATEMENT)}), *ACTS[1:])
    whole = replace(evidence, consent=AGREED, ledger=log(site, acts), receipt=receipt)
    other = consent.sign(STATEMENT | {"purpose": "Anything"}, load_consent_key(site.folder))
    forged = receipt | {"statement": STATEMENT | {"sitter_name": "Eve"}}
    for_another = replace(whole, job=whole.job | {"purpose": "advertising"})

    def failures(told: Evidence) -> tuple[str, ...]:
        write(tmp_path / "e.zip", told, signer=keys.load_identity(site.folder))
        return check(tmp_path / "e.zip", roots=roots).failures

    assert failures(whole) == ()
    assert "The video was made for a purpose that the receipt does not name." in failures(for_another)
    assert failures(replace(whole, receipt=None)) == (
        "The consent's receipt is missing, though the log holds its hash.",
    )
    assert failures(replace(whole, receipt=other)) == (
        "The log does not hold the hash of this receipt.",
        "The receipt is that of another consent.",
    )
    assert failures(replace(whole, receipt=forged))[0].startswith(
        "The consent's receipt: The signature does not fit"
    )
