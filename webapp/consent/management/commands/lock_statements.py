"""Lock recordings of statements that are not locked yet, or not with the newest key."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from provenance.errors import ProvenanceError
from webapp.consent.locking import lock_all


class Command(BaseCommand):
    help = (
        "Lock recordings of statements that are plain (from before), or locked with an older key. Safe to repeat."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 1 where a key is missing or a file was changed."""
        try:
            self.stdout.write(f"{lock_all()} locked with the newest key.")
        except ProvenanceError as error:
            raise CommandError(f"{error.message} {error.hint}") from error
