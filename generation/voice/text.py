"""A typed text, checked and cut into the breaths in which it is said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from generation.errors import InputRefused
from generation.speech.voices import LANGUAGES, voice_for

MAX_LETTERS = 5000  # of a script: about six minutes of speech
MAX_CLAUSE_LETTERS = 220  # of a clause; its phones must fit the network's 510 tokens with room to spare

# Marks that are heard, as the network writes them. A full stop inside a number or an address is none of them.
_HEARD = {
    **dict(zip(".,!?;:—…", ".,!?;:—…", strict=True)),
    "。": ".", "、": ",", "，": ",", "！": "!", "？": "?", "；": ";", "：": ":", "–": "—", "।": ".", "؟": "?",
    "،": ",",
}  # fmt: skip
_ENDS = ".!?…"
_MARK = re.compile(r"(?:[.,!?;:](?=[\s\"'”’»)\]]|$)|[—–…。、，！？；：।؟،]|\n+)+")


@dataclass(frozen=True)
class Clause:
    """Words said in one go, and the mark after them."""

    text: str
    mark: str  # one of .,!?;:—…
    written: str = ""  # the mark as it stands in the text

    @property
    def ends_sentence(self) -> bool:
        """Whether the voice falls to rest after it."""
        return self.mark in _ENDS


def check(text: str, language: str) -> tuple[str, str]:
    """The text without what cannot be said, and its espeak-ng voice.

    Raises InputRefused with code script_empty, script_too_long, language_unknown or script_unreadable.
    """
    said = "".join(letter for letter in text if letter.isprintable() or letter.isspace()).strip()
    if not any(letter.isalnum() for letter in said):
        raise InputRefused("script_empty", "There is nothing to say in this text.", "Write at least one word.")
    if len(said) > MAX_LETTERS:
        raise InputRefused(
            "script_too_long",
            f"This text has {len(said)} letters; {MAX_LETTERS} can be said at once.",
            "Shorten it, or make several videos.",
        )
    if language not in LANGUAGES:
        raise InputRefused(
            "language_unknown", "We don't know this language.", "Give its two-letter code, such as “en” or “de”."
        )
    voice = voice_for(language, said) if any(letter.isalpha() for letter in said) else voice_for(language, "")
    if voice is None and any(letter.isalpha() for letter in said):
        raise InputRefused(
            "script_unreadable",
            f"This text is not written in the letters of the language “{language}”, or nobody here can read it.",
            "Choose the language that the text is written in.",
        )
    return said, voice or "en-us"


def clauses(text: str) -> list[Clause]:
    """Cut at marks that are heard; what runs on too long is cut between words."""
    found: list[Clause] = []
    start = 0
    for mark in _MARK.finditer(text):
        found += _clause(text[start : mark.start()], _strongest(mark.group()), mark.group().strip())
        start = mark.end()
    return found + list(_clause(text[start:], ".", ""))


def _strongest(marks: str) -> str:
    heard = [_HEARD[mark] for mark in marks if mark in _HEARD] or ["."]
    return next((mark for mark in heard if mark in _ENDS), heard[0])


def _clause(text: str, mark: str, written: str) -> Iterator[Clause]:
    """The text as one clause, or as several that a breath could separate."""
    words = text.split()
    if not any(letter.isalnum() for letter in text):
        return
    line = ""
    for word in words:
        for piece in (word[k : k + MAX_CLAUSE_LETTERS] for k in range(0, len(word), MAX_CLAUSE_LETTERS)):
            if line and len(line) + 1 + len(piece) > MAX_CLAUSE_LETTERS:
                yield Clause(line, ",")
                line = ""
            line = f"{line} {piece}".strip()
    yield Clause(line, mark, written)
