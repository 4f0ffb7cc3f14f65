"""How fast a long ledger is: on the configured kind of database, in one made for it and dropped afterwards."""

from __future__ import annotations

import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from provenance import ledger
from webapp.accounts.models import User
from webapp.audit import services, tree
from webapp.audit.models import Disclosure, Field, Kind, LedgerEntry, LedgerNode, LedgerTree, to_second

CHUNK = 5000  # entries stored at a time while filling
SEED = 9162
Report = Callable[[int], None]
Row = tuple[Any, ...]


def bench(*, entries: int, tries: int, report: Report) -> dict[str, Any]:
    """Fill a ledger, then time `tries` appends (each its own transaction) and proofs; milliseconds."""
    with _scratch_database():
        began = time.perf_counter()
        _fill(entries, report)
        filled_s = time.perf_counter() - began
        actor = User.objects.create(email="bench@example.org")
        chance = random.Random(SEED)
        indices = [chance.randrange(entries) for _ in range(tries)]
        appended = _timed(tries, lambda n: services.append(kind=Kind.DOWNLOAD, actor=actor, object_id="bench", n=n))
        size, root = tree.state()
        return {
            "engine": connection.vendor,
            "entries": entries,
            "fill_s": round(filled_s, 1),
            "append_ms": appended,
            "inclusion_ms": _timed(tries, lambda n: _checked_inclusion(indices[n], size, root)),
            "consistency_ms": _timed(tries, lambda n: _checked_consistency(indices[n] + 1, size, root)),
        }


@contextmanager
def _scratch_database() -> Iterator[None]:
    """An empty database beside the site's, with today's tables and triggers."""
    with tempfile.TemporaryDirectory(prefix="sitter-bench-") as folder:
        name = f"sitter_bench_{os.getpid()}"
        sqlite = connection.vendor == "sqlite"
        connection.settings_dict["TEST"]["NAME"] = str(Path(folder) / name) if sqlite else name
        own = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(own, verbosity=0)


def _fill(count: int, report: Report) -> None:
    """Entries as `append` makes them, stored many at a time."""
    edge, now = ledger.Frontier(), timezone.now()
    for start in range(0, count, CHUNK):
        entries, told, nodes = [], [], []
        for index in range(start, min(start + CHUNK, count)):
            row, disclosure, hashed = _rows(index, now)
            entries.append(row)
            told.append(disclosure)
            nodes += [(tree.node_id(node), value) for node, value in edge.append(hashed)]
        with transaction.atomic():
            _store(
                LedgerEntry, ("index", "kind", "object", "data", "salt", "created_at", "leaf", "leaf_hash"), entries
            )
            _store(Disclosure, ("entry_id", "field", "salt", "value"), told)
            _store(LedgerNode, ("id", "hash"), nodes)
        report(edge.size)
    LedgerTree.objects.create(pk=tree.ONLY, size=edge.size, peaks=b"".join(edge.hashes))


def _rows(index: int, now: datetime) -> tuple[Row, Row, bytes]:
    """Columns of an entry and of its disclosure, and the leaf hash."""
    actor, object_id, data = (
        f"{index % 5000:016x}",
        f"00000000-0000-4000-8000-{index:012x}",
        {"code": f"{index:010X}"},
    )
    salt, actor_salt = ledger.new_salt(), ledger.new_salt()
    bound = {
        "actor": ledger.commitment("actor", actor_salt, actor),
        "facts": ledger.commitment("facts", salt, {"object": object_id, "data": data}),
    }
    leaf = ledger.entry_leaf(index=index, kind=Kind.SEAL.value, at=to_second(now), bound=bound)
    hashed = ledger.leaf_hash(leaf)
    when = connection.ops.adapt_datetimefield_value(now)
    row = (index, Kind.SEAL.value, object_id, json.dumps(data), salt, when, leaf.decode(), hashed.hex())
    return row, (index, Field.ACTOR.value, actor_salt, actor), hashed


def _store(model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert without asking each row's model: COPY on PostgreSQL."""
    quote = connection.ops.quote_name
    into = f"{quote(model._meta.db_table)} ({', '.join(map(quote, columns))})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {into} VALUES ({places})", rows)  # noqa: S608 (our own names)


def _checked_inclusion(index: int, size: int, root: bytes) -> None:
    path = ledger.inclusion_proof(index, size, tree.read)
    leaf = bytes.fromhex(LedgerEntry.objects.values_list("leaf_hash", flat=True).get(index=index))
    assert ledger.verify_inclusion(leaf, index, size, path, root)


def _checked_consistency(old_size: int, size: int, root: bytes) -> None:
    path = ledger.consistency_proof(old_size, size, tree.read)
    assert ledger.verify_consistency(old_size, size, ledger.root_of(old_size, tree.read), root, path)


def _timed(tries: int, act: Callable[[int], object]) -> dict[str, float]:
    """Milliseconds of the clock, and of this process's CPU, which a busy machine does not lengthen."""
    spent, cpu_began = [], time.process_time()
    for number in range(tries):
        began = time.perf_counter()
        act(number)
        spent.append(1000 * (time.perf_counter() - began))
    cpu = 1000 * (time.process_time() - cpu_began) / tries
    spent.sort()
    found = {"median": statistics.median(spent), "p95": spent[int(0.95 * tries)], "cpu": cpu}
    return {name: round(value, 2) for name, value in found.items()}
