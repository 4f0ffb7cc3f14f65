"""A worker's share of a live check: measure the film in a child process, compare it with earlier ones, judge."""

from __future__ import annotations

import base64
import logging
from pathlib import Path
from typing import Any

from django.utils import timezone

from provenance.fingerprints import Prints, compare
from webapp import workbench
from webapp.consent.live import services
from webapp.consent.live.judge import Asked, Check, judge
from webapp.consent.live.models import Attempt, Challenge, State
from webapp.files import discard, fetch, sha256_of, workspace

log = logging.getLogger(__name__)
LIMIT_S = 300.0  # of one film; two busy cores watch and hear 15 s in about 30
STATES = {"pass": State.PASSED, "unsure": State.UNSURE, "fail": State.FAILED}


def check(challenge_id: str) -> None:
    """Finish a live check, or do nothing if that has been done."""
    challenge = Challenge.objects.select_related("portrait").filter(pk=challenge_id, state=State.CHECKING).first()
    if challenge is None:
        return
    try:
        with workspace() as folder:
            _check(challenge, folder)
    except workbench.Stopped:
        return
    except workbench.Declined as reason:
        if not reason.refused:
            log.error("live check %s: %s", challenge.pk, reason.code)
            services.give_back(challenge)
            return
        refusal = Check("film", "fail", None, reason.message, reason.hint)
        services.settle(challenge, State.FAILED, [refusal.as_json()], clip="")
        discard(challenge.clip)  # nobody could watch it
    except workbench.Crashed as crash:
        log.error("live check %s: %s", challenge.pk, crash)
        services.give_back(challenge)


def _check(challenge: Challenge, folder: Path) -> None:
    film = fetch(challenge.clip, folder / "film")
    portrait = fetch(challenge.portrait.file, folder / "portrait")
    order = {
        "film": str(film),
        "portrait": str(portrait),
        "face_index": challenge.portrait.face_index,
        "language": challenge.language,
    }
    seen = _run(challenge, "measure_presence", order)
    taken = _run(challenge, "take_prints", {"source": str(film)})
    prints = Prints.from_bytes(base64.b64decode(taken["prints"]))
    asked = Asked(
        language=challenge.language,
        phrase=challenge.phrase,
        earlier=challenge.earlier,
        moves=challenge.moves,
        timed=challenge.timed,
        looks_young=any(finding["code"] == "young" for finding in challenge.portrait.findings),
    )
    found = judge(seen, asked, repeats=_repeats(challenge, prints))
    services.settle(
        challenge,
        STATES[found.outcome],
        [one.as_json() for one in found.checks],
        prints=prints.as_bytes(),
        said_minor=found.said_minor,
        clip_sha256=sha256_of(film),
        embedding_sha256=seen["embedding_sha256"],
        speaker=base64.b64decode(seen["speaker"]),
    )


def _run(challenge: Challenge, work: str, order: dict[str, Any]) -> dict[str, Any]:
    row = Challenge.objects.filter(pk=challenge.pk, state=State.CHECKING)
    return workbench.run(work, order, beat=lambda _: row.update(sent_at=timezone.now()) == 1, limit_s=LIMIT_S)


def _repeats(challenge: Challenge, prints: Prints) -> bool:
    """Whether the sound is that of an earlier film of this portrait. Pictures alike are not enough: the same person
    before the same wall looks the same at every try."""
    known = Attempt.objects.filter(portrait_sha256=challenge.portrait_sha256).exclude(prints=b"")
    return any(
        compare(prints, Prints.from_bytes(bytes(stored))).same_sound
        for stored in known.values_list("prints", flat=True).iterator()
    )
