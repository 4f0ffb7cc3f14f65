"""What researchers and reviewers need to search without the site: codes and prints of all sealed videos."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from provenance.fingerprints import write
from webapp.lookup import traces


class Command(BaseCommand):
    help = "Write codes.txt and prints.zip into a folder, for `python -m provenance identify --codes … --prints …`."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        traces.write_codes(folder / "codes.txt")
        count = write(folder / "prints.zip", traces.sealed_prints())
        self.stdout.write(f"{count} videos written to {folder}")
