"""Writing to the ledger and proving what is in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from provenance import ledger
from webapp.accounts.models import User
from webapp.audit.models import Kind, LedgerEntry, LedgerSize

Scalar = str | int | bool | None
COUNTER = 1  # primary key of the one row that counts


@dataclass(frozen=True)
class Inclusion:
    """That an entry is in the ledger: RFC 9162 audit path from its leaf hash to the root."""

    index: int
    tree_size: int
    root: str
    path: tuple[str, ...]


@transaction.atomic
def append(*, kind: Kind, actor: User | None, object_id: object, **data: Scalar | list[str]) -> LedgerEntry:
    """Add one act. Ids, hashes and whole numbers only: the row can never be erased.

    Writers take turns on the counter's row until their transaction ends, so indices have no gaps: call this last.
    """
    LedgerSize.objects.get_or_create(pk=COUNTER)
    LedgerSize.objects.filter(pk=COUNTER).update(entries=F("entries") + 1)
    entry = LedgerEntry(
        index=LedgerSize.objects.get(pk=COUNTER).entries - 1,
        kind=kind,
        actor=actor.pseudonym if actor else "",
        object=str(object_id),
        data=data,
        created_at=timezone.now(),
    )
    entry.leaf_hash = ledger.leaf_hash(entry.leaf()).hex()
    entry.save(force_insert=True)
    return entry


def leaf_hashes() -> list[bytes]:
    """All leaf hashes in order."""
    return [
        bytes.fromhex(leaf) for leaf in LedgerEntry.objects.order_by("index").values_list("leaf_hash", flat=True)
    ]


def tree_root(leaves: list[bytes]) -> str:
    """Hexadecimal root of the tree over `leaves`."""
    return ledger.root(leaves).hex()


def prove_inclusion(entry: LedgerEntry) -> Inclusion:
    """The proof of `entry` against the tree of everything recorded so far."""
    leaves = leaf_hashes()
    path = ledger.inclusion_proof(entry.index, leaves)
    return Inclusion(entry.index, len(leaves), ledger.root(leaves).hex(), tuple(step.hex() for step in path))


def tampered_entries() -> list[int]:
    """Indices whose content no longer matches its hash; empty in a healthy ledger."""
    return [entry.index for entry in LedgerEntry.objects.order_by("index").iterator() if not _matches(entry)]


def _matches(entry: LedgerEntry) -> bool:
    return ledger.leaf_hash(entry.leaf()).hex() == entry.leaf_hash


FORMULA = re.compile(r"^\s*[=+\-@]|^[\t\r]")  # what spreadsheets execute


def spreadsheet_safe(value: Any) -> str:
    """Text that a spreadsheet shows and does not run (OWASP: CSV injection)."""
    text = str(value)
    return f"'{text}" if FORMULA.match(text) else text
