"""The database's own guard: nothing is painted of a request that a reviewer has not let pass."""

from webapp.trigger import Guard

GOING_ON = "'QUEUED', 'RUNNING', 'SEALING', 'IN_REVIEW', 'PUBLISHED'"
GUARD = Guard(
    name="videos_job_needs_leave",
    tables=frozenset({"videos_job", "moderation_hold", "moderation_ruling"}),
    stopped=f"""NEW.status IN ({GOING_ON}) AND NEW.status <> OLD.status AND EXISTS (
    SELECT 1 FROM moderation_hold h WHERE h.job_id = NEW.id AND NOT EXISTS (
        SELECT 1 FROM moderation_ruling r WHERE r.hold_id = h.id AND r.verdict = 'ALLOWED'))""",  # noqa: S608
    why="a reviewer has not let this request pass",
)
