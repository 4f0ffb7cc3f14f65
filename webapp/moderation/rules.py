"""The rules by which a person looks first, read from a file that operators may edit; or what is wrong in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from webapp.moderation.files import LANGUAGE, BadRules, changed_at, read
from webapp.moderation.matching import BadPattern, Span, compiled, find

Patterns = Mapping[str, tuple[re.Pattern[str], ...]]  # by language


@dataclass(frozen=True)
class Rule:
    """What makes a person look, and why, in a sentence for whoever asked for the video."""

    id: str
    name: str
    why: str
    words: Patterns
    near_a_vote: Patterns = field(default_factory=dict)  # these too, in the weeks before people vote
    unless: Patterns = field(default_factory=dict)  # what overlaps with these is no match

    def matches(self, text: str, languages: frozenset[str], voting: frozenset[str]) -> tuple[Span, ...]:
        """Where the text, in one of `languages`, has what this rule looks for; a vote is near in `voting`."""
        found: set[Span] = set()
        for language in languages:
            patterns = self.words.get(language, ())
            if language in voting:
                patterns = (*patterns, *self.near_a_vote.get(language, ()))
            innocent = [span for spans in find(text, self.unless.get(language, ())) for span in spans]
            for spans in find(text, patterns):
                if not any(a < d and c < b for a, b in spans for c, d in innocent):
                    found.update(spans)
        return _joined(found)


def _joined(spans: set[Span]) -> tuple[Span, ...]:
    """In order, those that overlap as one."""
    joined: list[Span] = []
    for start, stop in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return tuple(joined)


@dataclass(frozen=True)
class Rules:
    """All rules of a file."""

    rules: tuple[Rule, ...]
    languages: frozenset[str]

    def spoken_in(self, language: str) -> frozenset[str]:
        """The languages whose patterns count: its own, or all where we have none or don't know it."""
        return frozenset({language}) if language in self.languages else self.languages

    def matches(self, text: str, language: str, voting: frozenset[str]) -> list[tuple[Rule, tuple[Span, ...]]]:
        """Which rules find something, and where."""
        spoken = self.spoken_in(language)
        found = ((rule, rule.matches(text, spoken, voting)) for rule in self.rules)
        return [(rule, spans) for rule, spans in found if spans]


def load(path: Path) -> Rules:
    """The rules of a file; read again once it has changed. Raises BadRules."""
    return _load(path, changed_at(path))


@lru_cache(maxsize=2)
def _load(path: Path, _changed_at: int) -> Rules:
    told = read(path)
    lists, rows = told.get("lists", {}), told.get("rule", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadRules(f"{path}: each rule begins with [[rule]]")
    rules = tuple(_rule(row, number, lists) for number, row in enumerate(rows, 1))
    if not rules:
        raise BadRules(f"{path} has no [[rule]]")
    names = [rule.id for rule in rules]
    if twice := {name for name in names if names.count(name) > 1}:
        raise BadRules(f"two rules are called {', '.join(sorted(twice))}")
    return Rules(rules, frozenset(language for rule in rules for language in rule.words))


def _rule(told: dict[str, Any], number: int, lists: Mapping[str, Any]) -> Rule:
    called = told.get("id") or f"number {number}"
    for key in ("id", "name", "why"):
        if not isinstance(told.get(key), str) or not told[key].strip():
            raise BadRules(f"rule {called} has no {key}")
    if unknown := set(told) - {"id", "name", "why", "words", "near_a_vote", "unless"}:
        raise BadRules(f"rule {called}: {', '.join(sorted(unknown))} is not known here")
    if not told.get("words"):
        raise BadRules(f"rule {called} has no words")
    patterns = {key: _patterns(told.get(key, {}), called, key, lists) for key in ("words", "near_a_vote", "unless")}
    return Rule(told["id"], told["name"], told["why"], **patterns)


def _patterns(told: Any, rule: str, key: str, lists: Mapping[str, Any]) -> Patterns:
    if not isinstance(told, dict) or not all(isinstance(some, list) for some in told.values()):
        raise BadRules(f"rule {rule}: {key} is a table of lists by language")
    if strange := [language for language in told if not LANGUAGE.fullmatch(language)]:
        raise BadRules(f"rule {rule}, {key}: {', '.join(strange)} is no language; two small letters are")
    found: dict[str, tuple[re.Pattern[str], ...]] = {}
    for language, some in told.items():
        try:
            found[language] = tuple(compiled(pattern, lists.get(language, {})) for pattern in some)
        except (BadPattern, AttributeError, TypeError) as bad:
            raise BadRules(f"rule {rule}, {key}.{language}: {bad}") from bad
    return found
