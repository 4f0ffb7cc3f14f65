"""The database's own guard: no video goes on once it or its consent was withdrawn, whatever our code does."""

from webapp.jobguard import JobGuard

GOING_ON = "'SEALING', 'IN_REVIEW', 'PUBLISHED'"
GUARD = JobGuard(
    name="videos_job_needs_consent",
    tables=frozenset({"videos_job", "consent_consent", "consent_videowithdrawal", "consent_purposewithdrawal"}),
    stopped=f"""NEW.status IN ({GOING_ON}) AND NEW.status <> OLD.status AND (
    EXISTS (SELECT 1 FROM consent_consent c WHERE c.id = NEW.consent_id AND c.withdrawn_at IS NOT NULL)
    OR EXISTS (SELECT 1 FROM consent_videowithdrawal w WHERE w.job_id = NEW.id)
    OR EXISTS (SELECT 1 FROM consent_purposewithdrawal p
        WHERE p.consent_id = NEW.consent_id AND p.purpose = NEW.purpose))""",  # noqa: S608 (our own names)
    why="its sitter has withdrawn this video",
)
take_off, put_on = GUARD.take_off, GUARD.put_on
