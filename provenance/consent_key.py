"""The key that signs consent receipts: Ed25519, in a file that only the signing process has."""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .errors import KeyMissing
from .places import CONSENT_KEY, CONSENT_PUBLIC_KEY
from .private_file import write_private

HOW_TO_CREATE = "Make it with: python -m provenance keys"


def create_consent_key(folder: Path) -> list[str]:
    """Make the key and its public half in `folder` where they are missing, 0600; the names of what was made."""
    made = []
    private, public = folder / CONSENT_KEY, folder / CONSENT_PUBLIC_KEY
    if not private.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        write_private(private, pem)
        made.append(CONSENT_KEY)
    if not public.exists():
        write_private(public, public_pem(load_consent_key(folder).public_key().public_bytes_raw()))
        made.append(CONSENT_PUBLIC_KEY)
    return made


def load_consent_key(folder: Path) -> Ed25519PrivateKey:
    """The private key in `folder`; KeyMissing where there is none or another kind of key."""
    path = folder / CONSENT_KEY
    try:
        key = serialization.load_pem_private_key(_read(path), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _unusable(path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _unusable(path)
    return key


def load_public_keys(path: Path) -> list[bytes]:
    """Raw public keys (32 bytes each) of a PEM file with one or several; KeyMissing when it holds none."""
    end = b"-----END PUBLIC KEY-----"
    keys = []
    for block in _read(path).split(end)[:-1]:
        try:
            key = serialization.load_pem_public_key(block.lstrip() + end)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise _unusable(path) from error
        if not isinstance(key, Ed25519PublicKey):
            raise _unusable(path)
        keys.append(key.public_bytes_raw())
    if not keys:
        raise _unusable(path)
    return keys


def public_pem(key: bytes) -> bytes:
    """A raw public key (32 bytes) as PEM."""
    return Ed25519PublicKey.from_public_bytes(key).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KeyMissing(
            "consent_key_missing", f"{path}: the key of consents cannot be read ({error.strerror}).", HOW_TO_CREATE
        ) from error


def _unusable(path: Path) -> KeyMissing:
    return KeyMissing(
        "consent_key_unusable",
        f"{path} is not an unencrypted PEM key for Ed25519.",
        "Put the right key there. With another one, receipts signed before would no longer be known as yours.",
    )
