"""The key that signs tree heads: Ed25519, in a file that only the signing process has, or behind any function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ..errors import KeyMissing
from ..places import LOG_KEY
from ..private_file import write_private
from .head import SignedHead, TreeHead

HOW_TO_CREATE = "Make it with: python -m provenance keys"


@dataclass(frozen=True)
class HeadSigner:
    """Who signs heads. `sign` may reach a KMS or HSM: message → Ed25519 signature."""

    key: bytes  # raw public key, 32 bytes
    sign: Callable[[bytes], bytes]

    def signed(self, head: TreeHead) -> SignedHead:
        """The head with this signer's signature."""
        return SignedHead(head, self.key, self.sign(head.message()))


def create_log_key(folder: Path) -> bool:
    """Make the key in `folder` if there is none, 0600; whether it had to be made."""
    path = folder / LOG_KEY
    if path.exists():
        return False
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_private(path, pem)
    return True


def load_head_signer(folder: Path) -> HeadSigner:
    """The signer whose key lies in `folder`; KeyMissing where there is none or another kind of key."""
    path = folder / LOG_KEY
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        raise KeyMissing(
            "log_key_missing", f"{path}: the log's signing key cannot be read ({error.strerror}).", HOW_TO_CREATE
        ) from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _unusable(path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _unusable(path)
    return HeadSigner(key.public_key().public_bytes_raw(), key.sign)


def _unusable(path: Path) -> KeyMissing:
    return KeyMissing(
        "log_key_unusable",
        f"{path} is not an unencrypted PEM private key for Ed25519.",
        "Put the right key there. Making another one would alarm everyone who watches this log.",
    )
