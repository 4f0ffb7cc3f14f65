"""Text → phones in IPA, with the word that each phone belongs to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache
from typing import Any

from generation.speech import espeak, visemes
from generation.speech.voices import UNSPACED

_HAN = re.compile(r"[㐀-鿿]|[^\W㐀-鿿]+")  # one Chinese character, or a word in other letters
_UNSPOKEN = re.compile(r"\[[^\]]*\]|<[^<>]*>|[<>♪♫*_#|{}\\^~`]")  # stage directions and marks without a sound
_VOICE_SWITCH = re.compile(r"\([^)]*\)")  # espeak-ng's "(en)…(de)" around foreign words
_UNHEARD = re.compile("[|‖\\-_0-9.˥˦˧˨˩]")
STRESS = "ˈˌ"  # marks that espeak-ng writes before a stressed vowel
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
    stresses: tuple[str, ...] = ()  # for each phone, the stress mark that espeak-ng writes before it, or ""
    begins: frozenset[int] = frozenset()  # the phones before which espeak-ng writes a space


@dataclass(frozen=True)
class _Sound:
    """A phone as espeak-ng writes it."""

    phone: str
    stress: str
    begins: bool


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
        requests += [(utterance.voice, spell(text, utterance.language)) for text in (joined, *utterance.words)]
    answers = iter(espeak.ipa(requests))
    found = []
    for utterance in utterances:
        connected = _sounds(next(answers), utterance.language)
        phones = tuple(sound.phone for sound in connected)
        alone = [[sound.phone for sound in _sounds(next(answers), utterance.language)] for _ in utterance.words]
        begins = frozenset(number for number, sound in enumerate(connected) if sound.begins)
        stresses = tuple(sound.stress for sound in connected)
        found.append(Pronunciation(phones, _word_of(phones, alone), stresses, begins))
    return found


def spell(text: str, language: str) -> str:
    """The text as espeak-ng reads it best: kana for Japanese, pinyin for Chinese."""
    spoken = " ".join(_UNSPOKEN.sub(" ", text.replace("\x00", " ")).split())
    if language == "ja":
        return " ".join(item["hira"] for item in _kakasi().convert(spoken))
    if language == "zh":
        import pypinyin

        syllables = pypinyin.lazy_pinyin(spoken, style=pypinyin.Style.TONE3, neutral_tone_with_five=True)
        return " ".join(syllables)
    return spoken


def _sounds(ipa: str, language: str) -> list[_Sound]:
    """espeak-ng's IPA → phones; tied letters, length and other modifiers stay with the letter before."""
    for notation, letter in _PINYIN if language == "zh" else ():
        ipa = ipa.replace(notation, letter)
    found: list[_Sound] = []
    for word in _UNHEARD.sub("", _VOICE_SWITCH.sub("", ipa)).split():
        tied, first, stress = False, len(found), ""
        for letter in unicodedata.normalize("NFD", word):
            if letter in STRESS:
                stress = letter
                continue
            if letter in _TIES:
                tied = True
                continue
            if len(found) > first and (tied or letter in _SUFFIXES or unicodedata.combining(letter)):
                found[-1] = replace(found[-1], phone=found[-1].phone + letter)
            elif letter.isalpha():
                found.append(_Sound(letter, stress, len(found) == first))
                stress = ""
            tied = False
    whole = (replace(sound, phone=unicodedata.normalize("NFC", sound.phone)) for sound in found)
    return [sound for sound in whole if visemes.classes(sound.phone)]


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
