"""Asking for a live check, taking the film, telling what came of it.

For whoever needs a sitter's word: `begin(...)` or `begin_for(...)` makes a Challenge whose page is `live:page`;
standing.py finds the one that may speak for a consent.
"""

from __future__ import annotations

import random
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from webapp.accounts.models import User
from webapp.audit.models import Kind
from webapp.audit.services import append
from webapp.consent.letters import tell_looked_at
from webapp.consent.live import moves, phrases, tasks
from webapp.consent.live.models import Attempt, Challenge, State
from webapp.consent.live.standing import require_no_minor
from webapp.consent.models import Request
from webapp.errors_text import Refused
from webapp.files import discard
from webapp.queue import send_on_commit
from webapp.uploads.models import Portrait
from webapp.vault import require_key

FRESH = timedelta(minutes=5)  # that a phrase may be answered
TRIES = 3  # failed ones, of one portrait, before a pause
PAUSE = timedelta(hours=1)
APPEAL_FOR = timedelta(hours=1)  # that the film of a failed try is kept, so that a person can be asked to look
DRAWABLE = (State.READY, State.OPEN, State.FAILED)


def begin(
    portrait: Portrait, language: str, *, by: User | None = None, request: Request | None = None
) -> Challenge:
    """A new live check of the person in `portrait`, speaking `language` (a key of phrases.TONGUES).

    That person is `by`, or whoever answers `request` and has said there that they are an adult.
    """
    if not portrait.is_ready:
        raise Refused("portrait_not_ready")
    if language not in phrases.TONGUES:
        raise Refused("live_language")
    require_no_minor(portrait.sha256)
    return Challenge.objects.create(
        portrait=portrait,
        portrait_sha256=portrait.sha256,
        language=language,
        begun_by=by,
        request=request,
        is_adult=request is not None,
    )


def begin_for(request: Request, language: str) -> Challenge:
    """The one live check that answers `request`. Another language begins it anew, unless a film is looked at."""
    under_way = request.live_checks.first()
    if under_way is None:
        return begin(request.portrait, language, request=request)
    if under_way.language != language and language in phrases.TONGUES:
        rows = Challenge.objects.filter(pk=under_way.pk, state__in=DRAWABLE)
        if rows.update(state=State.READY, language=language, phrase=[], checks=[], clip=""):
            discard(under_way.clip)
            under_way.refresh_from_db()
    return under_way


def ask_anew(challenge: Challenge) -> None:
    """What was or will be said in the present film no longer counts: a new one is needed. Call in a transaction."""
    states = (*DRAWABLE, State.UNSURE, State.PASSED)
    rows = Challenge.objects.filter(pk=challenge.pk, state__in=states, consent=None)
    nothing: dict[str, Any] = {"checks": [], "clip": "", "speaker": b"", "appeal": "", "decided_by": None}
    if not rows.update(state=State.READY, finished_at=None, **nothing):
        raise Refused("live_answered")
    transaction.on_commit(lambda clip=challenge.clip: discard(clip))  # type: ignore[misc]
    challenge.refresh_from_db()


