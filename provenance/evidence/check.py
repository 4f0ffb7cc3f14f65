"""Checking a package without the site that wrote it."""

from __future__ import annotations

import datetime
import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import chain, ledger
from ..codes import format_code
from ..consent import failures_of, fingerprint
from ..errors import FileRefused
from ..manifest_reader import read_store
from .package import CHAIN, CONSENT, JOB, LEDGER, LIST, MANIFEST, RECEIPT, SIGNATURE, VERSION

MAX_FILES, MAX_BYTES = 32, 64 << 20  # of a package, unpacked
UNLISTED = {LIST, SIGNATURE, CHAIN}
SEAL, CONSENT_GIVEN = "seal", "consent"  # kinds of ledger entries
AGREED = ("id", "portrait_sha256", "depicted", "sitter_name", "purpose", "given_at", "expires_at")


@dataclass(frozen=True)
class Checked:
    """The outcome: valid when nothing failed. `failures` are sentences for people."""

    failures: tuple[str, ...]
    code: str
    made_at: str
    log_key: str  # base64; whoever watched the site's log can compare it

    @property
    def valid(self) -> bool:
        """Whether everything that can be checked was right."""
        return not self.failures


def check(path: Path, *, roots: bytes) -> Checked:
    """Check a package against root certificates (PEM). FileRefused when it is no package at all."""
    files = _unpack(path)
    try:
        listed = json.loads(files[LIST])
        job, consent, log = (json.loads(files[name]) for name in (JOB, CONSENT, LEDGER))
        head = ledger.SignedHead.from_json(log["head"])
        receipt = json.loads(files[RECEIPT]) if RECEIPT in files else None
        failures = (
            *_listing(files, listed),
            *_signature(files, listed, roots),
            *_ledger(log, head, job, consent),
            *_manifest(files, job, roots),
            *_receipt(receipt, log, job, consent),
            *_agreement(listed, job, consent),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _no_package(path) from error
    return Checked(failures, str(listed["code"]), str(listed["made_at"]), str(log["head"]["key"]))


def _unpack(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
            names = {entry.filename for entry in entries}  # a name twice would show people another file than us
            if not len(names) == len(entries) <= MAX_FILES or sum(entry.file_size for entry in entries) > MAX_BYTES:
                raise _no_package(path)
            return {entry.filename: package.read(entry) for entry in entries}
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise _no_package(path) from error


def _listing(files: Mapping[str, bytes], listed: Mapping[str, Any]) -> Iterator[str]:
    hashes = listed["files"]
    for name in sorted(set(hashes) | set(files) - UNLISTED):
        if name not in files:
            yield f"{name} is missing."
        elif name not in hashes:
            yield f"{name} is not on the signed list: somebody added it."
        elif hashlib.sha256(files[name]).hexdigest() != hashes[name]:
            yield f"{name} was changed after the package was signed."


def _signature(files: Mapping[str, bytes], listed: Mapping[str, Any], roots: bytes) -> Iterator[str]:
    if listed.get("v") != VERSION:
        yield f"It has the format {listed.get('v')}; this program knows {VERSION}."
    if not chain.signed_by(files[CHAIN], files[LIST], files[SIGNATURE]):
        yield "The signature does not fit the list of files."
    at = datetime.datetime.strptime(listed["made_at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.UTC)
    if not chain.leads_to(files[CHAIN], roots, at):
        yield "The signer's certificate does not lead to the given root, or was not valid then."


def _ledger(
    log: Mapping[str, Any], head: ledger.SignedHead, job: Mapping[str, Any], consent: Mapping[str, Any]
) -> Iterator[str]:
    if not head.is_genuine():
        yield "The signature of the log's head does not fit."
    seals = consents = 0
    for entry in log["entries"]:
        leaf, index = entry["leaf"].encode(), entry["index"]
        path = [bytes.fromhex(step) for step in entry["path"]]
        if not ledger.verify_inclusion(ledger.leaf_hash(leaf), index, head.head.tree_size, path, head.head.root):
            yield f"The proof does not show that entry {index} stands in the log."
        for field, told in entry["told"].items():
            if not ledger.leaf_opens(leaf, field, bytes.fromhex(told["salt"]), told["value"]):
                yield f"Entry {index} does not bind what is told as its {field}."
        kind, facts = json.loads(leaf)["kind"], entry["told"]["facts"]["value"]
        seals += kind == SEAL and _seals(facts, job, consent)
        consents += kind == CONSENT_GIVEN and facts["object"] == consent["id"]
    if not seals:
        yield "No entry of the log seals this video with this portrait, recording and consent."
    if not consents:
        yield "No entry of the log says that this consent was given."


def _seals(facts: Mapping[str, Any], job: Mapping[str, Any], consent: Mapping[str, Any]) -> bool:
    expected = {
        "code": job["code"],
        "output_sha256": job["video_sha256"],
        "portrait_sha256": job["portrait_sha256"],
        "recording_sha256": job["recording_sha256"],
        "consent": consent["id"],
    }
    return bool(facts["object"] == job["job_id"] and expected.items() <= facts["data"].items())


def _receipt(
    receipt: Mapping[str, Any] | None, log: Mapping[str, Any], job: Mapping[str, Any], consent: Mapping[str, Any]
) -> Iterator[str]:
    """The consent's receipt: whole, the one whose hash the log holds, about this consent and this purpose."""
    given = [
        entry["told"]["facts"]["value"]
        for entry in log["entries"]
        if json.loads(entry["leaf"])["kind"] == CONSENT_GIVEN
    ]
    entered = [facts["data"].get("receipt_sha256") for facts in given if facts["object"] == consent["id"]]
    if receipt is None:
        if any(entered):
            yield "The consent's receipt is missing, though the log holds its hash."
        return
    yield from (f"The consent's receipt: {failure}" for failure in failures_of(receipt, trusted=None))
    statement = receipt["statement"]
    if fingerprint(statement) not in entered:
        yield "The log does not hold the hash of this receipt."
    if any(statement.get(name) != consent[name] for name in AGREED):
        yield "The receipt is that of another consent."
    if job.get("purpose") and job["purpose"] not in statement.get("purposes", ()):
        yield "The video was made for a purpose that the receipt does not name."


def _manifest(files: Mapping[str, bytes], job: Mapping[str, Any], roots: bytes) -> Iterator[str]:
    manifest = read_store(files[MANIFEST], trust_root=roots)
    ended = manifest.state == "valid" and "signingCredential.expired" in manifest.failures
    if manifest.state != "trusted" and not ended:  # its signer may have ended since: the package's own vouches
        yield f"The content credentials: {manifest.sentence}"
    elif (manifest.job.get("job_id"), manifest.code) != (job["job_id"], int(job["code"], 16)):
        yield "The content credentials are those of another video."


def _agreement(listed: Mapping[str, Any], job: Mapping[str, Any], consent: Mapping[str, Any]) -> Iterator[str]:
    if job["code"] != listed["code"] or job["code"] != format_code(int(job["code"], 16)):
        yield "The job has another number than the package."
    if consent["portrait_sha256"] != job["portrait_sha256"]:
        yield "The consent was given for another portrait."


def _no_package(path: Path) -> FileRefused:
    return FileRefused(
        "no_evidence",
        f"{path.name} is not a package of evidence, or not a whole one.",
        "Get the file again from whoever sent it; nothing was changed.",
    )
