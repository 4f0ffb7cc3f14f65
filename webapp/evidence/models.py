"""Packages of evidence that reviewers asked for."""

from __future__ import annotations

import secrets
import uuid

from django.conf import settings
from django.db import models

from webapp.videos.models import Job


class State(models.TextChoices):
    """How far a package has come."""

    WAITING = "WAITING", "Being put together"
    READY = "READY", "Ready"
    FAILED = "FAILED", "Failed"


def package_name(instance: Package, filename: str) -> str:
    """A name that nobody guesses."""
    return f"evidence/{secrets.token_hex(16)}.zip"


class Package(models.Model):
    """One ZIP, as asked for by one person for a reason."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="packages")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    signals = models.JSONField(null=True, blank=True, help_text="of a suspect: provenance.identify, and its sha256")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    file = models.FileField(upload_to=package_name, max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    message = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"Evidence about {self.job.code_hex}"
