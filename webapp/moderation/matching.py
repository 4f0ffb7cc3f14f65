"""Patterns of words, and where a text has them.

A pattern is a few words. They must follow each other, as whole words, whatever their case and accents; a compound
may be written apart or together ("bit coin"). `*` stands for the rest of a word, `…` for up to GAP words, `A + B`
for both within NEAR words of each other, in either order, and `<name>` for any phrase of a list.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache

GAP = 4  # words
NEAR = 8  # words
BORDER = "\n"  # between passages: no pattern reaches across
UMLAUTS = {"ä": "a", "ö": "o", "ü": "u"}  # may be spelled with an e, and recognisers do
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l"})
TOKEN = re.compile(r"<([a-z-]+)>|…|\+|\w+\*|\*\w+|[\w'’-]+")

Span = tuple[int, int]  # first letter and end, in the text


class BadPattern(ValueError):
    """A pattern that means nothing; says why."""


def fold(text: str) -> tuple[str, list[int]]:
    """The text in small letters without accents, words apart by one space; and where each of its letters stood."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for part in unicodedata.normalize("NFKD", letter.casefold().translate(LIGATURES)):
            kept = part if part.isalnum() or part == BORDER else " "
            if not unicodedata.combining(part) and not (kept == " " and letters[-1:] == [" "]):
                letters.append(kept)
                places.append(place)
    return "".join(letters), places


def find(text: str, patterns: Sequence[re.Pattern[str]]) -> list[tuple[Span, ...]]:
    """One entry for each place where a pattern is: the spans of its words in `text`."""
    folded, places = fold(text)
    found = []
    for pattern in patterns:
        for match in pattern.finditer(folded):
            spans = (match.span(number) for number in range(1, (pattern.groups or 0) + 1))
            found.append(tuple(sorted((places[a], places[b - 1] + 1) for a, b in spans if b > a >= 0)))
    return found


def compiled(pattern: str, lists: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """The pattern as a regular expression over folded text. Raises BadPattern."""
    rest = TOKEN.sub("", pattern).strip()
    if rest:
        raise BadPattern(f"“{rest}” means nothing in a pattern")
    sides = [side.strip() for side in pattern.split("+")]
    if len(sides) > 2 or not all(sides):
        raise BadPattern("“+” stands between two phrases")
    parts = [_phrase(side, lists) for side in sides]
    if len(parts) == 1:
        return re.compile(_whole(parts[0]))
    near = rf" (?:\w+ ){{0,{NEAR}}}"
    there, back = (_whole(first + near + second) for first, second in (parts, reversed(parts)))
    return re.compile(f"{there}|{back}")


def _whole(expression: str) -> str:
    return rf"(?<!\w){expression}(?!\w)"


def _phrase(phrase: str, lists: Mapping[str, Sequence[str]]) -> str:
    """Chunks of words, each a group of its own, with gaps between them."""
    chunks = [chunk.split() for chunk in phrase.split("…")]
    if not all(chunks):
        raise BadPattern("“…” stands between words")
    return rf" (?:\w+ ){{0,{GAP}}}".join(f"({_chunk(chunk, lists)})" for chunk in chunks)


def _chunk(words: Sequence[str], lists: Mapping[str, Sequence[str]]) -> str:
    return " ?".join(_any_of(word[1:-1], lists) if word.startswith("<") else _word(word) for word in words)


def _any_of(name: str, lists: Mapping[str, Sequence[str]]) -> str:
    if name not in lists:
        raise BadPattern(f"there is no list <{name}>")
    phrases = sorted(lists[name], key=len, reverse=True)
    return "(?:" + "|".join(" ?".join(_word(word) for word in phrase.split()) for phrase in phrases) + ")"


@cache
def _word(word: str) -> str:
    """One word; an apostrophe or a hyphen may be heard or not."""
    if not re.fullmatch(r"\*?[\w'’-]+\*?", word):
        raise BadPattern(f"“{word}” is no word")
    ends = word.endswith("*"), word.startswith("*")
    expression = ""
    for letter in unicodedata.normalize("NFC", word.strip("*").casefold()):
        if letter in UMLAUTS:
            expression += f"{UMLAUTS[letter]}e?"
        elif letter in "'’-":
            expression += " ?"
        else:
            expression += re.escape(fold(letter)[0])
    return (r"\w*" if ends[1] else "") + expression + (r"\w*" if ends[0] else "")
