"""What a portrait may speak for: a short list to choose from, and words of one's own beside it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models


class Purpose(models.TextChoices):
    """Kinds of use that people tell apart. Receipts, ledger and manifests keep the values: never change one."""

    FAMILY = "family", "For family and friends"
    TEACHING = "teaching", "Teaching and explaining"
    ACCESS = "access", "Accessibility (translation, a lost voice)"
    COMPANY = "company", "Inside a company or a club"
    ADVERTISING = "advertising", "Advertising"
    NEWS = "news", "News and documentary"
    ART = "art", "Art or parody, marked as such"
    OTHER = "other", "Something else, as the words say"


class OldVideos(models.TextChoices):
    """What becomes of published videos when a consent has come to its last day. Receipts keep the values."""

    STAY = "stay", "They stay"
    GO = "go", "They are taken down"


def in_order(codes: Iterable[str]) -> list[str]:
    """The known ones among `codes`, each once, in the order of the list."""
    chosen = set(codes)
    return [purpose.value for purpose in Purpose if purpose.value in chosen]


def named(codes: Iterable[str]) -> str:
    """What they are called, in one line for people."""
    return "; ".join(str(Purpose(code).label) for code in in_order(codes))


class ForPurposes(models.Model):
    """Columns of whatever is asked, or agreed to, for some purposes."""

    purposes = models.JSONField(default=list, blank=True, help_text="Of Purpose; none in rows older than the list.")
    purpose = models.CharField(max_length=300, help_text="In words.")

    class Meta:
        abstract = True

    @property
    def for_what(self) -> str:
        """Purposes and words in one line."""
        return f"{named(self.purposes)} (“{self.purpose}”)" if self.purposes else self.purpose
