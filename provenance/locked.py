"""Files that only a holder of a key can read: statements of sitters, encrypted piece by piece as they are stored.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015), as age uses it: every file has a key of its
own, derived from one of the site's keys and a random salt (HKDF-SHA-256); pieces of 64 KiB are sealed with
AES-256-GCM under nonces that count them and name the last. So a changed, swapped, lost or added piece is noticed,
memory does not grow with the file, and any place of it can be read by itself.

A file is  magic (8) · id of the key (8) · salt (16)  and its pieces, each 16 bytes longer than what it holds.
"""

from __future__ import annotations

import hashlib
import io
import secrets
from collections.abc import Iterator, Sequence
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .errors import KeyMissing, ProvenanceError

MAGIC = b"SITTERL1"
KEY_BYTES = 32
ID_BYTES, SALT_BYTES = 8, 16
HEADER_BYTES = len(MAGIC) + ID_BYTES + SALT_BYTES
PIECE_BYTES = 1 << 16  # of plain text
TAG_BYTES = 16
LOCKED_PIECE_BYTES = PIECE_BYTES + TAG_BYTES


def key_id(key: bytes) -> bytes:
    """What a file names its key by; tells nothing of the key."""
    return hashlib.sha256(b"sitter statement key" + key).digest()[:ID_BYTES]


def lock(plain: IO[bytes], key: bytes) -> io.BufferedReader:
    """The encrypted form of `plain`, made while it is read; not seekable."""
    return io.BufferedReader(_Pieces(_locked(plain, key)), LOCKED_PIECE_BYTES)


def unlock(locked: IO[bytes], keys: Sequence[bytes]) -> io.BufferedReader:
    """The plain form of a seekable locked file, decrypted where it is read; closes `locked` with itself.

    KeyMissing when none of `keys` is the file's; ProvenanceError (here, or from a read) when it was changed.
    """
    return io.BufferedReader(_Unlocked(locked, keys), PIECE_BYTES)


def plain_size(size: int) -> int:
    """Bytes of plain text in a locked file of `size` bytes."""
    body = size - HEADER_BYTES
    return body - TAG_BYTES * _count(body)


def is_locked(head: bytes) -> bool:
    """Whether a file that begins like this is a locked one."""
    return head.startswith(MAGIC)


def uses(head: bytes, key: bytes) -> bool:
    """Whether the file that begins with `head` (HEADER_BYTES) was locked with `key`."""
    return is_locked(head) and head[len(MAGIC) : len(MAGIC) + ID_BYTES] == key_id(key)


def _count(body: int) -> int:
    """Pieces in so many bytes after the header; even an empty file has one."""
    return max(1, -(-body // LOCKED_PIECE_BYTES))


def _cipher(key: bytes, header: bytes) -> AESGCM:
    salt = header[-SALT_BYTES:]
    return AESGCM(HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=salt, info=MAGIC).derive(key))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _locked(plain: IO[bytes], key: bytes) -> Iterator[bytes]:
    header = MAGIC + key_id(key) + secrets.token_bytes(SALT_BYTES)
    cipher = _cipher(key, header)
    yield header
    number, piece = 0, _full(plain)
    while True:
        following = _full(plain) if len(piece) == PIECE_BYTES else b""
        yield cipher.encrypt(_nonce(number, last=not following), piece, header)
        if not following:
            return
        number, piece = number + 1, following


def _full(stream: IO[bytes]) -> bytes:
    """The next PIECE_BYTES, fewer only at the end."""
    taken = b""
    while len(taken) < PIECE_BYTES and (more := stream.read(PIECE_BYTES - len(taken))):
        taken += more
    return taken


class _Pieces(io.RawIOBase):
    """An iterator of bytes as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count


class _Unlocked(io.RawIOBase):
    """The plain bytes of a locked file."""

    def __init__(self, locked: IO[bytes], keys: Sequence[bytes]) -> None:
        self._locked = locked
        self._size = locked.seek(0, io.SEEK_END)
        locked.seek(0)
        self._header = locked.read(HEADER_BYTES)
        if len(self._header) < HEADER_BYTES or not is_locked(self._header):
            raise _changed()
        key = next((key for key in keys if uses(self._header, key)), None)
        if key is None:
            raise KeyMissing(
                "statement_key_unknown",
                "This recording was locked with a key that is not here.",
                "Put the key back from your backup, below the newer ones; without it nobody can read this.",
            )
        self._cipher = _cipher(key, self._header)
        self._last = _count(self._size - HEADER_BYTES) - 1
        self._place, self._held, self._piece = 0, -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: plain_size(self._size)}[whence]
        self._place = max(0, base + offset)
        return self._place

    def tell(self) -> int:
        return self._place

    def readinto(self, buffer: Any) -> int:
        number, start = divmod(self._place, PIECE_BYTES)
        if number > self._last:
            return 0
        part = self._plain(number)[start : start + len(buffer)]
        buffer[: len(part)] = part
        self._place += len(part)
        return len(part)

    def _plain(self, number: int) -> bytes:
        if number != self._held:
            self._locked.seek(HEADER_BYTES + number * LOCKED_PIECE_BYTES)
            sealed = self._locked.read(LOCKED_PIECE_BYTES)
            try:
                nonce = _nonce(number, last=number == self._last)
                self._piece = self._cipher.decrypt(nonce, sealed, self._header)
            except InvalidTag as error:
                raise _changed() from error
            self._held = number
        return self._piece

    def close(self) -> None:
        if not self.closed:
            self._locked.close()
        super().close()


def _changed() -> ProvenanceError:
    return ProvenanceError(
        "statement_changed",
        "A locked recording is not as it was stored: it was changed, cut or swapped.",
        "Get it back from a backup. What it was is still known by its hash in the signed record.",
    )
