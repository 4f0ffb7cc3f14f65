"""What somebody reported, and what became of it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

ANSWERED_WITHIN = timedelta(hours=48)  # as the TAKE IT DOWN Act asks; here for every report
PERSONAL = ("video", "elsewhere", "words", "contact", "name")  # what `services.erase` empties


class Stands(models.TextChoices):
    """Who reports."""

    MYSELF = "MYSELF", "It shows me"
    FOR_THEM = "FOR_THEM", "I stand for the person whom it shows"
    OTHER = "OTHER", "Neither of these"


class Wrong(models.TextChoices):
    """What is wrong with a video."""

    NOT_AGREED = "NOT_AGREED", "I did not agree, or not to this"
    TAKEN_BACK = "TAKEN_BACK", "I took my agreement back"
    SEXUAL = "SEXUAL", "It shows me, or somebody, in a sexual way"
    CHILD = "CHILD", "It is about a child"
    DECEIVES = "DECEIVES", "It deceives people"
    OTHER = "OTHER", "Something else"


URGENT = frozenset({Wrong.SEXUAL, Wrong.CHILD})  # hide a video until a reviewer has decided


class Outcome(models.TextChoices):
    """What became of a report."""

    OPEN = "OPEN", "Being looked at"
    TAKEN_DOWN = "TAKEN_DOWN", "Taken down"
    KEPT = "KEPT", "Not taken down"
    NOT_OURS = "NOT_OURS", "No video of this site"


class Report(models.Model):
    """One report. Who sent it and what they wrote goes some time after the answer; that there was one stays."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, null=True, help_text="Of the private link.")  # noqa: DJ001 (erased)
    job = models.ForeignKey("videos.Job", on_delete=models.PROTECT, null=True, blank=True, related_name="reports")
    stands = models.CharField(max_length=8, choices=Stands)
    wrong = models.JSONField(default=list, help_text="Of Wrong.")
    urgent = models.BooleanField()
    formal = models.BooleanField(help_text="Signed, with a statement of good faith.")
    video = models.CharField(max_length=300, blank=True, help_text="Number or address, as they gave it.")
    elsewhere = models.CharField(max_length=1000, blank=True, help_text="Where they found a copy.")
    words = models.TextField(max_length=2000, blank=True)
    contact = models.EmailField(blank=True)
    name = models.CharField(max_length=120, blank=True, help_text="Typed as a signature.")
    created_at = models.DateTimeField(auto_now_add=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    answer = models.CharField(max_length=400, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created_at",)
        indexes = (models.Index(fields=("outcome", "created_at")),)
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome="OPEN", decided_at__isnull=True)
                | (~Q(outcome="OPEN") & Q(decided_at__isnull=False) & ~Q(answer="")),
                name="an_answered_report_has_an_answer",
            ),
        )

    def __str__(self) -> str:
        return f"Report {self.id}"

    @property
    def due_at(self) -> datetime:
        """When it should be answered."""
        return self.created_at + ANSWERED_WITHIN

    @property
    def reasons(self) -> list[str]:
        """What is wrong, in words."""
        return [str(Wrong(code).label) for code in self.wrong]
