"""Whether the ledger still is what was written: every row, hash, node and signature, recomputed."""

from __future__ import annotations

import json
from collections.abc import Iterator

from provenance import ledger
from provenance.ledger import Frontier
from webapp.audit import tree
from webapp.audit.models import Kind, LedgerEntry, LedgerNode, SignedTreeHead, to_second

CHUNK = 2000  # entries read at a time


def faults() -> Iterator[str]:
    """A sentence for everything that is not as it was written; nothing for a healthy ledger."""
    edge = Frontier()
    made: dict[int, bytes] = {}  # nodes not yet compared with what is stored
    heads = SignedTreeHead.objects.order_by("tree_size").iterator(CHUNK)
    head = next(heads, None)
    erased = accounted = 0
    for entry in LedgerEntry.objects.order_by("index").prefetch_related("disclosures").iterator(CHUNK):
        if entry.index != edge.size:
            yield f"Between entry {edge.size - 1} and entry {entry.index} entries are missing."
            return
        yield from _faults_of(entry)
        erased += sum(value is None for value in entry.told.values())
        accounted += entry.data.get("fields", 0) if entry.kind == Kind.ERASURE else 0
        made |= {tree.node_id(node): value for node, value in edge.append(ledger.leaf_hash(entry.leaf.encode()))}
        while head and head.tree_size == edge.size:
            yield from _faults_of_head(head, edge.root())
            head = next(heads, None)
        if edge.size % CHUNK == 0:
            yield from _wrong_nodes(made)
            made = {}
    yield from _wrong_nodes(made)
    if head:
        yield f"A head was signed over {head.tree_size} entries; there are {edge.size}."
    if tree.state() != (edge.size, edge.root()):
        yield f"The tree's size and root are not those of its {edge.size} entries."
    if erased != accounted:
        yield f"{erased} personal facts are gone; the ledger's own erasures account for {accounted}."


def _faults_of(entry: LedgerEntry) -> Iterator[str]:
    if ledger.leaf_hash(entry.leaf.encode()).hex() != entry.leaf_hash:
        yield f"Entry {entry.index}: its bytes do not have its hash."
    public = json.loads(entry.leaf)
    if (public["index"], public["kind"], public["at"]) != (entry.index, entry.kind, to_second(entry.created_at)):
        yield f"Entry {entry.index}: its number, kind or time is not the one in its bytes."
    said: list[tuple[str, bytes, object]] = [
        (told.field, bytes(told.salt), told.value) for told in entry.disclosures.all()
    ]
    for field, salt, value in [("facts", bytes(entry.salt), entry.facts), *said]:
        if not ledger.leaf_opens(entry.leaf.encode(), field, salt, value):
            yield f"Entry {entry.index}: its {field} is not what its bytes bind."


def _wrong_nodes(made: dict[int, bytes]) -> Iterator[str]:
    stored = LedgerNode.objects.filter(pk__in=made).values_list("id", "hash")
    wrong = len(made.items() - {key: bytes(value) for key, value in stored}.items())
    if wrong:
        yield f"{wrong} nodes of the tree are wrong or missing."


def _faults_of_head(head: SignedTreeHead, root: bytes) -> Iterator[str]:
    if head.root != root.hex():
        yield f"The head signed over {head.tree_size} entries has another root than they have."
    if not head.as_signed().is_genuine():
        yield f"The signature of the head over {head.tree_size} entries is not genuine."
