"""A witness: remembers what a public log has shown, and raises Alarm if it ever shows something else.

Each look: the head's signature and key; the log's own consistency proof; every new entry, from which, behind the
remembered hashes, the root is built again; and a stretch of old entries, read again and compared one by one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from .errors import FileRefused, ProvenanceError
from .ledger import Frontier, SignedHead, leaf_hash, verify_consistency
from .witness_log import PublicLog, Withheld
from .witness_state import HASH_BYTES, Memory, damaged, held, keep_evidence, recall, remember

REREAD = 10_000  # old entries that one look reads again; a log of a million is through after a hundred looks
SKEW = timedelta(hours=1)  # that the site's clock may be ahead of ours
STALE = timedelta(hours=24)  # a site that runs signs a head every hour, whether anything happened or not


@dataclass(frozen=True)
class Sighting:
    """What was found; tree_size, root, consistent and checked_at are the command's contract."""

    tree_size: int
    root: str
    consistent: bool
    checked_at: str
    signed_at: str
    new_entries: int
    reread_entries: int
    first_look: bool


class Alarm(ProvenanceError):
    """The log shows what it can't show if it only ever grew. `seen` is the head that it shows now."""

    def __init__(self, code: str, message: str, seen: SignedHead, hint: str = "") -> None:
        super().__init__(code, message, hint)
        self.seen = seen
        self.checked_at = _now()

    def as_json(self) -> dict[str, Any]:
        """The command's contract, with what is wrong."""
        head = self.seen.head
        found = {"tree_size": head.tree_size, "root": head.root.hex(), "consistent": False}
        return found | {"checked_at": self.checked_at} | super().as_json()


def audit(address: str, state: Path, *, key: bytes | None = None) -> Sighting:
    """Look at the log at `address` and remember it in `state`. `key` (raw, 32 bytes) is the only one then trusted.

    Raises Alarm, whose evidence is kept beside `state`; Unreachable; FileRefused for an unusable state or address.
    """
    log = PublicLog(address)
    with held(state):
        memory = recall(state)
        if memory and memory.log != log.address:
            text = f"{state} remembers another log, {memory.log}."
            raise FileRefused("state_of_another_log", text, "Give this log a state of its own with --state.")
        try:
            return _look(log, state, memory, key)
        except Alarm as alarm:
            raise _with_evidence(alarm, state, memory) from alarm


def _look(log: PublicLog, state: Path, memory: Memory | None, key: bytes | None) -> Sighting:
    seen = _head(log, memory)
    _check_head(seen, memory, key)
    size, known = seen.head.tree_size, memory.head.head.tree_size if memory else 0
    edge = _remembered(state, memory)
    start, end = (memory.reread, min(memory.reread + REREAD, known)) if memory else (0, 0)
    try:
        if memory:
            _check_consistency(log, memory, seen)
            for index, leaf in _in_order(log, start, end, seen):
                if leaf_hash(leaf) != memory.leaf(index):
                    text = f"Entry {index} was changed: it was another when we read it before."
                    raise Alarm("changed_entry", text, seen)
        fresh = bytearray()
        for index, leaf in _in_order(log, known, size, seen):
            _check_number(index, leaf, seen)
            fresh += (hashed := leaf_hash(leaf))
            edge.append(hashed)
    except Withheld as withheld:
        raise Alarm("withheld", f"The log does not give what it has signed: {withheld}.", seen) from withheld
    if edge.root() != seen.head.root:
        text = f"The {size} entries that the log gives do not make up the root that it signed."
        raise Alarm("changed_entry", text, seen)
    leaves = (memory.leaves if memory else b"") + bytes(fresh)
    now = _now()
    remember(state, Memory(log.address, seen, leaves, end if end < known else 0, now), since=known)
    head = seen.head
    return Sighting(
        size, head.root.hex(), True, now, head.timestamp, size - known, end - start, first_look=memory is None
    )


