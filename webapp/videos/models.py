"""The job: one portrait, one recording and one consent on their way to a published video."""

from __future__ import annotations

import secrets
import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from webapp.consent.purposes import Purpose
from webapp.errors_text import ENDED_CONSENTS
from webapp.videos.choices import Choices

CODE_BITS = 40  # of the number that the watermark carries
MAX_SEED = 2**31 - 1


class Status(models.TextChoices):
    """Where a job is. Only webapp/videos/status.py changes it."""

    HELD = "HELD", "With a reviewer"
    QUEUED = "QUEUED", "Waiting"
    RUNNING = "RUNNING", "Being made"
    SEALING = "SEALING", "Being signed"
    IN_REVIEW = "IN_REVIEW", "In review"
    PUBLISHED = "PUBLISHED", "Published"
    HIDDEN = "HIDDEN", "Hidden after a report"
    REJECTED = "REJECTED", "Not approved"
    FAILED = "FAILED", "Failed"
    CANCELLED = "CANCELLED", "Cancelled"
    TAKEN_DOWN = "TAKEN_DOWN", "Taken down"


def new_code() -> int:
    """A job's code; the database refuses the rare one that is taken."""
    return secrets.randbits(CODE_BITS)


def new_seed() -> int:
    """A seed that fits everywhere."""
    return secrets.randbelow(MAX_SEED)


def video_name(instance: models.Model, filename: str) -> str:
    """A random name with the suffix of what we made."""
    return f"videos/{secrets.token_hex(16)}.{filename.rpartition('.')[2]}"


class Job(Choices):
    """A request for a video and everything known about it; what its creator chose stands in Choices."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jobs")
    portrait = models.ForeignKey("uploads.Portrait", on_delete=models.PROTECT, related_name="jobs")
    recording = models.ForeignKey("uploads.Recording", on_delete=models.PROTECT, related_name="jobs")
    consent = models.ForeignKey("consent.Consent", on_delete=models.PROTECT, related_name="jobs")
    purpose = models.CharField(max_length=12, choices=Purpose, blank=True, help_text="Of those agreed to.")
    title = models.CharField(max_length=80, blank=True)
    code = models.BigIntegerField(unique=True, default=new_code, editable=False)

    seed = models.PositiveIntegerField(default=new_seed, validators=[MaxValueValidator(MAX_SEED)])
    size = models.PositiveIntegerField(default=512, help_text="px, the shorter side")

    # where it is
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED, editable=False)
    stage = models.CharField(max_length=20, blank=True)
    stage_done = models.PositiveIntegerField(default=0)
    stage_total = models.PositiveIntegerField(default=0)
    progress = models.FloatField(default=0.0, help_text="0..1")
    eta_s = models.FloatField(null=True, blank=True)
    attempt = models.PositiveIntegerField(default=0, help_text="Counts claims; only ever grows.")
    losses = models.PositiveIntegerField(default=0, help_text="Workers that this request has lost.")
    claimed_by = models.CharField(max_length=120, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When a task for it was last queued.")
    created_at = models.DateTimeField(auto_now_add=True)
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    rendered_at = models.DateTimeField(null=True, blank=True)
    sealed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    message = models.CharField(max_length=500, blank=True)
    hint = models.CharField(max_length=500, blank=True)

    # while it is painted in segments
    plan = models.FileField(
        upload_to=video_name, blank=True, max_length=200, help_text="What segments are painted from."
    )
    plan_sha256 = models.CharField(max_length=64, blank=True)

    # what came of it
    rendered = models.FileField(
        upload_to=video_name, blank=True, max_length=200, help_text="marked, not yet signed"
    )
    output = models.FileField(upload_to=video_name, blank=True, max_length=200)
    poster = models.FileField(upload_to=video_name, blank=True, max_length=200)
    rendered_sha256 = models.CharField(max_length=64, blank=True)
    output_sha256 = models.CharField(max_length=64, blank=True)
    frames = models.PositiveIntegerField(default=0)
    fps = models.FloatField(default=0.0)
    duration_s = models.FloatField(default=0.0)
    engine = models.JSONField(default=dict, blank=True, help_text="name, version and weight hashes")
    seconds = models.JSONField(default=dict, blank=True, help_text="stage → seconds")
    words = models.JSONField(default=list, blank=True, help_text="text, start_s, end_s; private")
    language = models.CharField(max_length=8, blank=True)
    digests = models.TextField(blank=True, help_text="Of its frames before label and marks; generation.replay.")
    mark_gain = models.FloatField(default=1.0, help_text="Strength of the marks; more after one did not survive.")
    mark_score = models.FloatField(null=True, blank=True, help_text="How well the mark survived the trial copy.")
    mark_confirmed = models.BooleanField(null=True, blank=True, help_text="Read back from the sealed file.")
    voice = models.JSONField(
        default=dict, blank=True, help_text="kind, similarity: whose it is; webapp.videos.voice."
    )
    manifest_state = models.CharField(max_length=12, blank=True)
    ledger_entry = models.OneToOneField("audit.LedgerEntry", on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        indexes = (models.Index(fields=("status", "queued_at")),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(status="PUBLISHED") | (Q(ledger_entry__isnull=False) & ~Q(output_sha256="")),
                name="published_means_in_the_ledger",
            ),
            models.CheckConstraint(condition=Q(code__gte=0, code__lt=2**CODE_BITS), name="code_fits_the_mark"),
        )

    def __str__(self) -> str:
        return self.title or f"Video {self.code_hex}"

    @property
    def code_hex(self) -> str:
        """The code as printed: ten upper-case hexadecimal digits."""
        return f"{self.code:010X}"

    @property
    def for_what(self) -> str:
        """Its purpose, and the consent's words, in one line."""
        words = f"{self.get_purpose_display()} (“{self.consent.purpose}”)"
        return words if self.purpose else self.consent.for_what

    @property
    def width(self) -> int:
        """Width of the video in px."""
        if self.portrait.film:
            return self.portrait.width
        across, down = map(int, self.shape.split(":"))
        return self.size * across // down // 2 * 2 if across > down else self.size

    @property
    def height(self) -> int:
        """Height of the video in px."""
        if self.portrait.film:
            return self.portrait.height
        across, down = map(int, self.shape.split(":"))
        return self.size * down // across // 2 * 2 if down > across else self.size

    @property
    def is_waiting(self) -> bool:
        """Whether the page should look again soon."""
        return self.status in (Status.QUEUED, Status.RUNNING, Status.SEALING)

    @property
    def shows_poster(self) -> bool:
        """Whether its maker sees its first frame: not what was rejected, hidden or taken down, or taken back."""
        shut = (Status.REJECTED, Status.HIDDEN, Status.TAKEN_DOWN)
        return bool(self.poster) and self.status not in shut and self.error_code not in ENDED_CONSENTS

    @property
    def can_cancel(self) -> bool:
        """Whether there is something left to stop."""
        return self.is_waiting or self.status == Status.HELD

    @property
    def can_retry(self) -> bool:
        """Whether the same request may be queued again."""
        return self.status in (Status.FAILED, Status.CANCELLED)


