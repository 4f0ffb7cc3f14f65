"""Who signs manifests: a key in a file, or a command that reaches a KMS, an HSM or a smart card (PKCS#11)."""

from __future__ import annotations

import datetime
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from .errors import ProvenanceError

RAW_BYTES = 64  # of an ES256 signature, r‖s
COMMAND_SECONDS = 30.0
WARN_DAYS = 30  # before the certificate ends

Sign = Callable[[bytes], bytes]  # message → raw r‖s, 64 bytes (ES256)


@dataclass(frozen=True)
class SigningIdentity:
    """Who signs manifests. `sign` may reach a KMS or HSM: only the chain needs to be a file."""

    chain: str  # PEM, leaf first, without the root
    sign: Sign
    time_authority: str | None = None  # URL of an RFC 3161 time-stamp authority, asked at every signing

    @property
    def certificate(self) -> x509.Certificate:
        """The leaf."""
        return x509.load_pem_x509_certificates(self.chain.encode())[0]

    @property
    def ends_at(self) -> datetime.datetime:
        """When the first certificate of the chain ends; nothing can be signed from then on."""
        chain = x509.load_pem_x509_certificates(self.chain.encode())
        return min(certificate.not_valid_after_utc for certificate in chain)


def ends_soon(ends_at: datetime.datetime) -> bool:
    """Whether it is time for a new certificate."""
    return ends_at - datetime.datetime.now(datetime.UTC) < datetime.timedelta(days=WARN_DAYS)


def file_signer(key: ec.EllipticCurvePrivateKey) -> Sign:
    """A `Sign` for a P-256 key held in memory."""

    def sign(message: bytes) -> bytes:
        return _raw(key.sign(message, ec.ECDSA(hashes.SHA256())))

    return sign


def command_signer(command: Sequence[str]) -> Sign:
    """A `Sign` that hands each message to a program on stdin and takes the signature, raw or DER, from its stdout.

    The program gets the whole message, not its digest. What it says on stderr is dropped: it may hold a PIN.
    """

    def sign(message: bytes) -> bytes:
        try:
            ran = subprocess.run(command, input=message, capture_output=True, timeout=COMMAND_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _no_signature(command, type(error).__name__) from error
        if ran.returncode:
            raise _no_signature(command, f"exit {ran.returncode}")
        if len(ran.stdout) == RAW_BYTES:
            return ran.stdout
        try:
            return _raw(ran.stdout)
        except (ValueError, OverflowError) as error:
            raise _no_signature(command, f"{len(ran.stdout)} bytes that are no ES256 signature") from error

    return sign


def _raw(der: bytes) -> bytes:
    r, s = decode_dss_signature(der)
    return r.to_bytes(RAW_BYTES // 2, "big") + s.to_bytes(RAW_BYTES // 2, "big")


def _no_signature(command: Sequence[str], why: str) -> ProvenanceError:
    return ProvenanceError(
        "signer_failed",
        f"The signing command {command[0]} gave no signature ({why}).",
        "The unsigned video is kept. Run the command by hand with some bytes on its stdin and mend it.",
    )