def _head(log: PublicLog, memory: Memory | None) -> SignedHead:
    try:
        return log.head()
    except Withheld as withheld:
        if memory:
            text = f"The log shows no signed head any more, and had one over {memory.head.head.tree_size} entries."
            raise Alarm("rewind", text, memory.head) from withheld
        text = f"{log.address} has no signed head: {withheld}."
        raise FileRefused("no_head", text, "Is it the address of a log? A new one signs within a minute.") from None


def _check_head(seen: SignedHead, memory: Memory | None, key: bytes | None) -> None:
    if not seen.is_genuine():
        raise Alarm("bad_signature", "The head's signature is not that of its key.", seen)
    expected = key or (memory.head.key if memory else None)
    if expected and seen.key != expected:
        text = f"The head is signed with another key than {'the given one' if key else 'before'}."
        hint = "Ask the site, by another way, whether it changed its key; if so, give the new one once with --key."
        raise Alarm("changed_key", text, seen, hint)
    _check_age(seen)
    if memory is None:
        return
    old, new = memory.head.head, seen.head
    if new.tree_size < old.tree_size:
        text = f"The log went back: it shows {new.tree_size} entries and had {old.tree_size}."
        raise Alarm("rewind", text, seen)
    if new.tree_size == old.tree_size and new.root != old.root:
        text = f"The log forked: it has signed two different trees of {new.tree_size} entries."
        raise Alarm("fork", text, seen)


def _check_age(seen: SignedHead) -> None:
    try:
        signed_at = datetime.strptime(seen.head.timestamp, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise Alarm("bad_time", "The head does not say when it was signed.", seen) from error
    age = datetime.now(UTC) - signed_at
    if age < -SKEW:
        raise Alarm("bad_time", f"The head says that it was signed at {seen.head.timestamp}, in the future.", seen)
    if age > STALE:
        text = f"The newest head is from {seen.head.timestamp}; a log that runs signs one every hour."
        raise Alarm("stale", text, seen, "Has the site stood still? Else it hides from you what came after.")


def _check_consistency(log: PublicLog, memory: Memory, seen: SignedHead) -> None:
    old, new = memory.head.head, seen.head
    if old.tree_size == 0 or old.tree_size == new.tree_size:
        return
    proof = log.consistency(old.tree_size, new.tree_size)
    if not verify_consistency(old.tree_size, new.tree_size, old.root, new.root, proof):
        text = f"The log forked: its {new.tree_size} entries do not continue the {old.tree_size} that we remember."
        raise Alarm("fork", text, seen)


def _remembered(state: Path, memory: Memory | None) -> Frontier:
    """The tree over the remembered hashes, which must have the remembered root."""
    edge = Frontier()
    if memory:
        for start in range(0, len(memory.leaves), HASH_BYTES):
            edge.append(memory.leaves[start : start + HASH_BYTES])
        if edge.root() != memory.head.head.root:
            raise damaged(state)
    return edge


def _in_order(log: PublicLog, start: int, end: int, seen: SignedHead) -> Iterator[tuple[int, bytes]]:
    """Entries [start, end), each exactly once."""
    for expected, (index, leaf) in zip(range(start, end), log.entries(start, end), strict=False):
        if index != expected:
            raise Alarm("missing_entry", f"Entry {expected} is missing.", seen)
        yield index, leaf


def _check_number(index: int, leaf: bytes, seen: SignedHead) -> None:
    try:
        numbered = json.loads(leaf)["index"] == index
    except (ValueError, KeyError, TypeError):
        numbered = False
    if not numbered:
        raise Alarm("wrong_entry", f"What the log gives as entry {index} is not numbered so.", seen)


def _with_evidence(alarm: Alarm, state: Path, memory: Memory | None) -> Alarm:
    """The alarm with a hint at where both signed heads are kept."""
    evidence: dict[str, Any] = alarm.as_json() | {"shown": alarm.seen.as_json()}
    if memory:
        evidence["remembered"] = memory.head.as_json()
    kept = keep_evidence(state, evidence)
    hint = f"{alarm.hint} Both signed heads are kept in {kept}; the memory stays as it was. Tell others.".strip()
    return Alarm(alarm.code, alarm.message, alarm.seen, hint)


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
