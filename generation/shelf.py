"""What was found in a picture or a recording, kept for a day, so that the next video of it starts at once.

Entries are named by the SHA-256 of the file they come from and of everything else that decided them: options, the
code that made them, the networks. They are as private as the file itself: readable by the owner alone, forgotten
after KEPT_S, on demand, or when there are too many. A damaged, missing or unwritable shelf only costs time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

from generation import archive, weights

Record = TypeVar("Record")

LIMIT_BYTES = 512 << 20  # of all entries together; the oldest go first
LARGEST_SHARE = 4  # an entry above a quarter of the limit is not kept: half an hour of speech
KEPT_S = 24 * 3600.0  # an entry's age from which it is removed whenever something is looked up
PRIVATE = 0o700
SOURCE = Path(__file__).parent


def default_folder() -> Path:
    """$SITTER_CACHE, else cache/ in the private data folder, which is $SITTER_DATA or var/."""
    if own := os.environ.get("SITTER_CACHE"):
        return Path(own)
    data = os.environ.get("SITTER_DATA")
    return (Path(data) if data else SOURCE.parent / "var") / "cache"


class Shelf:
    """Entries in one folder; any number of processes may use it at the same time."""

    def __init__(self, folder: Path | None = None, *, limit_bytes: int = LIMIT_BYTES) -> None:
        self._folder = folder or default_folder()
        self._limit = limit_bytes

    def fetch(
        self, kind: type[Record], source_sha256: str, asked: tuple[object, ...], make: Callable[[], Record]
    ) -> Record:
        """The kept record of a source, or what `make` makes of it now.

        `asked` is all that decides the record beside the source; its repr must say everything.
        """
        decided = hashlib.sha256(repr((kind.__name__, *asked)).encode()).hexdigest()
        place = self._folder / f"{source_sha256}-{decided[:32]}.npz"
        self._tidy()
        try:
            return archive.load(kind, place)
        except (OSError, ValueError):
            record = make()
            self._put(record, place)
            return record

    def forget(self, source_sha256: str) -> None:
        """Remove all that is kept of one source."""
        for place in self._folder.glob(f"{source_sha256}-*.npz"):
            place.unlink(missing_ok=True)

    def _put(self, record: object, place: Path) -> None:
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, suffix=".part")  # 0600
            try:
                with os.fdopen(handle, "wb") as stream:
                    archive.save(record, stream)
                    small = stream.tell() <= self._limit // LARGEST_SHARE
                if small:
                    Path(name).replace(place)
                    self._tidy()
            finally:
                Path(name).unlink(missing_ok=True)

    def _tidy(self) -> None:
        """Remove what is too old, then the oldest until the rest fits."""
        with contextlib.suppress(OSError):
            found = sorted(
                ((place.stat(), place) for place in self._folder.iterdir()), key=lambda one: -one[0].st_mtime
            )
            held = 0
            for facts, place in found:
                held += facts.st_size
                if held > self._limit or time.time() - facts.st_mtime > KEPT_S:
                    place.unlink(missing_ok=True)


def kept(
    shelf: Shelf | None,
    kind: type[Record],
    source: bytes | Path,
    asked: tuple[object, ...],
    make: Callable[[], Record],
) -> Record:
    """What `make` finds in a source, made at most once a day where there is a shelf. `asked`: see Shelf.fetch."""
    return shelf.fetch(kind, _sha256(source), (*asked, made_with()), make) if shelf else make()


@cache
def made_with() -> str:
    """SHA-256 of this package and its networks: an entry made by other code is never used."""
    digest = hashlib.sha256()
    for place in sorted(SOURCE.rglob("*.py")):
        digest.update(place.read_bytes())
    for weight in weights.registry():
        digest.update(weight.sha256.encode())
    return digest.hexdigest()


def _sha256(source: bytes | Path) -> str:
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    with source.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
