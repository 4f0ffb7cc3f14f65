"""The database's own guard: no video goes on once it or its consent was withdrawn, whatever our code does.

The trigger speaks of several tables, and SQLite neither keeps it when it rebuilds one of them nor renames a table
that a trigger misses: so it is taken off before migrations and put back after them.
"""

from __future__ import annotations

from typing import Any

from django.db import connections

NAME = "videos_job_needs_consent"
TABLES = {"videos_job", "consent_consent", "consent_videowithdrawal", "consent_purposewithdrawal"}
GOING_ON = "'SEALING', 'IN_REVIEW', 'PUBLISHED'"
STOPPED = f"""NEW.status IN ({GOING_ON}) AND NEW.status <> OLD.status AND (
    EXISTS (SELECT 1 FROM consent_consent c WHERE c.id = NEW.consent_id AND c.withdrawn_at IS NOT NULL)
    OR EXISTS (SELECT 1 FROM consent_videowithdrawal w WHERE w.job_id = NEW.id)
    OR EXISTS (SELECT 1 FROM consent_purposewithdrawal p
        WHERE p.consent_id = NEW.consent_id AND p.purpose = NEW.purpose))"""  # noqa: S608 (our own names)
WHY = "its sitter has withdrawn this video"
ON_SQLITE = (
    f"CREATE TRIGGER {NAME} BEFORE UPDATE OF status ON videos_job WHEN {STOPPED} "
    f"BEGIN SELECT RAISE(ABORT, '{WHY}'); END",
)
ON_POSTGRESQL = (
    f"CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {STOPPED} THEN "
    f"RAISE EXCEPTION '{WHY}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
    f"CREATE TRIGGER {NAME} BEFORE UPDATE OF status ON videos_job FOR EACH ROW EXECUTE FUNCTION {NAME}()",
)


def take_off(using: str, **_: Any) -> None:
    """Drop the trigger, if it is there; a receiver of pre_migrate."""
    connection = connections[using]
    on = " ON videos_job" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER IF EXISTS {NAME}{on}")


def put_on(using: str, **_: Any) -> None:
    """Make the trigger, once its tables are there; a receiver of post_migrate."""
    connection = connections[using]
    if not set(connection.introspection.table_names()) >= TABLES:
        return
    take_off(using)
    with connection.cursor() as cursor:
        for statement in ON_SQLITE if connection.vendor == "sqlite" else ON_POSTGRESQL:
            cursor.execute(statement)
