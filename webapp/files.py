"""Moving bytes between the private store and a worker's own temporary folder."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files import File
from django.db.models.fields.files import FieldFile


@contextmanager
def workspace() -> Iterator[Path]:
    """A private temporary folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="sitter-") as folder:
        yield Path(folder)


def fetch(file: FieldFile, to: Path) -> Path:
    """Copy a stored file to `to`, whatever the store is."""
    with file.open("rb") as source, to.open("wb") as target:
        shutil.copyfileobj(source, target)
    return to


def put(file: FieldFile, path: Path) -> str:
    """Store `path` under a random name and return that name; the row is not saved."""
    with path.open("rb") as source:
        file.save(path.name, File(source), save=False)
    return str(file.name)


def discard(file: FieldFile) -> None:
    """Delete a stored file, if there is one; the row is not saved."""
    if file.name:
        file.storage.delete(file.name)


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
