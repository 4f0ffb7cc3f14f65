"""How fast the ledger is when it is long."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from webapp.audit.benchmark import bench

MILESTONE = 50_000  # entries between two lines of progress


class Command(BaseCommand):
    """See the module."""

    help = (
        "Fill a ledger in a database of its own, time appends and proofs, drop it. The site's data are not touched."
    )
    requires_system_checks = ()  # it serves nobody

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--entries", type=int, default=1_000_000, help="(1000000)")
        parser.add_argument("--tries", type=int, default=200, help="of each thing timed (200)")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, entries: int, tries: int, **options: Any) -> None:
        measured = bench(entries=entries, tries=tries, report=self._report)
        if options["json"]:
            self.stdout.write(json.dumps(measured))
            return
        self.stdout.write(
            f"{measured['entries']} entries on {measured['engine']}, filled in {measured['fill_s']} s"
        )
        for name in ("append", "inclusion", "consistency"):
            spent = measured[f"{name}_ms"]
            figures = "   ".join(f"{what} {value:6.2f} ms" for what, value in spent.items())
            self.stdout.write(f"  {name:<12} {figures}")

    def _report(self, done: int) -> None:
        if done % MILESTONE == 0:
            self.stderr.write(f"{done} entries")
