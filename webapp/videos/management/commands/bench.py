"""How fast this machine makes videos, as a worker does: painting, both marks, encoding."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from webapp.videos import production
from webapp.videos.benchmark import bench


class Command(BaseCommand):
    """See the module; the JSON keys are a contract."""

    help = "Print frames per second end to end and CPU milliseconds per frame for every stage."
    requires_system_checks = ()  # it serves nobody

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--size", type=int, default=512, help="px (512)")
        parser.add_argument("--seconds", type=float, default=10.0, help="of video (10)")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
        parser.add_argument("--out", type=Path, help="keep the JSON object in this file too")

    def handle(self, *args: Any, size: int, seconds: float, out: Path | None, **options: Any) -> None:
        try:
            measured = bench(size=size, seconds=seconds)
        except production.DECLINES as reason:
            raise CommandError(f"{reason.message} {reason.hint}", returncode=reason.exit_code) from reason
        if out:
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text(json.dumps(measured) + "\n")
        self.stdout.write(json.dumps(measured) if options["json"] else as_table(measured))


def as_table(measured: dict[str, Any]) -> str:
    """For people."""
    lines = [f"{stage:<12}{spent:8.2f} ms CPU per frame" for stage, spent in measured["stages_ms"].items()]
    lines += [
        f"{'end to end':<12}{measured['end_to_end_fps']:8.1f} frames/s on {measured['cores']} cores",
        f"{'first picture':<14}{measured['first_fragment_s']:6.1f} s after the start, portrait and recording known",
        f"{'':<14}{measured['first_fragment_unknown_s']:6.1f} s, neither known",
        f"{'memory':<12}{measured['peak_rss_mb']:8.0f} MB at most",
    ]
    return "\n".join(lines)
