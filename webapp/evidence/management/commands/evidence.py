"""A signed package of evidence about one video, on a machine that has the site's keys."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from provenance.codes import CODE_DIGITS, parse_code
from provenance.errors import ProvenanceError
from webapp.errors_text import Refused
from webapp.evidence import services
from webapp.videos.models import Job


class Command(BaseCommand):
    help = (
        "Write a signed ZIP with everything known about a video. Check it with: python -m provenance check-evidence"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("job", metavar="JOB", help="id of the job, or the ten digits of its code")
        parser.add_argument("--out", type=Path, required=True, metavar="Z.zip")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        try:
            sha256 = services.write_package(_find(options["job"]), out)
        except (Refused, ProvenanceError) as reason:
            raise CommandError(str(reason), returncode=2) from reason
        answer = {"path": str(out), "sha256": sha256}
        self.stdout.write(json.dumps(answer) if options["json"] else f"{out}\nSHA-256 {sha256}")


def _find(text: str) -> Job:
    jobs = Job.objects.all()
    try:
        return jobs.get(code=parse_code(text)) if len(text) == CODE_DIGITS else jobs.get(pk=UUID(text))
    except (Job.DoesNotExist, ValueError) as error:
        raise CommandError(f"There is no video {text}.", returncode=2) from error
