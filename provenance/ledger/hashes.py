"""How leaves and inner nodes are hashed: RFC 9162, section 2.1.1."""

from __future__ import annotations

import hashlib

Hash = bytes  # 32, SHA-256
HASH_BYTES = 32
LEAF_PREFIX, NODE_PREFIX = b"\x00", b"\x01"  # leaves can't pass for nodes
EMPTY_ROOT: Hash = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> Hash:
    """Hash of one entry's bytes."""
    return hashlib.sha256(LEAF_PREFIX + data).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    """Hash of an inner node."""
    return hashlib.sha256(NODE_PREFIX + left + right).digest()
