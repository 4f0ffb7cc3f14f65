"""Try the rules of moderation: `manage.py check_rules --language en --text "…"`."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from webapp.moderation import elections, rules
from webapp.moderation.files import BadRules


class Command(BaseCommand):
    help = "Read the rules and the calendar of elections, and say what they find in a text."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--text", help="what somebody says")
        parser.add_argument("--language", default="", help="two letters; tried against all where left out")
        parser.add_argument("--on", type=date.fromisoformat, default=None, help="a day, YYYY-MM-DD (today)")
        parser.add_argument("--measure", type=Path, help="a file of sentences, as tests/webapp has one")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            known, calendar = rules.load(settings.MODERATION_RULES), elections.load(settings.MODERATION_ELECTIONS)
        except BadRules as bad:
            raise CommandError(str(bad)) from bad
        day = options["on"] or timezone.now().date()
        self.stdout.write(f"{len(known.rules)} rules in {', '.join(sorted(known.languages))}")
        for vote in calendar.near(day):
            self.stdout.write(f"people vote soon: {vote.country}, {vote.what}, {vote.first} to {vote.last}")
        if options["text"]:
            self._try(known, options["text"], options["language"], calendar.voting(day))
        if options["measure"]:
            self._measure(known, tomllib.loads(options["measure"].read_text("utf-8"))["blind"])

    def _try(self, known: rules.Rules, text: str, language: str, voting: frozenset[str]) -> None:
        found = known.matches(text, language, voting)
        for rule, spans in found:
            words = ", ".join(f"“{text[start:stop]}”" for start, stop in spans)
            self.stdout.write(f"{rule.id}: {words}\n    {rule.why}")
        if not found:
            self.stdout.write("nothing found: the request would not wait for this text")

    def _measure(self, known: rules.Rules, groups: list[dict[str, Any]]) -> None:
        """How many sentences are found that should be, and that should not."""
        right = {name: [0, 0] for name in ("to be found", "ordinary")}  # found, of
        for group in groups:
            kind = "to be found" if group["rule"] else "ordinary"
            for sentence in group["says"]:
                found = bool(known.matches(sentence, group["language"], frozenset()))
                right[kind][0] += found
                right[kind][1] += 1
                if found != (kind == "to be found"):
                    what = "missed" if group["rule"] else "wrongly held"
                    self.stdout.write(f"{what} ({group['language']} {group['rule']}): {sentence}")
        (hits, wanted), (false, ordinary) = right["to be found"], right["ordinary"]
        self.stdout.write(f"recall {hits / wanted:.2f} ({hits} of {wanted})")
        self.stdout.write(f"precision {hits / max(1, hits + false):.2f} ({hits} of {hits + false} held)")
        self.stdout.write(f"ordinary sentences held {false} of {ordinary}")
