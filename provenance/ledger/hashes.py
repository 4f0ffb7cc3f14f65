"""The transparency log's arithmetic: RFC 9162 Merkle tree hashes, inclusion and consistency proofs.

Pure functions of leaf hashes. Who stores the entries, and in which order, is the caller's business; an entry's
bytes come from `canonical`, so that anyone can hash it again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

LEAF_PREFIX, NODE_PREFIX = b"\x00", b"\x01"  # RFC 9162, section 2.1.1: leaves can't pass for nodes
Hash = bytes  # 32, SHA-256


def canonical(entry: Mapping[str, Any]) -> bytes:
    """One spelling of an entry: UTF-8 JSON, keys sorted, no spaces. ValueError on what has more than one spelling.

    Text, whole numbers, true, false, null, lists and nested entries are allowed; fractions are not (write them
    as text), since JSON libraries print them differently.
    """
    _check_plain(entry, "entry")
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def leaf_hash(data: bytes) -> Hash:
    """Hash of one entry."""
    return hashlib.sha256(LEAF_PREFIX + data).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    """Hash of an inner node."""
    return hashlib.sha256(NODE_PREFIX + left + right).digest()


def root(leaves: Sequence[Hash]) -> Hash:
    """Root of the tree over leaf hashes; of the empty tree, the hash of nothing."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:  # pairing from the left and carrying an odd last one up is RFC 9162's split
        pairs = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def inclusion_proof(index: int, leaves: Sequence[Hash]) -> list[Hash]:
    """Hashes that lead from leaf `index` to the root, lowest first. IndexError outside the tree."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"There is no leaf {index} among {len(leaves)}.")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(index, leaves[:split]), root(leaves[split:])]
    return [*inclusion_proof(index - split, leaves[split:]), root(leaves[:split])]


def verify_inclusion(leaf: Hash, index: int, size: int, proof: Sequence[Hash], tree_root: Hash) -> bool:
    """Whether `proof` shows `leaf` at `index` of the tree of `size` leaves (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    position, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and node == tree_root


def consistency_proof(old_size: int, leaves: Sequence[Hash]) -> list[Hash]:
    """Hashes that show the first `old_size` leaves to be a prefix of the tree (RFC 9162, section 2.1.4.1)."""
    if not 0 < old_size <= len(leaves):
        raise IndexError(f"A tree of {len(leaves)} leaves has no earlier head of {old_size}.")
    return _subproof(old_size, leaves, whole=True)


def verify_consistency(old_size: int, new_size: int, old_root: Hash, new_root: Hash, proof: Sequence[Hash]) -> bool:
    """Whether the tree of `new_size` only added to the one of `old_size` (RFC 9162, section 2.1.4.2)."""
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not path:
        return False
    first, second = old_size - 1, new_size - 1
    while first & 1:
        first, second = first >> 1, second >> 1
    old_node = new_node = path[0]
    for sibling in path[1:]:
        if second == 0:
            return False
        if first & 1 or first == second:
            old_node, new_node = node_hash(sibling, old_node), node_hash(sibling, new_node)
            while first and not first & 1:
                first, second = first >> 1, second >> 1
        else:
            new_node = node_hash(new_node, sibling)
        first, second = first >> 1, second >> 1
    return second == 0 and old_node == old_root and new_node == new_root


def _subproof(old_size: int, leaves: Sequence[Hash], *, whole: bool) -> list[Hash]:
    if old_size == len(leaves):
        return [] if whole else [root(leaves)]
    split = _split(len(leaves))
    if old_size <= split:
        return [*_subproof(old_size, leaves[:split], whole=whole), root(leaves[split:])]
    return [*_subproof(old_size - split, leaves[split:], whole=False), root(leaves[:split])]


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


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
