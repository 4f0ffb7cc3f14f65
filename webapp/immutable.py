"""Triggers that make the database itself keep history as it was, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython


class KeepRows(RunPython):
    """A migration step: rows of `table` are never deleted and, unless `columns` names some, never changed.

    With `columns`, only those are frozen; and a row whose `once` column is set changes no more at all.
    """

    def __init__(self, table: str, *, columns: tuple[str, ...] = (), once: str = "") -> None:
        def forwards(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
            create(editor, table, columns=columns, once=once)

        def backwards(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
            drop(editor, table)

        super().__init__(forwards, backwards)


def create(editor: Any, table: str, *, columns: tuple[str, ...] = (), once: str = "") -> None:
    """Put the triggers on `table`."""
    of = f" OF {', '.join(columns)}" if columns else ""
    for statement in _create(editor.connection.vendor, table, of, once):
        editor.execute(statement)


def drop(editor: Any, table: str) -> None:
    """Take the triggers off again."""
    on = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
    for name in _names(table):
        editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def _names(table: str) -> tuple[str, str, str]:
    return f"{table}_keeps_rows", f"{table}_keeps_columns", f"{table}_changes_once"


def _create(vendor: str, table: str, of: str, once: str) -> list[str]:
    rows, columns, changes = _names(table)
    guards = [(rows, "DELETE", ""), (columns, f"UPDATE{of}", "")]
    if once:
        guards.append((changes, "UPDATE", once))
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {name} BEFORE {event} ON {table}"
            f"{f' WHEN OLD.{column} IS NOT NULL' if column else ''}"
            f" BEGIN SELECT RAISE(ABORT, '{table} keeps its history'); END"
            for name, event, column in guards
        ]
    function = (
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} keeps its history' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    return [function] + [
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW"
        f"{f' WHEN (OLD.{column} IS NOT NULL)' if column else ''} EXECUTE FUNCTION {table}_refuse()"
        for name, event, column in guards
    ]
