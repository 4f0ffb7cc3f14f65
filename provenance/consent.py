"""Consent receipts: what a sitter agreed to, as one signed statement that anyone can check without the site.

A receipt is `{"statement": {…}, "key": base64, "signature": base64}`: an Ed25519 signature over the statement's
canonical JSON (provenance.ledger.canonical). Its fingerprint is the SHA-256 of those bytes, so that it is known
from the moment at which somebody agrees, before anything is signed. docs/consent.md lists the fields.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .errors import FileRefused
from .ledger import canonical

VERSION, WHAT = 2, "sitter consent"
KNOWN = (1, 2)  # versions; 2 says the purposes from a list, and what becomes of videos when it ends
MAX_BYTES = 1 << 20  # of a receipt
TEXTS = ("id", "depicted", "sitter_name", "purpose", "given_at", "expires_at", "withdrawal")
OLD_VIDEOS = ("stay", "go")
HASH = re.compile(r"[0-9a-f]{64}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass(frozen=True)
class CheckedReceipt:
    """The outcome: valid when nothing failed. `failures` are sentences for people."""

    failures: tuple[str, ...]
    statement: Mapping[str, Any]
    sha256: str  # of the statement; the ledger and the manifests of videos name it

    @property
    def valid(self) -> bool:
        """Whether everything that can be checked was right."""
        return not self.failures


def fingerprint(statement: Mapping[str, Any]) -> str:
    """Hexadecimal SHA-256 of the statement's canonical JSON."""
    return hashlib.sha256(canonical(statement)).hexdigest()


def sign(statement: Mapping[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    """The receipt of a statement."""
    return {
        "statement": dict(statement),
        "key": base64.b64encode(key.public_key().public_bytes_raw()).decode(),
        "signature": base64.b64encode(key.sign(canonical(statement))).decode(),
    }


def failures_of(receipt: Mapping[str, Any], *, trusted: Sequence[bytes] | None) -> Iterator[str]:
    """What is wrong with a receipt. `trusted`: raw public keys (32 bytes); None asks only whether it is whole."""
    statement = receipt["statement"]
    try:
        key = base64.b64decode(receipt["key"], validate=True)
        Ed25519PublicKey.from_public_bytes(key).verify(
            base64.b64decode(receipt["signature"], validate=True), canonical(statement)
        )
    except (InvalidSignature, ValueError, binascii.Error):
        yield "The signature does not fit: the statement was changed, or never signed like this."
    else:
        if trusted is not None and key not in trusted:
            yield "It was signed with another key than the given one."
    yield from _form(statement)


def check(path: Path, *, trusted: Sequence[bytes]) -> CheckedReceipt:
    """Check a receipt against public keys (raw, 32 bytes). FileRefused when it is no receipt at all."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _no_receipt(path)
        receipt = json.loads(path.read_bytes())
        statement = receipt["statement"]
        failures = tuple(failures_of(receipt, trusted=trusted))
        return CheckedReceipt(failures, statement, fingerprint(statement))
    except (OSError, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise _no_receipt(path) from error


def _form(statement: Mapping[str, Any]) -> Iterator[str]:
    """Whether it says all that a consent has to."""
    version = statement.get("v")
    if version not in KNOWN or statement.get("what") != WHAT:
        yield f"It is a {statement.get('what')!r} of version {version}; this program knows up to {VERSION}."
    missing = [name for name in TEXTS if not isinstance(statement.get(name), str) or not statement[name]]
    if missing:
        yield f"It does not say: {', '.join(missing)}."
        return
    if not HASH.fullmatch(str(statement.get("portrait_sha256"))):
        yield "It does not name the picture by its hash."
    if version == VERSION and not (statement.get("purposes") and statement.get("old_videos") in OLD_VIDEOS):
        yield "It does not say which purposes it is for, or what becomes of videos when it ends."
    if not statement.get("checks"):
        yield "It does not say how the sitter's agreement was taken."
    given, expires = statement["given_at"], statement["expires_at"]
    if not (MOMENT.fullmatch(given) and MOMENT.fullmatch(expires) and given < expires):
        yield "It does not end after it begins."


def _no_receipt(path: Path) -> FileRefused:
    return FileRefused(
        "no_receipt",
        f"{path.name} is not a consent receipt, or not a whole one.",
        "Get the file again from whoever sent it; nothing was changed.",
    )
