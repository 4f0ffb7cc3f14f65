"""Live checks: what was asked, what came, what was found."""

from __future__ import annotations

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from webapp.consent.live.phrases import CHOICES, to_read
from webapp.uploads.models import Portrait
from webapp.vault import LOCKED


class State(models.TextChoices):
    """How far a live check has come."""

    READY = "READY", "Not begun"
    OPEN = "OPEN", "Waiting for the film"
    CHECKING = "CHECKING", "Being checked"
    PASSED = "PASSED", "Passed"
    UNSURE = "UNSURE", "With a reviewer"
    FAILED = "FAILED", "Not passed"


def clip_name(instance: Challenge, filename: str) -> str:
    """Where a sitter's film lies, locked. Its own name never reaches the file system."""
    return f"{LOCKED}{secrets.token_hex(16)}"


class Challenge(models.Model):
    """One person, asked to show that they are the one in a portrait, and that they agree.

    Its id is the address of the page, and all that the sitter needs. Every try has a phrase and moves of its own.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    portrait = models.ForeignKey(Portrait, on_delete=models.CASCADE, related_name="live_checks")
    portrait_sha256 = models.CharField(max_length=64)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="live_checks",
        null=True,
        blank=True,
        help_text="Who says that it is them; nobody where a sitter was asked by link.",
    )
    request = models.ForeignKey(
        "consent.Request",
        on_delete=models.CASCADE,
        related_name="live_checks",
        null=True,
        blank=True,
        help_text="The question that it answers.",
    )
    language = models.CharField(max_length=2, choices=CHOICES)
    state = models.CharField(max_length=8, choices=State, default=State.READY)
    phrase = models.JSONField(default=list, blank=True, help_text="Words of the present try.")
    earlier = models.JSONField(default=list, blank=True, help_text="Phrases of the tries before.")
    moves = models.JSONField(default=list, blank=True, help_text="kind, at_s")
    drawn_at = models.DateTimeField(null=True, blank=True)
    clip = models.FileField(upload_to=clip_name, max_length=200, blank=True)
    clip_sha256 = models.CharField(max_length=64, blank=True)
    clip_deleted_at = models.DateTimeField(null=True, blank=True, help_text="Once a consent rested on it.")
    speaker = models.BinaryField(
        max_length=1024, default=b"", help_text="Of the voice: 256 numbers of 32 bits; empty where unknown."
    )
    timed = models.BooleanField(default=True, help_text="The film was made on the page, to its clock.")
    checks = models.JSONField(default=list, blank=True, help_text="name, outcome, number, sentence, again")
    is_adult = models.BooleanField(default=False, help_text="They said on a page that they are 18 or older.")
    said_minor = models.BooleanField(default=False, help_text="In the film they said that they are younger.")
    appeal = models.CharField(max_length=500, blank=True, help_text="Why a reviewer shall look after all.")
    embedding_sha256 = models.CharField(max_length=64, blank=True, help_text="Of the portrait's face embedding.")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(auto_now_add=True, help_text="When its check was last queued or alive.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state="READY") | Q(drawn_at__isnull=False), name="live_check_asked_before_answered"
            ),
        )

    def __str__(self) -> str:
        return f"Live check {self.id}"

    @property
    def is_used(self) -> bool:
        """Whether it speaks for a consent."""
        return hasattr(self, "consent")

    @property
    def text(self) -> str:
        """What is read aloud."""
        return to_read(self.language, self.phrase)


class Attempt(models.Model):
    """One film that came, as it looks and sounds: it must not come again. Failed ones lead to the pause."""

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="attempts")
    portrait_sha256 = models.CharField(max_length=64, db_index=True)
    prints = models.BinaryField(help_text="provenance.fingerprints.Prints; empty where there is nothing to take.")
    passed = models.BooleanField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"Attempt of {self.created_at:%d %B %Y}"
