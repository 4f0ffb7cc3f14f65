"""Asking whether a suspect was made here. Of strangers, only a count is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from webapp.accounts.models import User
from webapp.audit.models import Kind
from webapp.audit.services import append
from webapp.errors_text import Explanation, Refused
from webapp.files import discard
from webapp.lookup import tasks
from webapp.lookup.models import LookUp, LookUpCount, State
from webapp.queue import send_on_commit
from webapp.videos.models import Job

KEPT = timedelta(hours=1)  # that an answer stays on its page
OPEN_LIMIT = 20  # look-ups that may wait at once, of strangers together


def ask(*, suspect: File[bytes], by: User | None) -> LookUp:
    """Queue a look at a suspect file. Refused when too many wait already. `by` is a reviewer, or None."""
    waiting = LookUp.objects.filter(asked_by=None, state__in=(State.WAITING, State.LOOKING)).count()
    if by is None and waiting >= OPEN_LIMIT:
        raise Refused("look_up_busy")
    look_up = LookUp(asked_by=by)
    look_up.suspect.save("suspect", suspect, save=False)
    with transaction.atomic():
        look_up.save(force_insert=True)
        send_on_commit(tasks.look_up, look_up.pk)
    return look_up


@transaction.atomic
def settle(look_up: LookUp, *, found: dict[str, Any], sha256: str) -> None:
    """Write down the answer; of a reviewer's look-up in the ledger, too, of a stranger's a count only."""
    job = Job.objects.filter(code=int(found["job_code"], 16)).first() if found["job_code"] else None
    mine = LookUp.objects.filter(pk=look_up.pk, state=State.LOOKING)
    if not mine.update(
        state=State.DONE, progress=1.0, found=found, job=job, sha256=sha256, finished_at=timezone.now()
    ):
        return
    _count(found["verdict"])
    if look_up.asked_by:
        append(
            kind=Kind.LOOK_UP,
            actor=look_up.asked_by,
            object_id=job.pk if job else "",
            suspect_sha256=sha256,
            verdict=found["verdict"],
        )


def give_up(look_up: LookUp, state: State, why: Explanation) -> None:
    """End a look-up with a reason for people."""
    LookUp.objects.filter(pk=look_up.pk, state=State.LOOKING).update(
        state=state, message=why.message, hint=why.hint, finished_at=timezone.now()
    )
    _count(state.lower())


def forget_old() -> None:
    """Drop answers that have been there for an hour, and files that nobody looked at."""
    for look_up in LookUp.objects.filter(created_at__lt=timezone.now() - KEPT):
        discard(look_up.suspect)
        look_up.delete()


def _count(verdict: str) -> None:
    day = timezone.now().date()
    LookUpCount.objects.get_or_create(day=day, verdict=verdict)
    LookUpCount.objects.filter(day=day, verdict=verdict).update(number=F("number") + 1)
