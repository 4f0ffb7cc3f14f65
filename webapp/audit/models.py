"""The ledger: append-only rows that the database itself refuses to change or delete (webapp/immutable.py)."""

from __future__ import annotations

import json
from typing import Any

from django.db import models

from provenance import ledger


class Kind(models.TextChoices):
    """What can happen. Public: the kind and the time of an act are all that an entry shows to strangers."""

    REQUEST = "request", "Video requested"
    RETRY = "retry", "Video requested again"
    CANCEL = "cancel", "Video cancelled"
    FAIL = "fail", "Video failed"
    RENDER = "render", "Video rendered"
    SEAL = "seal", "Video sealed"
    DECISION = "decision", "Review decision"
    PUBLISH = "publish", "Video published"
    REPORT = "report", "Video reported"
    TAKE_DOWN = "take-down", "Video taken down"
    DOWNLOAD = "download", "Video downloaded"
    LOOK_UP = "look-up", "Suspect video looked up"
    CONSENT = "consent", "Consent given"
    WITHDRAWAL = "withdrawal", "Consent withdrawn"
    BLOCK = "block", "Face blocked"
    UNBLOCK = "unblock", "Face no longer blocked"
    LOOK = "look", "Statement looked at"
    DELETION = "deletion", "Upload deleted"
    ACCOUNT = "account", "Account made"
    ROLE = "role", "Role changed"
    SUSPENSION = "suspension", "Account suspended or restored"
    ADMIN_CHANGE = "admin-change", "Changed by an administrator"
    SIGN_IN = "sign-in", "Staff signed in"
    EXPORT = "export", "Ledger exported"
    ERASURE = "erasure", "Personal data erased"
    EVIDENCE = "evidence", "Evidence put together"
    HOLD = "hold", "Request held for a reviewer"
    RULING = "ruling", "Held request decided"
    APPEAL = "appeal", "Appeal made"


class LedgerEntry(models.Model):
    """One act. `leaf` is what is hashed and published; it binds `object` and `data` by a salted hash.

    Object and data are ids, hashes and whole numbers only. Whatever tells of a person is a `Disclosure`.
    """

    index = models.PositiveBigIntegerField(primary_key=True)
    kind = models.CharField(max_length=12, choices=Kind, db_index=True)
    object = models.CharField(
        max_length=40, blank=True, db_index=True, help_text="Id of what it happened to; empty for a person."
    )
    data = models.JSONField(default=dict)
    salt = models.BinaryField(max_length=16)
    created_at = models.DateTimeField(db_index=True)
    leaf = models.TextField()
    leaf_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("-index",)
        verbose_name_plural = "ledger entries"

    def __str__(self) -> str:
        return f"#{self.index} {self.kind} {self.object}"

    @property
    def facts(self) -> dict[str, Any]:
        """What the leaf binds as `facts`."""
        return {"object": self.object, "data": self.data}

    @property
    def bound(self) -> dict[str, str]:
        """Field → commitment, as the leaf has them."""
        return dict(json.loads(self.leaf)["bound"])

    @property
    def told(self) -> dict[str, str]:
        """Field → what it says about people; None stands for what was erased. Prefetch `disclosures` for lists."""
        known = {disclosure.field: disclosure.value for disclosure in self.disclosures.all()}
        return {field: known.get(field) for field in self.bound if field in Field.values}  # type: ignore[misc]

    @property
    def actor(self) -> str:
        """Pseudonym of who did it; empty for the site, and once it was erased."""
        return self.told.get(Field.ACTOR) or ""


class Field(models.TextChoices):
    """What an entry may tell of people."""

    ACTOR = "actor", "Who"
    SUBJECT = "subject", "To whom"
    REASON = "reason", "Why"


class Disclosure(models.Model):
    """What one commitment in an entry's leaf stands for. May be erased (row deleted), never changed.

    Without its salt nobody can find out, or even test a guess of, what the leaf binds; the chain stays whole.
    """

    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="disclosures")
    field = models.CharField(max_length=8, choices=Field)
    salt = models.BinaryField(max_length=16)
    value = models.CharField(max_length=1000, help_text="A pseudonym, or a reason in somebody's words.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("entry", "field"), name="a_field_is_told_once"),)
        indexes = (
            models.Index(
                fields=("value", "field"),
                name="acts_of_a_person",
                condition=models.Q(field__in=("actor", "subject")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.field} of #{self.entry_id}"


class LedgerTree(models.Model):
    """One row: size and right edge of the tree. Holding it makes writers take turns."""

    size = models.PositiveBigIntegerField(default=0)
    peaks = models.BinaryField(default=b"", help_text="Hashes of provenance.ledger.Frontier, 32 bytes each.")

    def __str__(self) -> str:
        return f"{self.size} entries"


class LedgerNode(models.Model):
    """Hash of a perfect subtree above the leaves: never changes, and spares proofs reading all of them."""

    id = models.PositiveBigIntegerField(primary_key=True, help_text="level · 2^48 + position")
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"node {self.id}"


class SignedTreeHead(models.Model):
    """What this site has sworn to, once and for good."""

    tree_size = models.PositiveBigIntegerField(db_index=True)
    root = models.CharField(max_length=64)
    timestamp = models.DateTimeField()
    key = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64)

    class Meta:
        ordering = ("-tree_size", "-timestamp")

    def __str__(self) -> str:
        return f"{self.tree_size} entries at {self.timestamp:%Y-%m-%d %H:%M:%S}"

    def as_signed(self) -> ledger.SignedHead:
        """The head as strangers get it."""
        head = ledger.TreeHead(self.tree_size, bytes.fromhex(self.root), to_second(self.timestamp))
        return ledger.SignedHead(head, bytes(self.key), bytes(self.signature))


def to_second(moment: Any) -> str:
    """How times are spelled in what is hashed or signed: UTC, 2026-07-31T12:00:00Z."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
