"""The stored Merkle tree: how it grows with each entry, and proofs from it without reading all leaves."""

from __future__ import annotations

from collections.abc import Mapping

from provenance import ledger
from provenance.ledger import Node
from webapp.audit.models import LedgerEntry, LedgerNode, LedgerTree

ONLY = 1  # primary key of the one row of LedgerTree
LEVEL_BITS = 48  # of a node's id: positions below, level above


def locked_tree() -> LedgerTree:
    """The tree's row, ours until the transaction ends (PostgreSQL locks the row, SQLite all at BEGIN IMMEDIATE)."""
    rows = LedgerTree.objects.select_for_update()
    tree = rows.filter(pk=ONLY).first()
    if tree is None:
        LedgerTree.objects.get_or_create(pk=ONLY)
        tree = rows.get(pk=ONLY)
    return tree


def frontier(tree: LedgerTree) -> ledger.Frontier:
    """The tree's right edge."""
    edge = bytes(tree.peaks)
    return ledger.Frontier(tree.size, (edge[start : start + 32] for start in range(0, len(edge), 32)))


def grow(tree: LedgerTree, leaf: bytes) -> None:
    """Add the leaf hash of the entry just stored to the tree that `locked_tree` gave."""
    edge = frontier(tree)
    made = edge.append(leaf)
    LedgerNode.objects.bulk_create(LedgerNode(id=node_id(node), hash=value) for node, value in made)
    LedgerTree.objects.filter(pk=tree.pk).update(size=edge.size, peaks=b"".join(edge.hashes))


def state() -> tuple[int, bytes]:
    """Size and root of everything recorded so far."""
    tree = LedgerTree.objects.filter(pk=ONLY).first() or LedgerTree()
    return tree.size, frontier(tree).root()


def read(nodes: set[Node]) -> Mapping[Node, bytes]:
    """Hashes of stored nodes, for provenance.ledger's proofs; KeyError in them means that one is gone."""
    inner = {node_id(node): node for node in nodes if node.level}
    known = {
        inner[key]: bytes(value) for key, value in LedgerNode.objects.filter(pk__in=inner).values_list("id", "hash")
    }
    leaves = [node.position for node in nodes if not node.level]
    for index, leaf in LedgerEntry.objects.filter(pk__in=leaves).values_list("index", "leaf_hash"):
        known[Node(0, index)] = bytes.fromhex(leaf)
    return known


def node_id(node: Node) -> int:
    """Primary key of an inner node."""
    return node.level << LEVEL_BITS | node.position
