"""What a reviewer decided about a video, and why."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class Verdict(models.TextChoices):
    """What a reviewer can say."""

    APPROVED = "APPROVED", "Approve"
    REJECTED = "REJECTED", "Reject"


class Decision(models.Model):
    """One per job."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.OneToOneField("videos.Job", on_delete=models.PROTECT, related_name="decision")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=8, choices=Verdict)
    reason = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(verdict="APPROVED") | ~Q(reason=""), name="a_rejection_gives_its_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} {self.job_id}"
