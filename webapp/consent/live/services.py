"""Asking for a live check, taking the film, telling what came of it.

For whoever needs a sitter's word: `begin(...)` makes a Challenge whose page is `live:page`; `result(challenge)`
says how it stands, at any time.
"""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from webapp.accounts.models import User
from webapp.audit.models import Kind
from webapp.audit.services import append
from webapp.consent.live import moves, phrases, tasks
from webapp.consent.live.models import Attempt, Challenge, State
from webapp.errors_text import Refused
from webapp.files import discard
from webapp.queue import send_on_commit
from webapp.uploads.models import Portrait
from webapp.vault import require_key

FRESH = timedelta(minutes=5)  # that a phrase may be answered
TRIES = 3  # failed ones, of one portrait, before a pause
PAUSE = timedelta(hours=1)
DRAWABLE = (State.READY, State.OPEN, State.FAILED)


@dataclass(frozen=True)
class Result:
    """How a live check stands."""

    state: State
    checks: list[dict[str, Any]]  # name, outcome, number, sentence, again
    statement: str  # what was to be read aloud
    clip_sha256: str
    embedding_sha256: str  # of the portrait's face
    finished_at: datetime | None
    by_reviewer: bool

    @property
    def passed(self) -> bool:
        """Whether the sitter is the one in the portrait, and agreed, as far as it can be told."""
        return self.state == State.PASSED


def begin(portrait: Portrait, language: str) -> Challenge:
    """A new live check of the person in `portrait`, speaking `language` (a key of phrases.TONGUES)."""
    if not portrait.is_ready:
        raise Refused("portrait_not_ready")
    if language not in phrases.TONGUES:
        raise Refused("live_language")
    return Challenge.objects.create(portrait=portrait, portrait_sha256=portrait.sha256, language=language)


def result(challenge: Challenge) -> Result:
    """How `challenge` stands now."""
    challenge.refresh_from_db()
    return Result(
        state=State(challenge.state),
        checks=challenge.checks,
        statement=challenge.text if challenge.phrase else "",
        clip_sha256=challenge.clip_sha256,
        embedding_sha256=challenge.embedding_sha256,
        finished_at=challenge.finished_at,
        by_reviewer=challenge.decided_by_id is not None,
    )


def passed_by_sitter(portrait: Portrait) -> Challenge | None:
    """The latest live check that was passed for exactly the present bytes of `portrait`."""
    rows = portrait.live_checks.filter(state=State.PASSED, portrait_sha256=portrait.sha256)
    return rows.order_by("-finished_at").first()


def draw(challenge: Challenge, *, chance: random.Random | None = None) -> None:
    """Ask for a new phrase and new moves, valid from now for FRESH. Refused during a pause."""
    chance = chance or secrets.SystemRandom()
    until = paused_until(challenge)
    if until:
        raise Refused("live_paused", minutes=-(-(until - timezone.now()).seconds // 60))
    rows = Challenge.objects.filter(pk=challenge.pk, state__in=DRAWABLE)
    earlier = [*challenge.earlier, challenge.phrase] if challenge.phrase else challenge.earlier
    done = rows.update(
        state=State.OPEN,
        earlier=earlier,
        phrase=phrases.phrase(challenge.language, chance),
        moves=moves.draw(chance),
        drawn_at=timezone.now(),
        checks=[],
        finished_at=None,
    )
    if not done:
        raise Refused("live_answered")
    challenge.refresh_from_db()


def receive(challenge: Challenge, *, film: File[bytes], timed: bool) -> None:
    """Take the film that answers the present phrase, once. `timed`: it was made on the page, to its clock."""
    fresh = Challenge.objects.filter(pk=challenge.pk, state=State.OPEN, drawn_at__gt=timezone.now() - FRESH)
    if not fresh.exists():
        raise Refused("live_late")
    require_key()
    challenge.clip.save("clip", film, save=False)
    with transaction.atomic():
        taken = fresh.update(
            state=State.CHECKING, clip=challenge.clip.name, timed=timed, sent_at=timezone.now(), checks=[]
        )
        if taken:
            send_on_commit(tasks.check_live, challenge.pk)
    if not taken:
        discard(challenge.clip)
        raise Refused("live_late")
    challenge.refresh_from_db()


def settle(
    challenge: Challenge, state: State, checks: list[dict[str, Any]], *, prints: bytes = b"", **columns: Any
) -> None:
    """Write down what came of a film, and forget the film unless a reviewer or the consent still needs it."""
    kept = state in (State.PASSED, State.UNSURE)
    with transaction.atomic():
        mine = Challenge.objects.filter(pk=challenge.pk, state=State.CHECKING)
        if not mine.update(
            state=state,
            checks=checks,
            finished_at=timezone.now(),
            clip=challenge.clip.name if kept else "",
            **columns,
        ):
            return
        Attempt.objects.create(
            challenge=challenge, portrait_sha256=challenge.portrait_sha256, prints=prints, passed=kept
        )
    if not kept:
        discard(challenge.clip)


def give_back(challenge: Challenge) -> None:
    """After a fault of ours: the try does not count, and the sitter may begin again."""
    rows = Challenge.objects.filter(pk=challenge.pk, state=State.CHECKING)
    if rows.update(state=State.READY, clip=""):
        discard(challenge.clip)


def decide(challenge: Challenge, *, by: User, passes: bool, reason: str) -> None:
    """A reviewer's word on a film that the numbers could not tell. Nobody decides on their own portrait."""
    if challenge.portrait.owner_id == by.pk:
        raise Refused("own_video")
    if not reason.strip():
        raise Refused("live_reason_missing")
    state = State.PASSED if passes else State.FAILED
    rows = Challenge.objects.filter(pk=challenge.pk, state=State.UNSURE)
    with transaction.atomic():
        kept = {} if passes else {"clip": ""}
        if not rows.update(state=state, decided_by=by, finished_at=timezone.now(), **kept):
            raise Refused("too_late")
        append(
            kind=Kind.DECISION, actor=by, object_id=challenge.pk, reason=reason, live_check=1, passes=int(passes)
        )
    if not passes:
        discard(challenge.clip)


def paused_until(challenge: Challenge) -> datetime | None:
    """When the next try is allowed, if that is not now."""
    since = timezone.now() - PAUSE
    failed = Attempt.objects.filter(
        portrait_sha256=challenge.portrait_sha256, passed=False, created_at__gt=since
    ).order_by("-created_at")
    recent = list(failed.values_list("created_at", flat=True)[:TRIES])
    return recent[-1] + PAUSE if len(recent) == TRIES else None


def tries_left(challenge: Challenge) -> int:
    """Before the pause."""
    since = timezone.now() - PAUSE
    failed = Attempt.objects.filter(
        portrait_sha256=challenge.portrait_sha256, passed=False, created_at__gt=since
    ).count()
    return max(0, TRIES - failed)
