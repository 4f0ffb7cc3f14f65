"""What a witness remembers: the last signed head, and the hash of every entry it has ever seen.

Two files: FILE (JSON) and FILE.leaves (32 bytes an entry). The hashes are on disk before the head that covers them
takes the place of the old one in a single step, so that a crash at any moment leaves the old memory or the new.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import FileRefused
from .ledger import Hash, SignedHead

HASH_BYTES = 32


@dataclass(frozen=True)
class Memory:
    """What was true when the witness last looked."""

    log: str  # its address
    head: SignedHead
    leaves: bytes  # the hash of every entry under the head, 32 bytes each
    reread: int  # entries are read again in turns; the next turn starts here
    checked_at: str

    def leaf(self, index: int) -> Hash:
        """The remembered hash of an entry."""
        return self.leaves[index * HASH_BYTES : (index + 1) * HASH_BYTES]


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Keep other witnesses away from this state; FileRefused where one is at it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            text = f"Another witness is using {path}."
            raise FileRefused("state_in_use", text, "Wait until it has ended, or give this one --state.") from None
        yield


def recall(path: Path) -> Memory | None:
    """The memory in `path`, or None before the first look. FileRefused when it was damaged."""
    try:
        said = json.loads(path.read_bytes())
        head = SignedHead.from_json(said["head"])
        log, reread, checked_at = str(said["log"]), int(said["reread"]), str(said["checked_at"])
        with _leaves(path).open("rb") as file:
            leaves = file.read(head.head.tree_size * HASH_BYTES)
    except FileNotFoundError:
        if not path.exists():
            return None
        raise damaged(path) from None
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(path) from error
    if len(leaves) != head.head.tree_size * HASH_BYTES:
        raise damaged(path)
    return Memory(log, head, leaves, reread, checked_at)


def remember(path: Path, memory: Memory, *, since: int) -> None:
    """Keep `memory`, of which the hashes before entry `since` are on disk already."""
    with _leaves(path).open("r+b" if since else "wb") as file:
        file.seek(since * HASH_BYTES)
        file.truncate()  # whatever a run that crashed left behind
        file.write(memory.leaves[since * HASH_BYTES :])
        _settle(file)
    said: dict[str, Any] = {
        "log": memory.log,
        "head": memory.head.as_json(),
        "reread": memory.reread,
        "checked_at": memory.checked_at,
    }
    draft = path.with_name(f"{path.name}.new")
    with draft.open("wb") as file:
        file.write(json.dumps(said, indent=1).encode() + b"\n")
        _settle(file)
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def keep_evidence(path: Path, said: dict[str, Any]) -> Path:
    """Add a line to FILE.alarms: what was remembered and what was shown, both with their signatures."""
    alarms = path.with_name(f"{path.name}.alarms")
    with alarms.open("ab") as file:
        file.write(json.dumps(said).encode() + b"\n")
        _settle(file)
    return alarms


def damaged(path: Path) -> FileRefused:
    """For a memory that does not fit together."""
    return FileRefused(
        "state_damaged",
        f"{path} and {_leaves(path).name} are not what a witness left there.",
        "Restore both from a backup. Deleting them starts afresh, and forgets what the log has shown so far.",
    )


def _leaves(path: Path) -> Path:
    return path.with_name(f"{path.name}.leaves")


def _settle(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())
