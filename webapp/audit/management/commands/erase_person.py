"""Erase what the ledger tells of a person."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from webapp.audit.erasure import erase_person, find_person
from webapp.errors_text import Refused


class Command(BaseCommand):
    """See the module."""

    help = "Erase what the ledger tells of a person, for good. Every proof still holds; the erasure is an entry."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("who", help="e-mail address or pseudonym")
        parser.add_argument("--reason", required=True, help="stays in the ledger: do not name the person")

    def handle(self, *args: Any, who: str, reason: str, **options: Any) -> None:
        try:
            gone = erase_person(person=find_person(who), by=None, reason=reason)
        except Refused as refused:
            raise CommandError(str(refused), returncode=2) from refused
        self.stdout.write(f"Erased {gone} facts.")
