"""Blocks the faces of public figures, from pictures that are only looked at."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from webapp.accounts.models import User
from webapp.blocklist import services


class Command(BaseCommand):
    help = "Block the face in each PICTURE for the whole site. A worker takes it; no picture is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("pictures", nargs="+", type=Path, metavar="PICTURE", help="shows one face")
        parser.add_argument("--why", required=True, help="kept in the ledger, and shown to administrators")
        parser.add_argument("--by", metavar="EMAIL", help="the administrator who blocks; nobody where left out")

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(email=options["by"]).first() if options["by"] else None
        if options["by"] and (by is None or not by.is_staff):
            raise CommandError(f"{options['by']} is no administrator.", returncode=2)
        missing = [str(place) for place in options["pictures"] if not place.is_file()]
        if missing:
            raise CommandError(f"No such file: {', '.join(missing)}. Nothing was blocked.", returncode=2)
        failed = 0
        for place in options["pictures"]:
            with place.open("rb") as picture:
                face = services.block_picture(by=by, picture=File(picture), reason=options["why"])
            services.take_face(face.pk)
            face.refresh_from_db()
            failed += bool(face.message)
            self.stdout.write(f"{place}: {face.message or 'blocked'}")
        if failed:
            raise CommandError(f"{failed} of {len(options['pictures'])} could not be blocked.", returncode=2)
