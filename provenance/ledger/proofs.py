"""Inclusion and consistency proofs of RFC 9162, from stored nodes; and their verification, from nothing.

Making a proof reads at most 2 · log2(size) nodes, all at once: `read` gets the set of those that are needed and
answers with their hashes, level 0 being leaf hashes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .hashes import Hash, node_hash
from .nodes import Node, Span, cover, span_hash, split

Read = Callable[[set[Node]], Mapping[Node, Hash]]


def root_of(size: int, read: Read) -> Hash:
    """Root that the tree had when it held `size` leaves."""
    return _hashes([Span(0, size)], read)[0]


def inclusion_proof(index: int, size: int, read: Read) -> list[Hash]:
    """Hashes that lead from leaf `index` to the root of the first `size` leaves, lowest first (section 2.1.3.1).

    IndexError outside the tree.
    """
    if not 0 <= index < size:
        raise IndexError(f"There is no leaf {index} among {size}.")
    return _hashes(_path(index, Span(0, size)), read)


def consistency_proof(old_size: int, size: int, read: Read) -> list[Hash]:
    """Hashes that show the first `old_size` leaves to be a prefix of the first `size` (section 2.1.4.1).

    IndexError where there is no such earlier tree.
    """
    if not 0 < old_size <= size:
        raise IndexError(f"A tree of {size} leaves has no earlier head of {old_size}.")
    return _hashes(_subproof(old_size, Span(0, size), whole=True), read)


def verify_inclusion(leaf: Hash, index: int, size: int, proof: Sequence[Hash], tree_root: Hash) -> bool:
    """Whether `proof` shows `leaf` at `index` of the tree of `size` leaves (section 2.1.3.2)."""
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


def verify_consistency(old_size: int, new_size: int, old_root: Hash, new_root: Hash, proof: Sequence[Hash]) -> bool:
    """Whether the tree of `new_size` only added to the one of `old_size` (section 2.1.4.2)."""
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


def _hashes(spans: Sequence[Span], read: Read) -> list[Hash]:
    known = read({node for span in spans for node in cover(span)})
    return [span_hash(span, known) for span in spans]


def _path(index: int, tree: Span) -> list[Span]:
    """The siblings on the way from a leaf to the root, lowest first."""
    if tree.end - tree.start == 1:
        return []
    middle = tree.start + split(tree.end - tree.start)
    left, right = Span(tree.start, middle), Span(middle, tree.end)
    return [*_path(index, left), right] if index < middle else [*_path(index, right), left]


def _subproof(old_size: int, tree: Span, *, whole: bool) -> list[Span]:
    size = tree.end - tree.start
    if old_size == size:
        return [] if whole else [tree]
    half = split(size)
    left, right = Span(tree.start, tree.start + half), Span(tree.start + half, tree.end)
    if old_size <= half:
        return [*_subproof(old_size, left, whole=whole), right]
    return [*_subproof(old_size - half, right, whole=False), left]
