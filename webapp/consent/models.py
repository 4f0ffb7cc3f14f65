"""A record that somebody agreed to be portrayed. It never changes, except that it can be withdrawn, once."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from webapp.consent.purposes import ForPurposes, OldVideos, Purpose
from webapp.uploads.models import Portrait, Recording, State

if TYPE_CHECKING:
    from webapp.videos.models import Job


class Depicted(models.TextChoices):
    """Whose face it is, as the creator declares."""

    MYSELF = "MYSELF", "Myself"
    SOMEONE_ELSE = "SOMEONE_ELSE", "Someone else, who agrees"
    NOBODY_LIVING = "NOBODY_LIVING", "Nobody living: an artwork or a synthetic face"


class Consent(ForPurposes):
    """Bound to one portrait by the hash of its bytes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="consents")
    portrait = models.ForeignKey(Portrait, on_delete=models.PROTECT, related_name="consents")
    portrait_sha256 = models.CharField(max_length=64)
    depicted = models.CharField(max_length=14, choices=Depicted)
    sitter_name = models.CharField(max_length=120)
    statement = models.TextField(max_length=2000, blank=True)
    recorded_statement = models.ForeignKey(
        "uploads.Recording", on_delete=models.PROTECT, related_name="consents", null=True, blank=True
    )
    only_recording = models.ForeignKey(
        "uploads.Recording",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="The one recording that the portrait may speak; any where empty.",
    )
    live_check = models.OneToOneField(
        "live.Challenge",
        on_delete=models.PROTECT,
        related_name="consent",
        null=True,
        blank=True,
        help_text="By which the sitter showed that it is them; one check speaks for one consent.",
    )
    own_voice_only = models.BooleanField(default=False, help_text="The voice has to be shown to be the sitter's.")
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    old_videos = models.CharField(max_length=4, choices=OldVideos, default=OldVideos.STAY)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-given_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(portrait_sha256__regex=r"^[0-9a-f]{64}$"), name="consent_names_the_picture"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("given_at")), name="consent_ends_after_it_begins"),
            models.CheckConstraint(
                condition=~Q(statement="") | Q(recorded_statement__isnull=False), name="consent_has_a_statement"
            ),
            models.CheckConstraint(condition=~Q(purpose="") & ~Q(sitter_name=""), name="consent_says_who_and_why"),
        )

    def __str__(self) -> str:
        return f"Consent {self.id}"

    @property
    def statement_is_usable(self) -> bool:
        """A typed statement is; a recorded one once it has passed the check of sounds."""
        return self.recorded_statement is None or self.recorded_statement.state == State.READY

    def allows(self, recording: Recording) -> bool:
        """Whether the portrait may speak `recording` under this consent."""
        return self.only_recording_id in (None, recording.pk)

    def is_valid_for(self, portrait: Portrait, at: datetime) -> bool:
        """Whether this consent lets `portrait`, with exactly its present bytes, speak at the moment `at`."""
        return (
            self.portrait_id == portrait.pk
            and bool(portrait.sha256)
            and self.portrait_sha256 == portrait.sha256
            and self.given_at <= at < self.expires_at
            and self.withdrawn_at is None  # never again, whatever a clock says
            and self.statement_is_usable
        )

    def standing_purposes(self) -> list[str]:
        """The purposes that were agreed to and not withdrawn since."""
        gone = set(self.purpose_withdrawals.values_list("purpose", flat=True))
        return [purpose for purpose in self.purposes if purpose not in gone]

    def stands_for(self, purpose: str) -> bool:
        """Whether this was agreed to and not withdrawn. Consents older than the list stand for the empty one."""
        return purpose in self.standing_purposes() if self.purposes else not purpose

    def covers(self, job: Job, at: datetime) -> bool:
        """Whether this consent lets a video go on at the moment `at`."""
        return self.is_valid_for(job.portrait, at) and self.stands_for(job.purpose)


