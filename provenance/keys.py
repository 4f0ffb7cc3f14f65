"""The keys of a site: the watermark's secret, a certificate chain for manifests, the log's key for tree heads, the
key for consent receipts, the keys that lock recordings of statements.

`create` makes what a trial needs: random keys and a certificate chain of its own. An operator who wants
strangers to trust the manifests puts a chain from a C2PA-listed CA in its place, with its key in a file or behind a
command (KMS, HSM, PKCS#11).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from . import development_chain, places
from .consent_key import create_consent_key
from .errors import KeyMissing, ProvenanceError
from .ledger.log_key import create_log_key
from .private_file import write_private
from .signers import SigningIdentity, command_signer, file_signer
from .statement_key import create_statement_key

WATERMARK_KEY_BYTES = 32
HOW_TO_CREATE = "Make a set with: python -m provenance keys"


@dataclass(frozen=True)
class KeySet:
    """The files of one folder, and which of them `create` had to make."""

    folder: Path
    made: tuple[str, ...]

    @property
    def watermark(self) -> Path:
        """32 random bytes: whoever has them can read, and forge, marks."""
        return self.folder / places.WATERMARK_KEY

    @property
    def root(self) -> Path:
        """PEM certificate to publish."""
        return self.folder / places.ROOT_CERTIFICATE


def create(folder: Path) -> KeySet:
    """Make whatever is missing in `folder` (0700), every file 0600; existing keys are never touched."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    made: list[str] = []
    if not (folder / places.WATERMARK_KEY).exists():
        write_private(folder / places.WATERMARK_KEY, secrets.token_bytes(WATERMARK_KEY_BYTES))
        made.append(places.WATERMARK_KEY)
    if create_log_key(folder):
        made.append(places.LOG_KEY)
    made += create_consent_key(folder) + create_statement_key(folder)
    elsewhere = bool(places.sign_command())
    signing = (places.ROOT_CERTIFICATE, places.SIGNING_CHAIN, *(() if elsewhere else (places.SIGNING_KEY,)))
    present = [name for name in signing if (folder / name).exists()]
    if present and len(present) < len(signing):
        raise ProvenanceError(
            "keys_incomplete",
            f"{folder} holds {', '.join(present)} but not the rest of that set, and they belong together.",
            "Restore the others from your backup, or move these away and try again; nothing was changed.",
        )
    if not present and elsewhere:
        raise KeyMissing(
            "chain_missing",
            f"{places.SIGN_COMMAND_ENV} names a signing command, but {folder} has no certificates for its key.",
            f"Put the chain there as {places.SIGNING_CHAIN} (PEM, leaf first) and the root as "
            f"{places.ROOT_CERTIFICATE}.",
        )
    if not present:
        for name, content in zip(signing, development_chain.make(), strict=True):
            write_private(folder / name, content)
        made += signing
    return KeySet(folder, tuple(made))


def rotate(folder: Path) -> KeySet:
    """Put a new signing chain in place of the one in `folder`; files signed before stay trusted.

    The new root goes on top of the old ones in root.pem, which is to be published again. The old signer's key is
    forgotten. The watermark's key stays: with another one no old mark could be read.
    """
    if places.sign_command():
        raise ProvenanceError(
            "signer_elsewhere",
            f"The signing key is behind a command ({places.SIGN_COMMAND_ENV}), so that it is not ours to change.",
            f"Rotate it there, then put the new chain into {folder / places.SIGNING_CHAIN}; add its root to "
            f"{folder / places.ROOT_CERTIFICATE} and keep the old one there. Nothing was changed.",
        )
    load_identity(folder)  # only what is whole is replaced
    root, chain, key = development_chain.make()
    trusted = root + load_trust_root(folder / places.ROOT_CERTIFICATE)
    for name, content in (
        (places.ROOT_CERTIFICATE, trusted),
        (places.SIGNING_KEY, key),
        (places.SIGNING_CHAIN, chain),
    ):
        partial = folder / f".{name}.new"
        partial.unlink(missing_ok=True)
        write_private(partial, content)
        partial.replace(folder / name)
    return KeySet(folder, (places.ROOT_CERTIFICATE, places.SIGNING_CHAIN, places.SIGNING_KEY))


def load_watermark_key(path: Path | None = None) -> bytes:
    """The watermark's secret from `path` or the default place; KeyMissing when it is not there."""
    return _read(path or places.watermark_key_file(), f"the watermark's key ({places.KEY_ENV})")


def load_trust_root(path: Path | None = None) -> bytes:
    """The root certificate, or several of them, PEM; KeyMissing when there is none."""
    return _read(path or places.trust_root_file(), f"the trust root ({places.TRUST_ENV})")


def load_identity(folder: Path | None = None) -> SigningIdentity:
    """The chain of a folder, by default the site's, with its file key or the command that the environment names."""
    folder = folder or places.key_folder()
    chain = _read(folder / places.SIGNING_CHAIN, "the signing chain").decode("ascii")
    command = places.sign_command()
    sign = command_signer(command) if command else file_signer(_load_private_key(folder / places.SIGNING_KEY))
    return SigningIdentity(chain, sign, places.time_authority())


def _load_private_key(path: Path) -> ec.EllipticCurvePrivateKey:
    data = _read(path, "the signing key")
    try:
        key = serialization.load_pem_private_key(data, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _unusable(path) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _unusable(path)
    return key


def _read(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KeyMissing(
            "key_missing", f"{path}: {what} cannot be read ({error.strerror}).", HOW_TO_CREATE
        ) from error


def _unusable(path: Path) -> KeyMissing:
    return KeyMissing(
        "key_unusable",
        f"{path} is not an unencrypted PEM private key on P-256, which ES256 needs.",
        "Put the right key there, or move the folder away and make a set with: python -m provenance keys",
    )
