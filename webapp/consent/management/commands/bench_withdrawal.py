"""How fast a withdrawal reaches everything, on a whole site of its own on this machine."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from webapp.demo.withdrawal import bench

WHAT = {
    "answered_s": "until the sitter's page answers",
    "stopped_s": "until every waiting, held and running video is cancelled",
    "idle_s": "until nothing is painted any more",
    "unpublished_s": "until every address of a published video answers that it is gone",
}


class Command(BaseCommand):
    """See webapp/demo/withdrawal.py."""

    help = "Measure how long it takes until a withdrawal has stopped and unpublished everything. Takes minutes."
    requires_system_checks = ()  # it serves nobody from here

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--jobs", type=int, default=50, help="videos that wait or are painted (50)")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, jobs: int, **options: Any) -> None:
        measured = bench(jobs=jobs)
        lines = [f"{measured[name]:8.2f} s {what}" for name, what in WHAT.items()]
        lines.append(
            "{jobs} asked for ({running} being painted), {held} held, {published} published".format(**measured)
        )
        self.stdout.write(json.dumps(measured) if options["json"] else "\n".join(lines))
