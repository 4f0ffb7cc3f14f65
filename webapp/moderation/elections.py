"""When people vote: in the weeks before, rules look more closely at what is said in their languages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from webapp.moderation.files import LANGUAGE, BadRules, changed_at, read


@dataclass(frozen=True)
class Election:
    """One vote, or the span of days in which the law wants it."""

    country: str  # ISO 3166, or EU
    what: str
    first: date
    last: date
    languages: frozenset[str]


@dataclass(frozen=True)
class Calendar:
    """All that is known of coming votes."""

    weeks_before: int
    elections: tuple[Election, ...]

    def near(self, day: date) -> list[Election]:
        """Those whose weeks before, or days, have come on `day`."""
        before = timedelta(weeks=self.weeks_before)
        return [vote for vote in self.elections if vote.first - before <= day <= vote.last]

    def voting(self, day: date) -> frozenset[str]:
        """The languages of those who vote soon."""
        return frozenset(language for vote in self.near(day) for language in vote.languages)


def load(path: Path) -> Calendar:
    """The calendar of a file; read again once it has changed. Raises BadRules."""
    return _load(path, changed_at(path))


@lru_cache(maxsize=2)
def _load(path: Path, _changed_at: int) -> Calendar:
    told = read(path)
    if unknown := set(told) - {"weeks_before", "election"}:
        raise BadRules(f"{path}: {', '.join(sorted(unknown))} is not known; each vote begins with [[election]]")
    weeks = told.get("weeks_before")
    if not isinstance(weeks, int) or weeks < 0:
        raise BadRules(f"{path}: weeks_before is a number of weeks")
    return Calendar(weeks, tuple(_election(one, number) for number, one in enumerate(told.get("election", []), 1)))


def _election(told: dict[str, Any], number: int) -> Election:
    try:
        vote = Election(
            told["country"], told["what"], told["from"], told["to"], frozenset(map(str, told["languages"]))
        )
    except (KeyError, TypeError) as missing:
        raise BadRules(f"election number {number}: {missing} is missing or no list") from missing
    spoken = told["languages"]
    if not isinstance(spoken, list) or not spoken or not all(LANGUAGE.fullmatch(str(one)) for one in spoken):
        raise BadRules(f"election number {number}: languages is a list of two small letters each")
    if not (type(vote.first) is type(vote.last) is date) or vote.last < vote.first:
        raise BadRules(f"election number {number}: from and to are days, the first one first")
    return vote
