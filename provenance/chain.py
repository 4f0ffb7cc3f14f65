"""Whether a certificate chain leads to a root that one trusts, and what its leaf signed. ES256 only."""

from __future__ import annotations

import datetime
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature


def leads_to(chain: bytes, roots: bytes, at: datetime.datetime) -> bool:
    """Whether a chain (PEM, leaf first, without its root) was valid `at` a time and ends below one of `roots`."""
    try:
        links = x509.load_pem_x509_certificates(chain)
        anchors = x509.load_pem_x509_certificates(roots)
    except ValueError:
        return False
    anchor = next((root for root in anchors if _issued(links[-1], root)), None)
    if anchor is None:
        return False
    path = [*links, anchor]
    signed = all(_issued(lower, upper) for lower, upper in pairwise(path))
    in_time = all(link.not_valid_before_utc <= at <= link.not_valid_after_utc for link in path)
    return signed and in_time and all(_is_authority(link) for link in path[1:])


def signed_by(chain: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the chain's leaf made this raw signature (r‖s, 64 bytes) of the message."""
    try:
        key = x509.load_pem_x509_certificate(chain).public_key()
        r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        if not isinstance(key, ec.EllipticCurvePublicKey):
            return False
        key.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except (ValueError, InvalidSignature):
        return False
    return True


def _issued(lower: x509.Certificate, upper: x509.Certificate) -> bool:
    try:
        lower.verify_directly_issued_by(upper)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
