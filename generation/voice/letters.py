"""From espeak-ng's phones to the letters that Kokoro was taught, keeping track of which phone each belongs to."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from generation.speech.g2p import Pronunciation

_LENGTH = "ː"
# One letter for two phones in one, as in misaki, the reading front end of Kokoro.
_JOINED = {
    "aɪ": "I", "aʊ": "W", "dz": "ʣ", "dʒ": "ʤ", "eɪ": "A", "oʊ": "O", "əʊ": "Q", "ts": "ʦ", "tʃ": "ʧ", "ɔɪ": "Y",
    "tɕ": "ʨ", "dʑ": "ʥ",
}  # fmt: skip
_ENGLISH = {
    "ɚ": "əɹ",
    "ɜː": "ɜɹ",
    "ɐ": "ə",
    "r": "ɹ",
    "e": "A",
    "ʔ": "t",
    "x": "k",
    "ɬ": "l",
    "əl": "ᵊl",
    "n̩": "ᵊn",
}
# The nearest letter to those that the network never met.
_NEAREST = {
    "ʑ": "ʒ", "ɭ": "l", "ʉ": "u", "ɵ": "ø", "ɫ": "l", "ɦ": "h", "ħ": "h", "ʕ": "ʔ", "ʏ": "y", "ɘ": "ə", "ʐ": "ʒ",
    "ɓ": "b", "ɗ": "d", "ɠ": "ɡ", "g": "ɡ", "ɱ": "m", "ʀ": "ʁ", "ɮ": "l", "ɞ": "ɜ", "ɝ": "ɚ", "ɶ": "a",
}  # fmt: skip
_WHOLE = "ç"  # a letter of the network's own, which must not be taken apart


@dataclass(frozen=True)
class Letter:
    """One token of the network."""

    symbol: str
    phone: int | None  # the number of the phone that it belongs to; None for spaces and marks


def spell(spoken: Pronunciation, language: str, *, first: int = 0) -> list[Letter]:
    """The letters of a clause whose phones are counted from `first`."""
    found: list[Letter] = []
    for number, (phone, stress) in enumerate(zip(spoken.phones, spoken.stresses, strict=True)):
        if found and number in spoken.begins:
            found.append(Letter(" ", None))
        found += [Letter(symbol, first + number) for symbol in (*stress, *_symbols(phone, language))]
    return found


def _symbols(phone: str, language: str) -> Iterator[str]:
    """The letters of one phone."""
    if language == "en" and phone in _ENGLISH:
        yield from _ENGLISH[phone]
        return
    bare = phone.rstrip(_LENGTH)
    joined = _JOINED.get(bare, bare)
    for letter in joined if joined == _WHOLE else unicodedata.normalize("NFD", joined):
        yield _NEAREST.get(letter, letter)
    if bare != phone and language != "en":  # its American English knows no long vowels
        yield _LENGTH