def draw(challenge: Challenge, *, is_adult: bool = False, chance: random.Random | None = None) -> None:
    """Ask for a new phrase and new moves, valid from now for FRESH; the film of the try before is forgotten.

    Refused during a pause, after a minor spoke, and until the sitter has said once that they are an adult.
    """
    chance = chance or secrets.SystemRandom()
    if not (is_adult or challenge.is_adult):
        raise Refused("live_adult")
    require_no_minor(challenge.portrait_sha256)
    until = paused_until(challenge)
    if until:
        raise Refused("live_paused", minutes=-(-(until - timezone.now()).seconds // 60))
    rows = Challenge.objects.filter(pk=challenge.pk, state__in=DRAWABLE)
    earlier = [*challenge.earlier, challenge.phrase] if challenge.phrase else challenge.earlier
    done = rows.update(
        state=State.OPEN,
        is_adult=True,
        earlier=earlier,
        phrase=phrases.phrase(challenge.language, chance),
        moves=moves.draw(chance),
        drawn_at=timezone.now(),
        checks=[],
        clip="",
        speaker=b"",
        appeal="",
        decided_by=None,
        finished_at=None,
    )
    if not done:
        raise Refused("live_answered")
    discard(challenge.clip)
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
    """Write down what came of a film. keeping.py forgets it once neither reviewer nor consent needs it."""
    with transaction.atomic():
        mine = Challenge.objects.filter(pk=challenge.pk, state=State.CHECKING)
        if not mine.update(state=state, checks=checks, finished_at=timezone.now(), **columns):
            return
        Attempt.objects.create(
            challenge=challenge,
            portrait_sha256=challenge.portrait_sha256,
            prints=prints,
            passed=state != State.FAILED,
        )


def give_back(challenge: Challenge) -> None:
    """After a fault of ours: the try does not count, and the sitter may begin again."""
    rows = Challenge.objects.filter(pk=challenge.pk, state=State.CHECKING)
    if rows.update(state=State.READY, clip=""):
        discard(challenge.clip)


def appeal(challenge: Challenge, *, reason: str) -> None:
    """Let a reviewer look at a film that failed, as long as it is kept."""
    if not reason.strip():
        raise Refused("live_appeal_reason")
    failed = Challenge.objects.filter(pk=challenge.pk, state=State.FAILED).exclude(clip="")
    if not failed.filter(finished_at__gt=timezone.now() - APPEAL_FOR).update(
        state=State.UNSURE, appeal=reason.strip()
    ):
        raise Refused("live_appeal_late")


def decide(challenge: Challenge, *, by: User, passes: bool, reason: str) -> None:
    """A reviewer's word on a film that the numbers could not tell. Nobody decides on their own portrait."""
    if challenge.portrait.owner_id == by.pk:
        raise Refused("own_video")
    if not reason.strip():
        raise Refused("live_reason_missing")
    decided: dict[str, Any] = {"state": State.FAILED, "clip": "", "speaker": b""}
    if passes:
        decided = {"state": State.PASSED, "said_minor": False}
    rows = Challenge.objects.filter(pk=challenge.pk, state=State.UNSURE)
    with transaction.atomic():
        if not rows.update(decided_by=by, finished_at=timezone.now(), **decided):
            raise Refused("too_late")
        append(
            kind=Kind.DECISION, actor=by, object_id=challenge.pk, reason=reason, live_check=1, passes=int(passes)
        )
        if address := _address(challenge):
            tell_looked_at(to=address, passes=passes)
    if not passes:
        discard(challenge.clip)


def _address(challenge: Challenge) -> str:
    """Of whoever filmed themselves; empty where a sitter without an account gave none."""
    if challenge.request:
        return str(challenge.request.terms.get("email", ""))
    return challenge.begun_by.email if challenge.begun_by else ""


def can_appeal(challenge: Challenge) -> bool:
    """Whether its film is still there for a reviewer."""
    at = challenge.finished_at
    return bool(challenge.state == State.FAILED and challenge.clip and at and at > timezone.now() - APPEAL_FOR)


def paused_until(challenge: Challenge) -> datetime | None:
    """When the next try is allowed, if that is not now."""
    recent = list(_failed(challenge).order_by("-created_at").values_list("created_at", flat=True)[:TRIES])
    return recent[-1] + PAUSE if len(recent) == TRIES else None


def tries_left(challenge: Challenge) -> int:
    """Before the pause."""
    return max(0, TRIES - _failed(challenge).count())


def _failed(challenge: Challenge) -> QuerySet[Attempt]:
    since = timezone.now() - PAUSE
    return Attempt.objects.filter(portrait_sha256=challenge.portrait_sha256, passed=False, created_at__gt=since)
