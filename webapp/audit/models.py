"""The ledger: append-only rows that the database itself refuses to change or delete (migration 0002)."""

from __future__ import annotations

from typing import Any

from django.db import models

from provenance import ledger


class Kind(models.TextChoices):
    """What can happen."""

    REQUEST = "request", "Video requested"
    RETRY = "retry", "Video requested again"
    CANCEL = "cancel", "Video cancelled"
    FAIL = "fail", "Video failed"
    RENDER = "render", "Video rendered"
    SEAL = "seal", "Video sealed"
    DECISION = "decision", "Review decision"
    PUBLISH = "publish", "Video published"
    TAKE_DOWN = "take-down", "Video taken down"
    DOWNLOAD = "download", "Video downloaded"
    CONSENT = "consent", "Consent given"
    WITHDRAWAL = "withdrawal", "Consent withdrawn"
    ACCOUNT = "account", "Account made"
    ROLE = "role", "Role changed"
    SUSPENSION = "suspension", "Account suspended or restored"


class LedgerEntry(models.Model):
    """One act. `leaf` is what is hashed: everything here, which is ids, hashes and whole numbers only."""

    index = models.PositiveBigIntegerField(primary_key=True)
    kind = models.CharField(max_length=12, choices=Kind, db_index=True)
    actor = models.CharField(max_length=16, blank=True, db_index=True, help_text="Pseudonym; empty for the site.")
    object = models.CharField(max_length=40, db_index=True, help_text="Id of what it happened to.")
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_index=True)
    leaf_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("-index",)
        verbose_name_plural = "ledger entries"

    def __str__(self) -> str:
        return f"#{self.index} {self.kind} {self.object}"

    def leaf(self) -> bytes:
        """The bytes under `leaf_hash`."""
        return ledger.canonical(self._record())

    def _record(self) -> dict[str, Any]:
        return {
            "index": self.index,
            "kind": self.kind,
            "actor": self.actor,
            "object": self.object,
            "data": self.data,
            "created_at": self.created_at.isoformat(timespec="microseconds"),
        }


class LedgerSize(models.Model):
    """One row that counts the ledger; updating it makes writers take turns."""

    entries = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.entries} entries"
