"""Perfect subtrees: the nodes that never change once they are full, and how ranges of leaves are made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .hashes import EMPTY_ROOT, Hash, node_hash


class Node(NamedTuple):
    """The perfect subtree over leaves [position · 2^level, (position + 1) · 2^level); level 0 is a leaf."""

    level: int
    position: int


class Span(NamedTuple):
    """Leaves [start, end) that RFC 9162 splits off as one subtree, perfect or at the ragged right edge."""

    start: int
    end: int


def cover(span: Span) -> list[Node]:
    """The fewest perfect subtrees that make up `span`, from the left; at most log2 of its length."""
    nodes, start = [], span.start
    while start < span.end:
        level = (span.end - start).bit_length() - 1
        nodes.append(Node(level, start >> level))
        start += 1 << level
    return nodes


def peaks(size: int) -> list[Node]:
    """The perfect subtrees of a tree of `size` leaves, largest first."""
    return cover(Span(0, size))


def fold(hashes: Sequence[Hash]) -> Hash:
    """Hash over adjacent perfect subtrees, largest first; of none, the empty tree's root."""
    if not hashes:
        return EMPTY_ROOT
    folded = hashes[-1]
    for left in reversed(hashes[:-1]):
        folded = node_hash(left, folded)
    return folded


def span_hash(span: Span, known: Mapping[Node, Hash]) -> Hash:
    """Hash of `span` from its perfect subtrees; KeyError when one of them is not `known`."""
    return fold([known[node] for node in cover(span)])


def split(size: int) -> int:
    """The largest power of two below `size`, where RFC 9162 divides a tree."""
    return 1 << (size - 1).bit_length() - 1
