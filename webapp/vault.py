"""The private store, in which recordings of statements lie locked: only a process with their key can read them.

Whatever is stored under LOCKED is encrypted on its way in and decrypted where it is read, in a folder and in S3
alike; everything else is stored as it comes. Without the key nothing is stored there at all.
"""

from __future__ import annotations

import logging
from typing import IO

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from provenance.errors import KeyMissing
from provenance.locked import HEADER_BYTES, lock, plain_size, unlock, uses
from provenance.statement_key import load_statement_keys
from webapp.errors_text import Refused

log = logging.getLogger(__name__)
LOCKED = "locked/"


def is_locked(name: str | None) -> bool:
    """Whether what is stored under this name is encrypted."""
    return (name or "").startswith(LOCKED)


def require_key() -> None:
    """Refuse to take or show a recording of a statement where its key is missing."""
    try:
        load_statement_keys(settings.STATEMENT_KEY_FILE)
    except KeyMissing as error:
        log.error("statements are closed: %s %s", error.message, error.hint)
        raise Refused("statements_closed") from error


class Unlocked(File):  # type: ignore[type-arg]  # generic for the type checker alone
    """A locked file as its plain bytes; like every stored file, it can be opened again once it was closed."""

    def __init__(self, storage: Locks, name: str) -> None:
        self._storage = storage
        super().__init__(storage.unlocked(name), name)

    def open(self, mode: str | None = None, *args: object, **kwargs: object) -> Unlocked:
        """From the beginning; only for reading."""
        if self.closed:
            self.file = self._storage.unlocked(str(self.name))
        self.seek(0)
        return self


class Locks:
    """What both stores do with names under LOCKED; a mixin before the store itself."""

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        if is_locked(name):
            return Unlocked(self, name)
        stored: File[bytes] = super()._open(name, mode)  # type: ignore[misc]
        return stored

    def unlocked(self, name: str) -> IO[bytes]:
        """The plain bytes of a locked file. KeyMissing, and ProvenanceError where it was changed."""
        keys = load_statement_keys(settings.STATEMENT_KEY_FILE)
        return unlock(super()._open(name, "rb"), keys)  # type: ignore[misc]

    def _save(self, name: str, content: File[bytes]) -> str:
        if is_locked(name):
            newest, *_ = load_statement_keys(settings.STATEMENT_KEY_FILE)
            content.seek(0)
            content = File(lock(content, newest), name)
        saved: str = super()._save(name, content)  # type: ignore[misc]
        return saved

    def needs_lock(self, name: str) -> bool:
        """Whether what is stored here is plain, or locked with a key that is no longer the newest."""
        newest, *_ = load_statement_keys(settings.STATEMENT_KEY_FILE)
        with super()._open(name, "rb") as stored:  # type: ignore[misc]
            return not uses(stored.read(HEADER_BYTES), newest)

    def size(self, name: str) -> int:
        """Bytes of what was stored, not of its locked form."""
        size: int = super().size(name)  # type: ignore[misc]
        return plain_size(size) if is_locked(name) else size


class PrivateFolder(Locks, FileSystemStorage):
    """Files of this machine."""
