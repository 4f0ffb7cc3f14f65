"""Faces that nobody may use here, kept as embeddings only. A block that is lifted leaves its row, not the face."""

from __future__ import annotations

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class Source(models.TextChoices):
    """Who asked for a block."""

    SITTER = "SITTER", "Its sitter, who refused"
    ADMIN = "ADMIN", "An administrator"


def picture_name(instance: BlockedFace, filename: str) -> str:
    """Where an administrator's picture waits until its face is taken, under a name of ours."""
    return f"quarantine/{secrets.token_hex(16)}"


class BlockedFace(models.Model):
    """One face. Until `taken_at` it is known by the hash of a sitter's picture, or not yet at all."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.CharField(max_length=6, choices=Source)
    request = models.ForeignKey(
        "consent.Request", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    portrait_sha256 = models.CharField(max_length=64, blank=True, db_index=True, help_text="Of a sitter's picture.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reason = models.CharField(max_length=300)
    picture = models.FileField(upload_to=picture_name, blank=True, max_length=200)
    message = models.CharField(max_length=500, blank=True, help_text="Why no face could be taken of the picture.")
    embedding = models.BinaryField(max_length=512, default=b"", help_text="128 numbers of 32 bits.")
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(auto_now_add=True, help_text="When taking the face was last queued.")
    taken_at = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    lifted_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-created_at",)
        indexes = (models.Index(fields=("taken_at", "lifted_at"), name="blocklist_which"),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(source="SITTER") | Q(request__isnull=False), name="blocked_by_a_sitter_means_a_request"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | Q(embedding=b""), name="lifted_means_forgotten"
            ),
        )

    def __str__(self) -> str:
        return f"Blocked face {self.id}"

    @property
    def state(self) -> str:
        """In a word or two, for the list."""
        if self.lifted_at:
            return "Lifted"
        if self.message:
            return "No face taken"
        return "Blocked" if self.taken_at or self.portrait_sha256 else "Being looked at"
