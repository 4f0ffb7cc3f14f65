"""Why a request waits for a person, and what that person said. Rows are written once and kept."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class Hold(models.Model):
    """What was found about a request before a frame was painted; a job has one whenever something new was found."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.ForeignKey("videos.Job", on_delete=models.PROTECT, related_name="holds")
    findings = models.JSONField(help_text="findings.Finding as JSON; of what is said only the place.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created_at",)

    def __str__(self) -> str:
        return f"Hold of {self.job_id}"


class Verdict(models.TextChoices):
    """What a reviewer can say about a held request."""

    ALLOWED = "ALLOWED", "Allow"
    REFUSED = "REFUSED", "Refuse"


class Ruling(models.Model):
    """A reviewer's word on a hold; a second one, by somebody else, only on appeal."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, related_name="rulings")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="rulings")
    verdict = models.CharField(max_length=7, choices=Verdict)
    reason = models.CharField(max_length=1000, blank=True)
    on_appeal = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created_at",)
        constraints = (
            models.UniqueConstraint(fields=("hold", "on_appeal"), name="one_ruling_and_one_on_appeal"),
            models.UniqueConstraint(
                fields=("hold",), condition=Q(verdict="ALLOWED"), name="a_hold_is_allowed_once"
            ),
            models.CheckConstraint(
                condition=Q(verdict="ALLOWED") | ~Q(reason=""), name="a_refusal_gives_its_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} {self.hold_id}"


class Answer(models.TextChoices):
    """What became of an appeal."""

    GRANTED = "GRANTED", "Grant"
    UPHELD = "UPHELD", "Uphold the decision"


class Appeal(models.Model):
    """Whoever asked for a video says, once, why a reviewer's no was wrong; another reviewer answers."""

    job = models.OneToOneField("videos.Job", on_delete=models.PROTECT, related_name="appeal", primary_key=True)
    words = models.CharField(max_length=1000)
    created_at = models.DateTimeField(auto_now_add=True)
    answer = models.CharField(max_length=7, choices=Answer, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="appeals_answered", null=True, blank=True
    )
    reason = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        ordering = ("created_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True, reviewer__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False, reviewer__isnull=False)),
                name="an_answer_has_a_reviewer",
            ),
        )

    def __str__(self) -> str:
        return f"Appeal about {self.job_id}"
