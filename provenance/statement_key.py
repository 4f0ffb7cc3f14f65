"""The keys that lock recordings of statements: one a line, base64, the newest first, which locks new ones."""

from __future__ import annotations

import base64
import binascii
import secrets
from pathlib import Path

from .errors import KeyMissing
from .locked import KEY_BYTES
from .places import STATEMENT_KEY
from .private_file import write_private

HOW_TO_CREATE = "Make it with: python -m provenance keys"


def create_statement_key(folder: Path) -> list[str]:
    """Make the file in `folder` where it is missing, 0600; the names of what was made."""
    if (folder / STATEMENT_KEY).exists():
        return []
    write_private(folder / STATEMENT_KEY, _line())
    return [STATEMENT_KEY]


def rotate_statement_key(folder: Path) -> None:
    """Put a new key before the others. Those stay: what they locked needs them until it is locked again."""
    path = folder / STATEMENT_KEY
    load_statement_keys(path)
    partial = folder / f".{STATEMENT_KEY}.new"
    partial.unlink(missing_ok=True)
    write_private(partial, _line() + path.read_bytes())
    partial.replace(path)


def load_statement_keys(path: Path) -> list[bytes]:
    """The keys, newest first; KeyMissing when there are none or they are no keys."""
    try:
        lines = path.read_bytes().split()
    except OSError as error:
        raise KeyMissing(
            "statement_key_missing",
            f"{path}: the key of statements cannot be read ({error.strerror}).",
            f"{HOW_TO_CREATE}. Without it recordings of statements are neither taken nor shown.",
        ) from error
    try:
        keys = [base64.b64decode(line, validate=True) for line in lines]
    except binascii.Error as error:
        raise _unusable(path) from error
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise _unusable(path)
    return keys


def _line() -> bytes:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n"


def _unusable(path: Path) -> KeyMissing:
    return KeyMissing(
        "statement_key_unusable",
        f"{path} does not hold keys of {KEY_BYTES} bytes, base64, one a line.",
        "Put the right file there; with other keys nobody can read what was locked before.",
    )
