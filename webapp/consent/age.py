"""Whether somebody says that they are under 18: a small rule over words, in the languages of the live check.

It hears “I am 15”, “ich bin fünfzehn Jahre alt”, “tengo 15 años”, “j'ai quinze ans”, and “I am a minor”. It guesses
nothing: who does not say their age is not found here.
"""

from __future__ import annotations

import re

from webapp.errors_text import Refused

_YOUNG = {  # 5 to 17; who is younger agrees to nothing
    "en": "five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen",
    "de": "fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn",
    "es": "cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete",
    "fr": "cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept",
}


def _age(language: str) -> str:
    numbers = [*map(str, range(5, 18)), *reversed(_YOUNG[language].split())]  # “dix-sept” before “dix”
    return f"(?:{'|'.join(numbers)})\\b"


_NO_AGE = {  # “I am seven minutes late”
    "en": r"(?!\W*(?:of|to|in|per|percent|%|feet|foot|seconds?|minutes?|hours?|days?|weeks?|months?|miles?)\b)",
    "de": r"(?!\W*(?:von|prozent|%|sekunden?|minuten?|stunden?|tagen?|wochen?|monaten?|kilometer|uhr)\b)",
}
_SAID = (
    rf"\b(?:i am|i'm)(?: only| just)? {_age('en')}(?!\.\d){_NO_AGE['en']}",
    rf"\b{_age('en')}[ -]years?[ -]old\b",
    rf"\bich bin(?: erst| gerade)? {_age('de')}(?!\.\d){_NO_AGE['de']}",
    rf"\b{_age('de')} jahre alt\b",
    rf"\btengo(?: solo| sólo)? {_age('es')} años\b",
    rf"\bj'ai(?: seulement)? {_age('fr')} ans\b",
    r"\b(?:i am|i'm) (?:a minor|under ?age|(?:under|not yet) (?:18|eighteen))\b",
    r"\bich bin (?:minderjährig|(?:unter|noch nicht) (?:18|achtzehn))",
    r"(?<!\bno )\bsoy menor(?: de edad| de (?:18|dieciocho)|$)",
    r"\bje suis mineure?\b|\bj'ai moins de (?:18|dix-huit)\b",
)
_MINOR = re.compile("|".join(_SAID))


def says_minor(words: str) -> bool:
    """Whether `words`, typed or heard, say that their speaker is under 18."""
    plain = " ".join(words.casefold().replace("’", "'").replace(",", " ").split())
    return _MINOR.search(plain) is not None


def require_no_minor(*words: str) -> None:
    """Refused where any of `words` say so."""
    if any(map(says_minor, words)):
        raise Refused("sitter_minor")
