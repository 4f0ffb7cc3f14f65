"""The keys of a site: the watermark's secret, and a certificate chain for manifests.

`create` makes what a trial needs: a random watermark key and a development CA, root → intermediate → leaf (ES256).
Anyone can check such manifests against the root that this site publishes; a stranger's validator calls them
untrusted. An operator who wants strangers to trust them puts a chain and key from a C2PA-listed CA in their place.
"""

from __future__ import annotations

import datetime
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from . import places
from .errors import KeyMissing, ProvenanceError

WATERMARK_KEY_BYTES = 32
AUTHORITY_DAYS, SIGNER_DAYS = 3650, 365
BACKDATE = datetime.timedelta(minutes=5)  # clocks of two machines differ
ORGANISATION = "Sitter development"
HOW_TO_CREATE = "Make a set with: python -m provenance keys"

Sign = Callable[[bytes], bytes]  # message → raw r‖s, 64 bytes (ES256)


@dataclass(frozen=True)
class SigningIdentity:
    """Who signs manifests. `sign` may reach a KMS or HSM: only the chain needs to be a file."""

    chain: str  # PEM, leaf first, without the root
    sign: Sign

    @property
    def certificate(self) -> x509.Certificate:
        """The leaf."""
        return x509.load_pem_x509_certificates(self.chain.encode())[0]


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
        _write_private(folder / places.WATERMARK_KEY, secrets.token_bytes(WATERMARK_KEY_BYTES))
        made.append(places.WATERMARK_KEY)
    signing = (places.ROOT_CERTIFICATE, places.SIGNING_CHAIN, places.SIGNING_KEY)
    present = [name for name in signing if (folder / name).exists()]
    if present and len(present) < len(signing):
        raise ProvenanceError(
            "keys_incomplete",
            f"{folder} holds {', '.join(present)} but not the rest of that set, and they belong together.",
            "Restore the others from your backup, or move these away and try again; nothing was changed.",
        )
    if not present:
        for name, content in zip(signing, _development_chain(), strict=True):
            _write_private(folder / name, content)
        made += signing
    return KeySet(folder, tuple(made))


def load_watermark_key(path: Path | None = None) -> bytes:
    """The watermark's secret from `path` or the default place; KeyMissing when it is not there."""
    return _read(path or places.watermark_key_file(), f"the watermark's key ({places.KEY_ENV})")


def load_trust_root(path: Path | None = None) -> bytes:
    """The root certificate, PEM; KeyMissing when it is not there."""
    return _read(path or places.trust_root_file(), f"the trust root ({places.TRUST_ENV})")


def load_identity(folder: Path | None = None) -> SigningIdentity:
    """Chain and file key of a folder, by default the site's."""
    folder = folder or places.key_folder()
    chain = _read(folder / places.SIGNING_CHAIN, "the signing chain").decode("ascii")
    data = _read(folder / places.SIGNING_KEY, "the signing key")
    try:
        key = serialization.load_pem_private_key(data, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _unusable(folder / places.SIGNING_KEY) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _unusable(folder / places.SIGNING_KEY)
    return SigningIdentity(chain, file_signer(key))


def file_signer(key: ec.EllipticCurvePrivateKey) -> Sign:
    """A `Sign` for a P-256 key held in memory."""

    def sign(message: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return sign


def _development_chain() -> tuple[bytes, bytes, bytes]:
    """Root certificate, leaf + intermediate, leaf key; all PEM. The CA's own keys are forgotten at once."""
    root_key, middle_key, leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    root = _authority("Sitter development root", root_key, None, root_key, path_length=1)
    middle = _authority("Sitter development signing CA", middle_key, root, root_key, path_length=0)
    leaf = _certificate("Sitter development signer", leaf_key, middle, middle_key, SIGNER_DAYS)
    leaf = leaf.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    leaf = leaf.add_extension(_usage(digital_signature=True), critical=True)
    # c2pa-python 0.38.1 refuses a leaf whose only purpose is C2PA claim signing (measured).
    leaf = leaf.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    signer = leaf.sign(middle_key, hashes.SHA256())
    private = leaf_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return _pem(root), _pem(signer) + _pem(middle), private


def _authority(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    path_length: int,
) -> x509.Certificate:
    builder = _certificate(name, key, issuer, issuer_key, AUTHORITY_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
    builder = builder.add_extension(_usage(certificates=True), critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey,
    days: int,
) -> x509.CertificateBuilder:
    """What every certificate of the chain has."""
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    start = datetime.datetime.now(datetime.UTC) - BACKDATE
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )


def _usage(*, digital_signature: bool = False, certificates: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=certificates,
        crl_sign=certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write_private(path: Path, content: bytes) -> None:
    """Create the file 0600 from its first moment; never over an existing one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


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
