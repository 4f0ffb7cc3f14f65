"""Private links: random, kept as a hash, shown once, also as a picture that a phone's camera reads."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

TOKEN_BYTES = 32  # random; 43 characters of an address
QUIET = 4  # modules of white around a QR code (ISO/IEC 18004)


def new_token() -> str:
    """A fresh secret for an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """What is kept of it."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True)
class Qr:
    """A QR code as an SVG path: one square a module, `side` modules wide with the quiet zone."""

    side: int
    path: str


def qr_of(address: str) -> Qr:
    """The code of an address."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(address)
    code.make(fit=True)
    rows = code.get_matrix()
    squares = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Qr(len(rows), "".join(squares))
