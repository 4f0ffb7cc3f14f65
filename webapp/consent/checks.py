"""How a sitter's agreement was taken, as the receipt tells it. What else can check a sitter adds its own here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from webapp.audit.models import to_second
from webapp.consent.live.models import Challenge
from webapp.uploads.models import Recording

SOURCE = "source"  # the kind that speaks for a picture of nobody living
GIVEN, PASSED = "given", "passed"  # results: taken as it came; found to be right by a machine or a person


@dataclass(frozen=True)
class Check:
    """One thing that speaks for the consent being the sitter's.

    `facts` go into the receipt as they are: text and whole numbers (fractions as text), hashes rather than things.
    """

    kind: str  # typed, spoken, link, live, source
    result: str
    facts: Mapping[str, str | int | None] = field(default_factory=dict)

    def as_json(self) -> dict[str, str | int | None]:
        """The form in which it is signed."""
        return {"kind": self.kind, "result": self.result} | dict(self.facts)


def typed(statement: str) -> Check:
    """Words that somebody typed; nobody checked who."""
    return Check("typed", GIVEN, {"sha256": hashlib.sha256(statement.encode()).hexdigest()})


def spoken(recording: Recording) -> Check:
    """A recording that was handed in; whether it can be used is found out later, and the consent waits for that."""
    sha256 = recording.sha256
    if not sha256 and recording.quarantined:
        with recording.quarantined.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Check("spoken", GIVEN, {"recording": str(recording.pk), "sha256": sha256 or None})


def by_link(request_id: object) -> Check:
    """Somebody opened the private link that the creator passed on, and answered there."""
    return Check("link", GIVEN, {"request": str(request_id)})


def live(challenge: Challenge) -> Check:
    """The sitter stood before a camera; numbers as they were measured, whoever judged them."""
    numbers = {one["name"]: f"{one['number']:.3f}" for one in challenge.checks if one["number"] is not None}
    facts: dict[str, str | int | None] = {
        "check": str(challenge.pk),
        "by": "reviewer" if challenge.decided_by_id else "machine",
        "at": to_second(challenge.finished_at) if challenge.finished_at else None,
        "clip_sha256": challenge.clip_sha256 or None,
        "adult": "stated",
    }
    return Check("live", PASSED, facts | numbers)


def source(where: str, evidence: str) -> Check:
    """Where a picture of nobody living comes from, and what shows that; a reviewer judges it."""
    return Check(SOURCE, GIVEN, {"source": where, "evidence": evidence})