class Receipt(models.Model):
    """What a consent says, as it is signed: never changes, and is signed once. Only receipts.py writes it."""

    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="receipt", primary_key=True)
    text = models.TextField(help_text="Canonical JSON; provenance.consent.")
    sha256 = models.CharField(max_length=64, help_text="Of the text; in the ledger, and in manifests of videos.")
    key = models.BinaryField(max_length=32, default=b"")
    signature = models.BinaryField(max_length=64, default=b"")
    signed_at = models.DateTimeField(null=True, blank=True, db_index=True)

    def __str__(self) -> str:
        return f"Receipt of {self.consent_id}"


class Sitter(models.Model):
    """Somebody who agreed by a link, and the private page on which they see and stop what is made of them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, null=True, help_text="Of the private link.")  # noqa: DJ001 (erased)
    email = models.EmailField(blank=True, help_text="Where they gave one.")
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Sitter {self.id}"


class Answer(models.TextChoices):
    """What became of a request."""

    OPEN = "OPEN", "No answer yet"
    AGREED = "AGREED", "Agreed"
    REFUSED = "REFUSED", "Refused"
    REVOKED = "REVOKED", "Taken back"


class Request(ForPurposes):
    """A creator asks somebody, by a link that works once, whether their portrait may speak."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="requests")
    portrait = models.ForeignKey(Portrait, on_delete=models.PROTECT, related_name="requests")
    portrait_sha256 = models.CharField(max_length=64)
    asked_as = models.CharField(max_length=80, blank=True, help_text="By which name the sitter knows who asks.")
    until = models.DateField(help_text="The last day asked for.")
    recording = models.ForeignKey(
        "uploads.Recording",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="What the portrait shall say, if that is known; the sitter can listen to it.",
    )
    terms = models.JSONField(
        default=dict, blank=True, help_text="What the sitter has chosen and not finished; empty once answered."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ends_at = models.DateTimeField()
    answer = models.CharField(max_length=7, choices=Answer, default=Answer.OPEN)
    answered_at = models.DateTimeField(null=True, blank=True)
    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, null=True, blank=True, related_name="request")
    sitter = models.ForeignKey(Sitter, on_delete=models.PROTECT, null=True, blank=True, related_name="requests")

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(answer="AGREED", consent__isnull=False, sitter__isnull=False)
                | (~Q(answer="AGREED") & Q(consent__isnull=True, sitter__isnull=True)),
                name="agreed_means_a_consent",
            ),
        )

    def __str__(self) -> str:
        return f"Request of {self.created_at:%d %B %Y}"

    @property
    def asker(self) -> str:
        """Who asks, as the sitter reads it."""
        return self.asked_as or self.created_by.shown_name

    def is_open(self, at: datetime) -> bool:
        """Whether it can be answered at this moment."""
        return self.answer == Answer.OPEN and at < self.ends_at


class VideoWithdrawal(models.Model):
    """A sitter took back one video; the consent stands for others."""

    job = models.OneToOneField("videos.Job", on_delete=models.PROTECT, related_name="withdrawal", primary_key=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"Withdrawal of {self.job_id}"


class PurposeWithdrawal(models.Model):
    """A sitter took back one purpose; the consent stands for its others."""

    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="purpose_withdrawals")
    purpose = models.CharField(max_length=12, choices=Purpose)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("consent", "purpose"), name="a_purpose_ends_once"),)

    def __str__(self) -> str:
        return f"Withdrawal of {self.purpose} from {self.consent_id}"


class Look(models.Model):
    """Somebody looked at what a sitter stated: in a consent, or in a live check that waits for a reviewer."""

    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="looks", null=True, blank=True)
    live_check = models.ForeignKey(
        "live.Challenge", on_delete=models.CASCADE, related_name="looks", null=True, blank=True
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=300, help_text="On which page, or for which reason, in words for the sitter.")
    opened = models.BooleanField(default=False, help_text="The recording itself, and why is the reason given.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(consent__isnull=True, live_check__isnull=False)
                | Q(consent__isnull=False, live_check__isnull=True),
                name="a_look_is_at_one_thing",
            ),
        )

    def __str__(self) -> str:
        return f"Look at {self.consent_id or self.live_check_id}"
