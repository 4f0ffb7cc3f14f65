"""The transparency log: RFC 9162 tree, entries that bind what they do not show, proofs, signed heads.

Nothing here stores anything. A caller keeps leaf hashes and the `Node`s that `Frontier` makes, and hands them back
when it wants a proof; docs/ledger.md has the formats.
"""

from .entry import canonical, commitment, entry_leaf, leaf_opens, new_salt
from .frontier import Frontier
from .hashes import EMPTY_ROOT, Hash, leaf_hash, node_hash
from .head import SignedHead, TreeHead
from .nodes import Node, peaks
from .proofs import consistency_proof, inclusion_proof, root_of, verify_consistency, verify_inclusion

__all__ = [
    "EMPTY_ROOT",
    "Frontier",
    "Hash",
    "Node",
    "SignedHead",
    "TreeHead",
    "canonical",
    "commitment",
    "consistency_proof",
    "entry_leaf",
    "inclusion_proof",
    "leaf_hash",
    "leaf_opens",
    "new_salt",
    "node_hash",
    "peaks",
    "root_of",
    "verify_consistency",
    "verify_inclusion",
]
