"""What speaks for letting a person look at a request before a frame is painted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from django.utils import timezone

from webapp.consent import faces
from webapp.consent.models import Consent, Depicted
from webapp.moderation.listening import heard
from webapp.moderation.models import Hold, Verdict
from webapp.uploads.models import Portrait, Recording

About = Literal["consent", "portrait", "recording"]

# code → its name for reviewers, and why, for whoever asked
SEEN = {
    "nudity": (
        "Nudity",
        "The picture may show a person without clothes. A reviewer looks whether it may speak here.",
    ),
    "young": (
        "Perhaps a child",
        "The person in the picture may be a child. A child's likeness is never made to speak, so a reviewer looks "
        "at it first.",
    ),
    "near_blocked": (
        "Near a blocked face",
        "The face is much like one that can't be used here. A reviewer looks whether it is another.",
    ),
}
SOMETHING = ("The picture", "Something in the picture needs a person's eye before it may speak.")
NOBODY = (
    "Nobody living",
    "You said that this picture shows nobody living. A reviewer looks once at where it comes from; later videos "
    "under the same consent do not wait for that.",
)


@dataclass(frozen=True)
class Finding:
    """One reason to look, with the sentence that the creator reads."""

    code: str
    name: str
    sentence: str
    about: About
    words: tuple[tuple[int, int], ...] = ()  # first letter and end in listening.text_of the recording
    number: float | None = None


def from_json(kept: dict[str, Any]) -> Finding:
    """The finding that a Hold keeps."""
    return Finding(**kept | {"words": tuple((start, stop) for start, stop in kept["words"])})


def as_json(finding: Finding) -> dict[str, Any]:
    """How a Hold keeps it."""
    return asdict(finding) | {"words": [list(span) for span in finding.words]}


def findings_of(hold: Hold) -> tuple[Finding, ...]:
    """What was found then."""
    return tuple(map(from_json, hold.findings))


def gather(portrait: Portrait, recording: Recording, consent: Consent) -> tuple[Finding, ...]:
    """All that is to be looked at when `portrait` shall speak `recording` under `consent`."""
    found: list[Finding] = []
    if consent.depicted == Depicted.NOBODY_LIVING:
        found.append(Finding("nobody_living", *NOBODY, "consent"))
    for seen in faces.findings(portrait):
        found.append(
            Finding(seen["code"], *SEEN.get(seen["code"], SOMETHING), "portrait", number=seen.get("number"))
        )
    for said in heard(recording, timezone.now().date()):
        found.append(Finding(said.code, said.name, said.why, "recording", said.words))
    return tuple(found)


def undecided(portrait: Portrait, recording: Recording, consent: Consent) -> tuple[Finding, ...]:
    """What no reviewer has let pass yet.

    What was allowed of a consent or its portrait, whose bytes it is bound to, is allowed for all that is made under
    that consent; what was allowed of a recording, for the same recording under that consent.
    """
    found = gather(portrait, recording, consent)
    if not found:
        return ()
    passed = Hold.objects.filter(job__consent=consent, rulings__verdict=Verdict.ALLOWED).select_related("job")
    known = {_key(finding, hold.job.recording_id) for hold in passed for finding in findings_of(hold)}
    return tuple(finding for finding in found if _key(finding, recording.pk) not in known)


def _key(finding: Finding, recording_id: object) -> tuple[object, ...]:
    """What must be the same for an earlier word to count."""
    same = (finding.code, finding.about)
    return (*same, recording_id, finding.words) if finding.about == "recording" else same
