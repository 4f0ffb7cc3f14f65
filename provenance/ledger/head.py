"""Signed tree heads: a site's word that its log had this root at this size."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .entry import canonical
from .hashes import HASH_BYTES, Hash

HEAD_VERSION = 1


@dataclass(frozen=True)
class TreeHead:
    """What is signed."""

    tree_size: int
    root: Hash
    timestamp: str  # UTC to the second, 2026-07-31T12:00:00Z

    def message(self) -> bytes:
        """The bytes under the signature; they can't be an entry's, which has other keys."""
        return canonical(
            {
                "v": HEAD_VERSION,
                "what": "sitter tree head",
                "tree_size": self.tree_size,
                "root": self.root.hex(),
                "timestamp": self.timestamp,
            }
        )


@dataclass(frozen=True)
class SignedHead:
    """A head, the Ed25519 key that signed it (raw, 32 bytes) and the signature (64 bytes)."""

    head: TreeHead
    key: bytes
    signature: bytes

    def is_genuine(self) -> bool:
        """Whether `key` signed it; whose key that is, is another question."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(self.signature, self.head.message())
        except (InvalidSignature, ValueError):
            return False
        return True

    def as_json(self) -> dict[str, Any]:
        """The form in which it is published and kept."""
        return {
            "tree_size": self.head.tree_size,
            "root": self.head.root.hex(),
            "timestamp": self.head.timestamp,
            "key": base64.b64encode(self.key).decode(),
            "signature": base64.b64encode(self.signature).decode(),
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> SignedHead:
        """Read `as_json` back; ValueError on anything else."""
        try:
            size, root, timestamp = said["tree_size"], bytes.fromhex(said["root"]), said["timestamp"]
            key = base64.b64decode(said["key"], validate=True)
            signature = base64.b64decode(said["signature"], validate=True)
        except (KeyError, TypeError, ValueError, binascii.Error) as error:
            raise ValueError("not a signed tree head") from error
        if type(size) is not int or size < 0 or len(root) != HASH_BYTES or not isinstance(timestamp, str):
            raise ValueError("not a signed tree head")
        return cls(TreeHead(size, root, timestamp), key, signature)
