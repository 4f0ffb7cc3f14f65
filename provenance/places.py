"""Where keys lie unless told otherwise."""

from __future__ import annotations

import os
from pathlib import Path

DATA_ENV = "SITTER_DATA"  # the private data folder
KEY_ENV = "SITTER_WATERMARK_KEY_FILE"
TRUST_ENV = "SITTER_TRUST_ROOT"

WATERMARK_KEY = "watermark.key"
ROOT_CERTIFICATE = "root.pem"
SIGNING_CHAIN = "chain.pem"
SIGNING_KEY = "signer.key"


def key_folder() -> Path:
    """var/keys under the data folder."""
    return Path(os.environ.get(DATA_ENV, "var")) / "keys"


def watermark_key_file() -> Path:
    """The file named by SITTER_WATERMARK_KEY_FILE, else the one in the key folder."""
    return Path(os.environ.get(KEY_ENV) or key_folder() / WATERMARK_KEY)


def trust_root_file() -> Path:
    """The file named by SITTER_TRUST_ROOT, else the one in the key folder."""
    return Path(os.environ.get(TRUST_ENV) or key_folder() / ROOT_CERTIFICATE)
