"""Writing the package: a ZIP of readable files, a list of their hashes, and a signature of that list."""

from __future__ import annotations

import datetime
import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..codes import format_code
from ..signers import SigningIdentity
from .readme import README

VERSION = 1
LIST, SIGNATURE, CHAIN = "evidence.json", "evidence.sig", "chain.pem"
JOB, CONSENT, LEDGER, SIGNALS, REPLAY = "job.json", "consent.json", "ledger.json", "signals.json", "replay.json"
MANIFEST, RECEIPT = "manifest.c2pa", "receipt.json"
EPOCH = (1980, 1, 1, 0, 0, 0)  # of every file in the ZIP: the same content is the same bytes


@dataclass(frozen=True)
class Evidence:
    """What a site says about one video; every mapping is JSON. docs/evidence.md lists the fields."""

    code: int
    job: Mapping[str, Any]  # job_id, video_sha256, portrait_sha256, recording_sha256, times, choices, engine
    consent: Mapping[str, Any]  # id, portrait_sha256 and what the sitter agreed to
    ledger: Mapping[str, Any]  # head, and entries with their audit paths and what they bind
    manifest: bytes  # C2PA manifest store as signed
    signals: Mapping[str, Any] | None = None  # provenance.identify.Identification of a suspect, and its sha256
    receipt: Mapping[str, Any] | None = None  # provenance.consent; None of a consent from before there were any
    replay: Mapping[str, Any] | None = None  # what `python -m generation replay` takes
    made_at: datetime.datetime = field(default_factory=lambda: datetime.datetime.now(datetime.UTC))


def write(out: Path, evidence: Evidence, *, signer: SigningIdentity) -> str:
    """Write and sign the package; its sha256. ProvenanceError when the signer fails, and no file then."""
    files = _files(evidence)
    listed = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    told = {
        "v": VERSION,
        "what": "sitter evidence",
        "code": format_code(evidence.code),
        "made_at": f"{evidence.made_at:%Y-%m-%dT%H:%M:%SZ}",
        "files": listed,
    }
    listing = _json(told)
    files |= {LIST: listing, SIGNATURE: signer.sign(listing), CHAIN: signer.chain.encode()}
    partial = out.with_name(f".{out.name}.new")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as package:
        for name in sorted(files):
            package.writestr(zipfile.ZipInfo(name, EPOCH), files[name])
    partial.replace(out)
    return hashlib.sha256(out.read_bytes()).hexdigest()


def _files(evidence: Evidence) -> dict[str, bytes]:
    told = {
        JOB: evidence.job,
        CONSENT: evidence.consent,
        LEDGER: evidence.ledger,
        SIGNALS: evidence.signals,
        RECEIPT: evidence.receipt,
        REPLAY: evidence.replay,
    }
    files = {name: _json(content) for name, content in told.items() if content is not None}
    readme = README.format(code=format_code(evidence.code), made_at=f"{evidence.made_at:%d %B %Y, %H:%M} UTC")
    return files | {MANIFEST: evidence.manifest, "README.txt": readme.encode()}


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"
