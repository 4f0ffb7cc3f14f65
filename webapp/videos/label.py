"""The museum label of a video: each fact as one line with a tick, a dash or a warning, and a sentence behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils import timezone
from django.utils.formats import date_format

from webapp.accounts.models import User
from webapp.consent.models import Consent, Depicted
from webapp.moderation.services import refusal_of
from webapp.videos.models import Job, Status
from webapp.videos.voice import VoiceKind

State = Literal["yes", "none", "warning"]
TAKEN_BACK = ("video_withdrawn", "purpose_withdrawn")
SEALED = (Status.IN_REVIEW, Status.PUBLISHED, Status.HIDDEN, Status.REJECTED, Status.TAKEN_DOWN)


@dataclass(frozen=True)
class Line:
    """One fact."""

    key: str  # consent, film, voice, mark, manifest, ledger, review
    state: State
    line: str
    why: str


@dataclass(frozen=True)
class Label:
    """What hangs beside a video."""

    title: str
    sitter: str
    maker: str
    made_at: str  # "" until it is rendered
    engine: str  # "" until it is rendered
    lines: tuple[Line, ...]


def label_for(job: Job, reader: User) -> Label:
    """The label of `job` as far as things have come; its maker reads “you”, others a name or a pseudonym."""
    maker = "you" if job.owner_id == reader.pk else job.owner.shown_name
    made_at = date_format(job.rendered_at, "j F Y") if job.rendered_at else ""
    engine = f"{job.engine.get('name', '')} {job.engine.get('version', '')}".strip()
    lines = (
        _consent(job.consent, job),
        *_film(job),
        *voice(job),
        _mark(job),
        _manifest(job),
        _ledger(job),
        _review(job),
    )
    return Label(str(job), job.consent.sitter_name, maker, made_at, engine, lines)


def _consent(consent: Consent, job: Job) -> Line:
    until = date_format(consent.expires_at, "j F Y")
    if consent.withdrawn_at:
        day = date_format(consent.withdrawn_at, "j F Y")
        return Line("consent", "warning", f"Consent withdrawn on {day}", "No further use is allowed.")
    if job.error_code in TAKEN_BACK:
        return Line("consent", "warning", "Consent taken back for this video", job.message)
    if consent.expires_at <= timezone.now() and job.status == Status.PUBLISHED:
        stays = "Videos made before may stay; no new ones are made."
        return Line("consent", "warning", f"Consent ended on {until}", stays)
    if not consent.is_valid_for(job.portrait, timezone.now()):
        return Line(
            "consent", "warning", "Consent not valid", f"It ended on {until}, or its statement was not usable."
        )
    what = job.get_purpose_display() or consent.purpose
    if consent.depicted == Depicted.NOBODY_LIVING:
        why = f"Declared as an artwork or a synthetic face, for: {what}. Nobody living has to agree."
        return Line("consent", "yes", f"Depicts nobody living; declared until {until}", why)
    giver = "the maker themselves" if consent.depicted == Depicted.MYSELF else consent.sitter_name
    source = "film" if job.portrait.film else "picture"
    how = "spoken" if consent.recorded_statement_id else "typed"
    why = f"Given by {giver} as a {how} statement, for: {what}. Bound to this very {source} by its hash."
    return Line("consent", "yes", f"Consent until {until}", why)


def _film(job: Job) -> tuple[Line, ...]:
    if not job.portrait.film:
        return ()
    why = (
        "The person was filmed saying something else, or nothing. Mouth and jaw were painted anew; the content "
        "credentials say so too."
    )
    return (Line("film", "yes", "Edited film", why),)


def voice(job: Job) -> tuple[Line, ...]:
    """Whose voice it is, as far as that is known; nothing for videos from before it was asked."""
    kind = VoiceKind.SYNTHETIC if job.recording.synthetic_voice else job.voice.get("kind")
    if kind is None:
        return ()
    return (_VOICES[VoiceKind(kind)],)


_VOICES = {
    VoiceKind.SYNTHETIC: Line(
        "voice",
        "yes",
        "Synthetic voice",
        "Nobody spoke these words: a computer read a typed text aloud. The content credentials say so too.",
    ),
    VoiceKind.SITTER: Line(
        "voice",
        "yes",
        "The sitter’s own voice",
        "It sounds like the voice in which the sitter agreed. A good imitation would pass as well.",
    ),
    VoiceKind.AGREED: Line(
        "voice",
        "none",
        "Somebody else’s voice, who agrees",
        "So its maker declares. It was not shown to be the sitter’s; the content credentials say so too.",
    ),
    VoiceKind.UNPROVEN: Line(
        "voice",
        "none",
        "The voice was not shown to be the sitter’s",
        "Nothing the sitter said could be compared, or it sounds otherwise. The content credentials say so too.",
    ),
}


def _mark(job: Job) -> Line:
    if not job.rendered_at:
        return Line("mark", "none", "No mark yet", "It is woven into every frame while the video is painted.")
    if job.mark_confirmed is False:
        why = (
            "It was woven in, but not read back from the finished file; very short films and flat pictures do that."
        )
        return Line("mark", "warning", f"Mark {job.code_hex} not confirmed", why)
    why = "An invisible pattern in every frame carries this number; it survives re-encoding and resizing."
    if job.mark_score is not None:
        stronger = ", on the second try with a stronger mark" if job.mark_gain > 1 else ""
        why += f" Read back from a cropped, smaller and worse copy with a score of {job.mark_score:.1f}{stronger}."
    return Line("mark", "yes", f"Marked {job.code_hex}", why)


def _manifest(job: Job) -> Line:
    if job.status not in SEALED or not job.manifest_state:
        return Line("manifest", "none", "No content credentials yet", "They are signed when the video is finished.")
    if job.manifest_state in ("trusted", "valid"):
        why = "A signed C2PA manifest names what the video was made from. Any change to the file breaks it."
        return Line("manifest", "yes", "Content credentials signed", why)
    return Line("manifest", "warning", "Content credentials not valid", "This file should not be used.")


def _ledger(job: Job) -> Line:
    if job.ledger_entry_id is None:
        return Line("ledger", "none", "Not in the ledger yet", "Its hash is entered when the video is sealed.")
    why = "The hash of this file stands in an append-only ledger; a later change of the record would show."
    return Line("ledger", "yes", f"Ledger entry {job.ledger_entry_id}", why)


def _review(job: Job) -> Line:
    if job.status == Status.PUBLISHED:
        return Line("review", "yes", "Approved by a reviewer", "Somebody other than its maker watched it.")
    if job.status == Status.REJECTED:
        if refusal := refusal_of(job):
            return Line("review", "warning", "Not made", refusal.reason)
        return Line("review", "warning", "Not approved", job.decision.reason)
    if job.status in (Status.HIDDEN, Status.TAKEN_DOWN):
        return Line("review", "warning", job.get_status_display(), job.message)
    return Line("review", "none", "Not reviewed yet", "A person looks at it before it can be downloaded.")
