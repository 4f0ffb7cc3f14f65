"""What speaks for letting a person look at a request before a frame is painted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from webapp.consent import faces
from webapp.consent.models import Consent, Depicted
from webapp.moderation.models import Hold, Verdict
from webapp.uploads.models import Portrait, Recording

About = Literal["consent", "portrait", "recording"]

NAMES = {
    "nobody_living": "Nobody living",
    "nudity": "Nudity",
    "young": "Perhaps a child",
    "near_blocked": "Near a blocked face",
}
SENTENCES = {
    "nobody_living": "You said that this picture shows nobody living. A reviewer looks once at where it comes "
    "from; later videos under the same consent do not wait for that.",
    "nudity": "The picture may show a person without clothes. A reviewer looks whether it may speak here.",
    "young": "The person in the picture may be a child. A child's likeness is never made to speak, so a reviewer "
    "looks at it first.",
    "near_blocked": "The face is much like one that can't be used here. A reviewer looks whether it is another.",
    "portrait": "Something in the picture needs a person's eye before it may speak.",
}


@dataclass(frozen=True)
class Finding:
    """One reason to look, with the sentence that the creator reads."""

    code: str
    sentence: str
    about: About
    words: tuple[tuple[int, int], ...] = ()  # where they stand in what the recording says: first letter, end
    number: float | None = None

    @property
    def name(self) -> str:
        """In a word or two, for reviewers."""
        return NAMES.get(self.code, self.code.replace("_", " "))

    def as_json(self) -> dict[str, Any]:
        """How a Hold keeps it."""
        return {
            "code": self.code,
            "sentence": self.sentence,
            "about": self.about,
            "words": [list(span) for span in self.words],
            "number": self.number,
        }


def from_json(kept: dict[str, Any]) -> Finding:
    """The finding that a Hold keeps."""
    return Finding(
        kept["code"],
        kept["sentence"],
        kept["about"],
        tuple((start, stop) for start, stop in kept["words"]),
        kept["number"],
    )


def findings_of(hold: Hold) -> tuple[Finding, ...]:
    """What was found then."""
    return tuple(map(from_json, hold.findings))


def gather(portrait: Portrait, recording: Recording, consent: Consent) -> tuple[Finding, ...]:
    """All that is to be looked at when `portrait` shall speak `recording` under `consent`."""
    found: list[Finding] = []
    if consent.depicted == Depicted.NOBODY_LIVING:
        found.append(Finding("nobody_living", SENTENCES["nobody_living"], "consent"))
    for seen in faces.findings(portrait):
        sentence = SENTENCES.get(seen["code"], SENTENCES["portrait"])
        found.append(Finding(seen["code"], sentence, "portrait", number=seen.get("number")))
    return tuple(found)


def undecided(portrait: Portrait, recording: Recording, consent: Consent) -> tuple[Finding, ...]:
    """What no reviewer has let pass yet.

    What was allowed of a consent or its portrait, whose bytes it is bound to, is allowed for all that is made under
    that consent; what was allowed of a recording, for the same recording under that consent.
    """
    found = gather(portrait, recording, consent)
    if not found:
        return ()
    passed = Hold.objects.filter(job__consent=consent, rulings__verdict=Verdict.ALLOWED)
    known = {
        _key(finding, recording_id)
        for hold, recording_id in ((hold, hold.job.recording_id) for hold in passed.select_related("job"))
        for finding in findings_of(hold)
    }
    return tuple(finding for finding in found if _key(finding, recording.pk) not in known)


def _key(finding: Finding, recording_id: object) -> tuple[object, ...]:
    """What must be the same for an earlier word to count."""
    same = (finding.code, finding.about)
    return (*same, recording_id, finding.words) if finding.about == "recording" else same
