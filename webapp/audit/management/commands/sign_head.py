"""Sign the ledger's head now instead of waiting for beat."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from provenance.errors import ProvenanceError
from webapp.audit import heads


class Command(BaseCommand):
    """See the module."""

    help = "Sign the ledger's head now and print it. Needs the log's key, so run it where the seal worker runs."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            head = heads.sign_head(settings.KEYS)
        except ProvenanceError as error:
            raise CommandError(f"{error.message} {error.hint}", returncode=error.exit_code) from error
        if head is None:
            raise CommandError("The ledger is empty; there is nothing to sign.", returncode=2)
        self.stdout.write(json.dumps(head.as_signed().as_json()))
