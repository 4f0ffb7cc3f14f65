"""What is hashed: an entry says when and what kind of act, and binds the rest by salted hashes (docs/ledger.md).

Whoever is given a field's salt and value can check them against the entry; whoever is not learns nothing of it, and
once the salt is erased nobody can even test a guess.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

ENTRY_VERSION = 1
COMMITMENT_PREFIX = b"\x02"  # neither a leaf nor a node
SALT_BYTES = 16


def canonical(entry: Mapping[str, Any]) -> bytes:
    """One spelling of an entry: UTF-8 JSON, keys sorted, no spaces. ValueError on what has more than one spelling.

    Text, whole numbers, true, false, null, lists and nested entries are allowed; fractions are not (write them
    as text), since JSON libraries print them differently.
    """
    _check_plain(entry, "entry")
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def new_salt() -> bytes:
    """16 random bytes, of one field of one entry."""
    return secrets.token_bytes(SALT_BYTES)


def commitment(field: str, salt: bytes, value: object) -> str:
    """Hexadecimal hash that binds `value` as `field` without showing it; `value` as `canonical` takes it."""
    return hashlib.sha256(COMMITMENT_PREFIX + salt + canonical({field: value})).hexdigest()


def entry_leaf(*, index: int, kind: str, at: str, bound: Mapping[str, str]) -> bytes:
    """The bytes of an entry. `at` is UTC to the second (2026-07-31T12:00:00Z); `bound` is field → commitment."""
    return canonical({"v": ENTRY_VERSION, "index": index, "kind": kind, "at": at, "bound": dict(bound)})


def leaf_opens(leaf: bytes, field: str, salt: bytes, value: object) -> bool:
    """Whether the entry with these bytes binds `value` as `field`."""
    try:
        bound = json.loads(leaf)["bound"]
        return bool(bound[field] == commitment(field, salt, value))
    except (ValueError, KeyError, TypeError):
        return False


def _check_plain(value: object, where: str) -> None:
    """Refuse what canonical JSON cannot spell in one way."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if not isinstance(name, str):
                raise ValueError(f"{where} has the key {name!r}, which is not text.")
            _check_plain(inner, f"{where}.{name}")
    elif isinstance(value, list | tuple):
        for position, inner in enumerate(value):
            _check_plain(inner, f"{where}[{position}]")
    elif not (value is None or isinstance(value, str | int)):
        raise ValueError(f"{where} is a {type(value).__name__}; only text, whole numbers, true, false and null.")
