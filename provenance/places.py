"""Where keys lie unless told otherwise."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

DATA_ENV = "SITTER_DATA"  # the private data folder
KEY_ENV = "SITTER_WATERMARK_KEY_FILE"
TRUST_ENV = "SITTER_TRUST_ROOT"
SIGN_COMMAND_ENV = "SITTER_SIGN_COMMAND"  # instead of a key in a file
TIME_AUTHORITY_ENV = "SITTER_TIME_AUTHORITY"  # URL of an RFC 3161 time-stamp authority

MANIFESTS_ENV = "SITTER_MANIFESTS"  # where manifests are kept: a folder, or the site's address

WATERMARK_KEY = "watermark.key"
ROOT_CERTIFICATE = "root.pem"
SIGNING_CHAIN = "chain.pem"
SIGNING_KEY = "signer.key"
LOG_KEY = "log.key"
CONSENT_KEY = "consent.key"
CONSENT_PUBLIC_KEY = "consent.pem"
STATEMENT_KEY = "statements.key"


def witness_state(log: str) -> Path:
    """Where a witness remembers the log at this address: a file under the data folder, named after the address."""
    name = re.sub(r"[^a-z0-9.]+", "-", log.lower().partition("://")[2]).strip("-.")
    return Path(os.environ.get(DATA_ENV, "var")) / "witness" / f"{name or 'log'}.json"


def key_folder() -> Path:
    """var/keys under the data folder."""
    return Path(os.environ.get(DATA_ENV, "var")) / "keys"


def watermark_key_file() -> Path:
    """The file named by SITTER_WATERMARK_KEY_FILE, else the one in the key folder."""
    return Path(os.environ.get(KEY_ENV) or key_folder() / WATERMARK_KEY)


def trust_root_file() -> Path:
    """The file named by SITTER_TRUST_ROOT, else the one in the key folder."""
    return Path(os.environ.get(TRUST_ENV) or key_folder() / ROOT_CERTIFICATE)


def sign_command() -> list[str]:
    """The words of SITTER_SIGN_COMMAND; none when the signing key is a file."""
    return shlex.split(os.environ.get(SIGN_COMMAND_ENV, ""))


def time_authority() -> str | None:
    """The time-stamp authority to ask at every signing, if any."""
    return os.environ.get(TIME_AUTHORITY_ENV) or None


def manifests() -> str:
    """The place named by SITTER_MANIFESTS, else the folder in which a site on this machine keeps them."""
    return os.environ.get(MANIFESTS_ENV) or str(Path(os.environ.get(DATA_ENV, "var")) / "media" / "manifests")