class SegmentState(models.TextChoices):
    """Where a segment is; its job is RUNNING all the while."""

    WAITING = "WAITING", "Waiting"
    RUNNING = "RUNNING", "Being painted"
    DONE = "DONE", "Painted"
    FAILED = "FAILED", "Failed"


class Segment(models.Model):
    """Some frames of a long job, painted by whichever worker is free. Only webapp/videos/segments.py writes it."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="segments")
    index = models.PositiveIntegerField()
    start = models.PositiveIntegerField(help_text="Its first frame.")
    stop = models.PositiveIntegerField(help_text="The first frame that it does not hold.")
    state = models.CharField(max_length=10, choices=SegmentState, default=SegmentState.WAITING)
    attempt = models.PositiveIntegerField(default=0, help_text="Counts claims; only ever grows.")
    losses = models.PositiveIntegerField(default=0, help_text="Attempts that came to nothing.")
    claimed_by = models.CharField(max_length=120, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(help_text="When a task for it was last queued.")
    done = models.PositiveIntegerField(default=0, help_text="Frames painted.")
    digests = models.TextField(blank=True, help_text="Of its frames, as in Job.")
    seconds = models.FloatField(default=0.0, help_text="From the claim to the end of the attempt that made it.")
    file = models.FileField(upload_to=video_name, blank=True, max_length=200, help_text="marked, without sound")
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("job", "index")
        constraints = (models.UniqueConstraint(fields=("job", "index"), name="one_segment_a_place"),)

    def __str__(self) -> str:
        return f"frames {self.start}–{self.stop - 1} of {self.job_id}"
