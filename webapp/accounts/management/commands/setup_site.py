"""Everything a fresh machine needs before the site starts; harmless to run again."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from provenance import keys

FOLDERS = ("media", "weights", "static")


class Command(BaseCommand):
    """See the module."""

    help = "Make private folders and keys, migrate the database, gather static files. Run it after every update."

    def handle(self, *args: Any, **options: Any) -> None:
        settings.DATA.mkdir(parents=True, exist_ok=True)
        if settings.DATA.stat().st_uid == os.getuid():
            settings.DATA.chmod(0o700)  # whoever made it: database and logs lie in it
        for name in FOLDERS:
            (settings.DATA / name).mkdir(exist_ok=True, mode=0o700)
        made = keys.create(settings.KEYS).made
        call_command("migrate", interactive=False, verbosity=options["verbosity"])
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)
        self.stdout.write(f"Ready in {settings.DATA}; keys {'made' if made else 'were there already'}.")
