"""Triggers that make the database itself keep history as it was, on SQLite and PostgreSQL alike.

SQLite drops a table's triggers whenever a migration rebuilds the table: such a migration ends with KeepRows again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython


class KeepRows(RunPython):
    """A migration step: rows of `table` are never deleted and, unless `columns` names some, never changed.

    With `columns`, only those are frozen; a row whose `once` column is set changes no more at all; `erasable` rows
    may be deleted; `key` names the columns by which SQLite's INSERT OR REPLACE would put a row in another's place.
    """

    def __init__(
        self,
        table: str,
        *,
        columns: tuple[str, ...] = (),
        once: str = "",
        erasable: bool = False,
        key: tuple[str, ...] = (),
    ) -> None:
        self.table = table

        def forwards(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
            drop(editor, table)
            create(editor, table, columns=columns, once=once, erasable=erasable, key=key)

        def backwards(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
            drop(editor, table)

        super().__init__(forwards, backwards)


@dataclass(frozen=True)
class _Guard:
    """A trigger: refuses `event`, where `condition` (SQL) holds."""

    name: str
    event: str
    condition: str = ""


def create(
    editor: Any,
    table: str,
    *,
    columns: tuple[str, ...] = (),
    once: str = "",
    erasable: bool = False,
    key: tuple[str, ...] = (),
) -> None:
    """Put the triggers on `table`; see KeepRows."""
    of = f" OF {', '.join(columns)}" if columns else ""
    guards = [_Guard(f"{table}_keeps_columns", f"UPDATE{of}")]
    if not erasable:
        guards.append(_Guard(f"{table}_keeps_rows", "DELETE"))
    if once:
        guards.append(_Guard(f"{table}_changes_once", "UPDATE", f"OLD.{once} IS NOT NULL"))
    statements = _sqlite if editor.connection.vendor == "sqlite" else _postgresql
    for statement in statements(table, guards, key):
        editor.execute(statement)


def drop(editor: Any, table: str) -> None:
    """Take the triggers off again."""
    on = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
    for what in ("keeps_rows", "keeps_columns", "changes_once", "keeps_all", "keeps_place"):
        editor.execute(f"DROP TRIGGER IF EXISTS {table}_{what}{on}")


def _sqlite(table: str, guards: list[_Guard], key: tuple[str, ...]) -> list[str]:
    if key:  # a replaced row is deleted without asking the trigger
        taken = " OR ".join(f'"{column}" = NEW."{column}"' for column in key)
        held = f"EXISTS (SELECT 1 FROM {table} WHERE {taken})"  # noqa: S608 (names from migrations)
        guards = [*guards, _Guard(f"{table}_keeps_place", "INSERT", held)]
    return [
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {table}"
        f"{f' WHEN {guard.condition}' if guard.condition else ''}"
        f" BEGIN SELECT RAISE(ABORT, '{table} keeps its history'); END"
        for guard in guards
    ]


def _postgresql(table: str, guards: list[_Guard], key: tuple[str, ...]) -> list[str]:
    function = (
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} keeps its history' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    rows = [
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {table} FOR EACH ROW"
        f"{f' WHEN ({guard.condition})' if guard.condition else ''} EXECUTE FUNCTION {table}_refuse()"
        for guard in guards
    ]
    held = f"EXISTS (SELECT 1 FROM {table})"  # noqa: S608 (names from migrations)
    whole = (
        f"CREATE OR REPLACE FUNCTION {table}_refuse_all() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {held} THEN RAISE EXCEPTION '{table} keeps its history' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NULL; END $$"
    )
    truncate = f"CREATE TRIGGER {table}_keeps_all BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {table}_refuse_all()"
    return [function, *rows, whole, truncate]
