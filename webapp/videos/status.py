"""The only module that changes a job's status, each time by one conditional update naming the state it leaves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q

from webapp.errors_text import Explanation
from webapp.videos.models import Job, Status

NEXT: dict[Status, frozenset[Status]] = {
    Status.HELD: frozenset({Status.QUEUED, Status.REJECTED, Status.CANCELLED}),
    Status.QUEUED: frozenset({Status.RUNNING, Status.CANCELLED, Status.FAILED}),
    Status.RUNNING: frozenset(
        {Status.RUNNING, Status.HELD, Status.QUEUED, Status.SEALING, Status.CANCELLED, Status.FAILED}
    ),
    Status.SEALING: frozenset({Status.SEALING, Status.IN_REVIEW, Status.QUEUED, Status.CANCELLED, Status.FAILED}),
    Status.IN_REVIEW: frozenset({Status.PUBLISHED, Status.REJECTED, Status.CANCELLED}),
    Status.PUBLISHED: frozenset({Status.HIDDEN, Status.TAKEN_DOWN}),
    Status.HIDDEN: frozenset({Status.PUBLISHED, Status.TAKEN_DOWN}),
    Status.REJECTED: frozenset({Status.QUEUED, Status.PUBLISHED}),  # on appeal
    Status.FAILED: frozenset({Status.HELD, Status.QUEUED}),
    Status.CANCELLED: frozenset({Status.HELD, Status.QUEUED}),
    Status.TAKEN_DOWN: frozenset(),
}


class NotAWay(ValueError):
    """The design knows no such step; a mistake in our code."""


def told(why: Explanation) -> dict[str, Any]:
    """Columns that say why a job is where it is."""
    return {"error_code": why.code, "message": why.message, "hint": why.hint}


UNTOLD: dict[str, Any] = told(Explanation("", "", ""))  # nothing to say any more


def move(
    job_id: UUID | str, *, leaving: tuple[Status, ...], to: Status, where: Q | None = None, **columns: Any
) -> bool:
    """Take the job from one of `leaving` to `to` if it is there and `where` holds; False if not, or no more."""
    if any(to not in NEXT[state] for state in leaving):
        raise NotAWay(f"{leaving} → {to}")
    rows = Job.objects.filter(where or Q(), pk=job_id, status__in=leaving)
    return rows.update(status=to, **columns) == 1
