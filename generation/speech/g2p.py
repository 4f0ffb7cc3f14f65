"""Text → phones in IPA, with the word that each phone belongs to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import Any

from generation.speech import espeak, visemes
from generation.speech.voices import UNSPACED

_HAN = re.compile(r"[㐀-鿿]|[^\W㐀-鿿]+")  # one Chinese character, or a word in other letters
_UNSPOKEN = re.compile(r"\[[^\]]*\]|<[^<>]*>|[<>♪♫*_#|{}\\^~`]")  # stage directions and marks without a sound
_VOICE_SWITCH = re.compile(r"\([^)]*\)")  # espeak-ng's "(en)…(de)" around foreign words
_STRESS = re.compile("[ˈˌ|‖\\-_0-9.˥˦˧˨˩]")
_PINYIN = (("ˈ", ""), ("ˌ", ""), ("s.", "ʂ"), ("z.", "ʐ"), ("i.", "ɨ"), ("ɜ", ""))  # the last spells a tone
_TIES = "\u035c\u0361\u200d"
_SUFFIXES = "ːˑʲʷᵝʰʱˤ"


@dataclass(frozen=True)
class Utterance:
    """A stretch of text to pronounce."""

    words: tuple[str, ...]
    language: str  # ISO 639-1
    voice: str  # of espeak-ng


@dataclass(frozen=True)
class Pronunciation:
    """The phones of an utterance, as spoken in connection: liaison and reduction included."""

    phones: tuple[str, ...]
    word_of: tuple[int, ...]  # for each phone, the index of its word; never decreases


def split_words(text: str, language: str) -> tuple[str, ...]:
    """The words of a text; in Japanese its morphemes, in Chinese its characters."""
    if language == "ja":
        return tuple(item["orig"] for item in _kakasi().convert(text) if item["orig"].strip())
    return tuple(_HAN.findall(text) if language == "zh" else text.split())


def pronounce(utterances: Sequence[Utterance]) -> list[Pronunciation]:
    """Pronounce all utterances in one go. Raises MissingOnMachine when espeak-ng cannot run."""
    requests = []
    for utterance in utterances:
        joined = ("" if utterance.language in UNSPACED else " ").join(utterance.words)
        requests += [(utterance.voice, _spell(text, utterance.language)) for text in (joined, *utterance.words)]
    answers = iter(espeak.ipa(requests))
    found = []
    for utterance in utterances:
        connected = _phones(next(answers), utterance.language)
        alone = [_phones(next(answers), utterance.language) for _ in utterance.words]
        found.append(Pronunciation(tuple(connected), _word_of(connected, alone)))
    return found


def _spell(text: str, language: str) -> str:
    """The text as espeak-ng reads it best: kana for Japanese, pinyin for Chinese."""
    spoken = " ".join(_UNSPOKEN.sub(" ", text.replace("\x00", " ")).split())
    if language == "ja":
        return " ".join(item["hira"] for item in _kakasi().convert(spoken))
    if language == "zh":
        import pypinyin

        syllables = pypinyin.lazy_pinyin(spoken, style=pypinyin.Style.TONE3, neutral_tone_with_five=True)
        return " ".join(syllables)
    return spoken


def _phones(ipa: str, language: str) -> list[str]:
    """espeak-ng's IPA → phones; tied letters, length and other modifiers stay with the letter before."""
    for notation, letter in _PINYIN if language == "zh" else ():
        ipa = ipa.replace(notation, letter)
    phones: list[str] = []
    for word in _STRESS.sub("", _VOICE_SWITCH.sub("", ipa)).split():
        tied, first = False, len(phones)
        for letter in unicodedata.normalize("NFD", word):
            if letter in _TIES:
                tied = True
                continue
            if len(phones) > first and (tied or letter in _SUFFIXES or unicodedata.combining(letter)):
                phones[-1] += letter
            elif letter.isalpha():
                phones.append(letter)
            tied = False
    return [unicodedata.normalize("NFC", phone) for phone in phones if visemes.classes(phone)]


def _word_of(connected: Sequence[str], alone: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """Assign the phones of connected speech to words, by matching them with each word's own pronunciation."""
    if not alone:
        return ()
    owners = [word for word, phones in enumerate(alone) for _ in phones]
    single = [visemes.classes(phone)[0] for phones in alone for phone in phones]
    matcher = SequenceMatcher(None, [visemes.classes(phone)[0] for phone in connected], single, autojunk=False)
    found: list[int | None] = [None] * len(connected)
    for here, there, length in matcher.get_matching_blocks():
        found[here : here + length] = owners[there : there + length]
    last, assigned = 0, []
    for owner in found:
        last = max(last, last if owner is None else owner)
        assigned.append(last)
    return tuple(assigned)


@cache
def _kakasi() -> Any:
    import pykakasi

    return pykakasi.kakasi()
