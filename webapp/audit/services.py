"""Writing to the ledger, and proving what is in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from provenance import ledger
from webapp.accounts.models import User
from webapp.audit import heads, tree
from webapp.audit.models import Disclosure, Field, Kind, LedgerEntry, SignedTreeHead, to_second

Scalar = str | int | bool | None


@dataclass(frozen=True)
class Inclusion:
    """That an entry is in the ledger: RFC 9162 audit path from its leaf hash to the root."""

    index: int
    tree_size: int
    root: str
    path: tuple[str, ...]
    head: SignedTreeHead | None  # the signed head with this size and root; None until one covers the entry


@transaction.atomic
def append(
    *,
    kind: Kind,
    actor: User | None,
    object_id: object = "",
    subject: User | None = None,
    reason: str = "",
    **data: Scalar | list[str],
) -> LedgerEntry:
    """Add one act. `object_id` and `data` are ids, hashes and whole numbers only: they can never be erased.

    Who did it, to whom and why (free words) can be. Writers take turns until their transaction ends, so that
    indices have no gaps: call this last.
    """
    grown = tree.locked_tree()
    people = {Field.ACTOR: actor, Field.SUBJECT: subject}
    said = {field: person.pseudonym for field, person in people.items() if person} | {Field.REASON: reason.strip()}
    disclosures = [
        Disclosure(entry_id=grown.size, field=field, salt=ledger.new_salt(), value=value)
        for field, value in said.items()
        if value
    ]
    now = timezone.now()
    entry = LedgerEntry(
        index=grown.size, kind=kind, object=str(object_id), data=data, salt=ledger.new_salt(), created_at=now
    )
    entry.leaf = leaf_of(entry, disclosures).decode()
    leaf = ledger.leaf_hash(entry.leaf.encode())
    entry.leaf_hash = leaf.hex()
    entry.save(force_insert=True)
    Disclosure.objects.bulk_create(disclosures)
    tree.grow(grown, leaf)
    return entry


def leaf_of(entry: LedgerEntry, disclosures: list[Disclosure]) -> bytes:
    """The bytes that an entry with all these disclosures has in the ledger."""
    bound = {told.field: ledger.commitment(told.field, bytes(told.salt), told.value) for told in disclosures}
    bound["facts"] = ledger.commitment("facts", bytes(entry.salt), entry.facts)
    return ledger.entry_leaf(
        index=entry.index,
        kind=str(entry.kind),
        at=to_second(entry.created_at),
        bound={str(k): v for k, v in bound.items()},
    )


def prove_inclusion(entry: LedgerEntry) -> Inclusion:
    """The proof of `entry` against the newest signed head; before one covers it, against all recorded so far."""
    head = heads.latest()
    if head is not None and head.tree_size > entry.index:
        size, root = head.tree_size, head.root
    else:
        head = None
        size, current = tree.state()
        root = current.hex()
    path = ledger.inclusion_proof(entry.index, size, tree.read)
    return Inclusion(entry.index, size, root, tuple(step.hex() for step in path), head)


def record_export(*, by: User) -> None:
    """Write down that somebody took the ledger's readable part away as a file."""
    append(kind=Kind.EXPORT, actor=by)


FORMULA = re.compile(r"^\s*[=+\-@]|^[\t\r]")  # what spreadsheets execute


def spreadsheet_safe(value: Any) -> str:
    """Text that a spreadsheet shows and does not run (OWASP: CSV injection)."""
    text = str(value)
    return f"'{text}" if FORMULA.match(text) else text
