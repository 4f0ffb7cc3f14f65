"""How much of what should be said was heard: words in their order, tolerant of spelling."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher

NUMBERS = (  # as said in the languages of phrases.TONGUES; recognisers write them as figures, too, and as III
    ("0", "zero", "null", "cero"),
    ("1", "eins", "uno", "un"),
    ("2", "ii", "zwei", "dos", "deux"),
    ("3", "iii", "three", "drei", "tres", "trois"),
    ("4", "iv", "vier", "cuatro", "quatre"),
    ("5", "five", "funf", "cinco", "cinq"),
    ("6", "vi", "six", "sechs", "seis"),
    ("7", "vii", "seven", "sieben", "siete", "sept"),
    ("8", "viii", "acht", "ocho", "huit"),
    ("9", "ix", "nine", "neun", "nueve", "neuf"),
)
NUMBER = {word: words[0] for words in NUMBERS for word in words}
ALIKE = 0.74  # of two words' letters; words of phrases.TONGUES agree by 0.73 at most, “zero” and “sero” by 0.75


def share_heard(wanted: Sequence[str], heard: Sequence[str]) -> float:
    """0..1: the longest run of `wanted` that lies in `heard` in this order, as a share of `wanted`."""
    asked, said = ([plain for word in words for plain in _plain(word)] for words in (wanted, heard))
    if not asked:
        return 0.0
    best = [0] * (len(said) + 1)  # longest common subsequence, row by row
    for one in asked:
        row = [0]
        for place, other in enumerate(said):
            row.append(max(best[place] + _alike(one, other), best[place + 1], row[-1]))
        best = row
    return best[-1] / len(asked)


def _alike(one: str, other: str) -> bool:
    if one == other or SequenceMatcher(None, one, other).ratio() >= ALIKE:
        return True
    return one in NUMBER and NUMBER[one] == NUMBER.get(other)


def _plain(word: str) -> list[str]:
    """Letters only, small, without accents; at hyphens and apostrophes a word is two."""
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(sign)
    )
    return "".join(sign if sign.isalnum() else " " for sign in bare).split()
