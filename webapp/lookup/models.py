"""What leads from a copy back to its job, and the looks for it that people ask for."""

from __future__ import annotations

import secrets
import uuid

from django.conf import settings
from django.db import models

from webapp.videos.models import Job


class State(models.TextChoices):
    """How far a look-up has come."""

    WAITING = "WAITING", "Waiting"
    LOOKING = "LOOKING", "Being looked at"
    DONE = "DONE", "Finished"
    REFUSED = "REFUSED", "Not readable"
    FAILED = "FAILED", "Failed"


def manifest_name(instance: Trace, filename: str) -> str:
    """By code, so that `python -m provenance recover` finds it in the folder; with a part that nobody guesses."""
    return f"manifests/{instance.job.code_hex}-{secrets.token_hex(8)}.c2pa"


def suspect_name(instance: LookUp, filename: str) -> str:
    """Where a stranger's file waits unopened. Its own name never reaches the file system."""
    return f"suspects/{secrets.token_hex(16)}"


class Trace(models.Model):
    """Of one sealed video: its manifest by itself, and how it looks and sounds."""

    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="trace", primary_key=True)
    manifest = models.FileField(upload_to=manifest_name, max_length=200)
    prints = models.BinaryField(help_text="provenance.fingerprints.Prints")
    typical_picture = models.BinaryField(max_length=32, help_text="hash, 32 bytes")
    key_words = models.BinaryField(help_text="of the sound, uint32 each")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"Trace of {self.job.code_hex}"


class LookUp(models.Model):
    """A suspect file and what was found in it. The file goes as soon as it was looked at, the row soon after."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, help_text="Reviewers only."
    )
    suspect = models.FileField(upload_to=suspect_name, max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    progress = models.FloatField(default=0.0, help_text="0..1")
    found = models.JSONField(default=dict, help_text="provenance.identify.Identification")
    job = models.ForeignKey(Job, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    message = models.CharField(max_length=500, blank=True)
    hint = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(auto_now_add=True, help_text="When it was last queued or alive.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=("state", "sent_at")),)

    def __str__(self) -> str:
        return f"Look-up {self.id}"

    @property
    def is_waiting(self) -> bool:
        """Whether the page should look again soon."""
        return self.state in (State.WAITING, State.LOOKING)


class LookUpCount(models.Model):
    """All that is kept of strangers' look-ups."""

    day = models.DateField()
    verdict = models.CharField(max_length=20)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-day", "verdict")
        constraints = (models.UniqueConstraint(fields=("day", "verdict"), name="one_count_a_day_and_verdict"),)

    def __str__(self) -> str:
        return f"{self.day}: {self.number} × {self.verdict}"
