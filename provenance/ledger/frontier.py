"""The right edge of a growing tree: all that appending and the root need, at most 64 hashes."""

from __future__ import annotations

from collections.abc import Iterable

from .hashes import Hash, node_hash
from .nodes import Node, fold


class Frontier:
    """Size and peaks of a tree (its perfect subtrees, largest first: one for each bit set in the size)."""

    def __init__(self, size: int = 0, hashes: Iterable[Hash] = ()) -> None:
        self.size = size
        self.hashes = list(hashes)
        if len(self.hashes) != size.bit_count():
            raise ValueError(f"A tree of {size} leaves has {size.bit_count()} peaks, not {len(self.hashes)}.")

    def append(self, leaf: Hash) -> list[tuple[Node, Hash]]:
        """Add a leaf hash; returns the inner nodes that it completed, lowest first."""
        level, folded, completed = 0, leaf, []
        while self.size >> level & 1:
            folded = node_hash(self.hashes.pop(), folded)
            level += 1
            completed.append((Node(level, self.size >> level), folded))
        self.hashes.append(folded)
        self.size += 1
        return completed

    def root(self) -> Hash:
        """Root of the tree so far."""
        return fold(self.hashes)
