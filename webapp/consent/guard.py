"""The database's own guards: nobody living agrees without a live check; no withdrawn video goes on."""

from typing import Any

from webapp.trigger import Guard

GOING_ON = "'SEALING', 'IN_REVIEW', 'PUBLISHED'"
VIDEOS = Guard(
    name="videos_job_needs_consent",
    tables=frozenset({"videos_job", "consent_consent", "consent_videowithdrawal", "consent_purposewithdrawal"}),
    stopped=f"""NEW.status IN ({GOING_ON}) AND NEW.status <> OLD.status AND (
    EXISTS (SELECT 1 FROM consent_consent c WHERE c.id = NEW.consent_id AND c.withdrawn_at IS NOT NULL)
    OR EXISTS (SELECT 1 FROM consent_videowithdrawal w WHERE w.job_id = NEW.id)
    OR EXISTS (SELECT 1 FROM consent_purposewithdrawal p
        WHERE p.consent_id = NEW.consent_id AND p.purpose = NEW.purpose))""",  # noqa: S608 (our own names)
    why="its sitter has withdrawn this video",
)
CONSENTS = Guard(
    name="consent_needs_live_check",
    tables=frozenset({"consent_consent", "live_challenge"}),
    table="consent_consent",
    event="INSERT",
    stopped="""NEW.depicted <> 'NOBODY_LIVING' AND NOT EXISTS (SELECT 1 FROM live_challenge l
    WHERE l.id = NEW.live_check_id AND l.state = 'PASSED'
        AND l.portrait_id = NEW.portrait_id AND l.portrait_sha256 = NEW.portrait_sha256)""",
    why="nobody living agrees without a live check",
)


def take_off(using: str, **_: Any) -> None:
    """Drop both; a receiver of pre_migrate."""
    for guard in (VIDEOS, CONSENTS):
        guard.take_off(using=using)


def put_on(using: str, **_: Any) -> None:
    """Make those whose tables are there; a receiver of post_migrate."""
    for guard in (VIDEOS, CONSENTS):
        guard.put_on(using=using)
