"""Triggers by which the database itself lets nothing begin or go on that must not, whatever our code does.

They speak of several tables, and SQLite neither keeps a trigger when it rebuilds one of them nor renames a table
that a trigger misses: so they are taken off before migrations and put back after them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connections


@dataclass(frozen=True)
class Guard:
    """A trigger named `name`: refuses `event`, by default a new status of a job, where `stopped` (SQL over OLD and
    NEW) holds."""

    name: str
    tables: frozenset[str]  # that must be there first
    stopped: str
    why: str
    table: str = "videos_job"
    event: str = "UPDATE OF status"

    def take_off(self, using: str, **_: Any) -> None:
        """Drop the trigger, if it is there; a receiver of pre_migrate."""
        connection = connections[using]
        on = f" ON {self.table}" if connection.vendor == "postgresql" else ""
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER IF EXISTS {self.name}{on}")

    def put_on(self, using: str, **_: Any) -> None:
        """Make the trigger, once its tables are there; a receiver of post_migrate."""
        connection = connections[using]
        if not self.tables <= set(connection.introspection.table_names()):
            return
        self.take_off(using)
        with connection.cursor() as cursor:
            for statement in self._sqlite() if connection.vendor == "sqlite" else self._postgresql():
                cursor.execute(statement)

    def _sqlite(self) -> tuple[str, ...]:
        return (
            f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} WHEN {self.stopped} "
            f"BEGIN SELECT RAISE(ABORT, '{self.why}'); END",
        )

    def _postgresql(self) -> tuple[str, ...]:
        return (
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {self.stopped} THEN RAISE EXCEPTION '{self.why}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
            f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {self.name}()",
        )
