"""Phones to viseme classes: the vocabulary that the ear and the mouth share.

The fifteen classes follow the MPEG-4 / Oculus set of visible articulations; the IPA inventory is our own and
covers what espeak-ng's voices and hama's recogniser emit. Measured over eleven languages in our studies.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

CLASSES = ("SIL", "PP", "FF", "TH", "DD", "SS", "CH", "KK", "RR", "AA", "AH", "EH", "IY", "OH", "UW")
INDEX = {name: number for number, name in enumerate(CLASSES)}
VOWELS = frozenset(("AA", "AH", "EH", "IY", "OH", "UW"))

# What a lip-reader can tell apart: silence, closed lips, lip on teeth, neutral or narrow, open, rounded.
LIP_GROUPS = (0, 1, 2, 3, 3, 3, 3, 3, 3, 4, 4, 4, 3, 5, 5)  # one per class

_INVENTORY = {
    "PP": "p b m ɓ ʙ β",  # Spanish β closes the lips almost fully; as FF it would touch the teeth
    "FF": "f v ɱ ʋ ɸ",
    "TH": "θ ð",
    "DD": "t d n l ɾ ʈ ɖ ɳ ɭ ɗ ɬ ɮ ɫ ʎ ɲ c ɟ ȶ r ʀ ᶑ ƞ",
    "SS": "s z ʦ ʣ",
    "CH": "ʃ ʒ ʧ ʤ ɕ ʑ ʂ ʐ ʨ ʥ ɧ",
    "KK": "k g ɡ ŋ h x ɣ ʔ q ɢ χ ʁ ħ ʕ ɦ ɴ ɠ ʝ",
    "RR": "ɹ ɻ ɚ ɝ ɜ ɽ",
    "AA": "a ɑ æ ɶ",
    "AH": "ʌ ə ɐ ɘ ɵ ɤ ᵊ",
    "EH": "e ɛ ɞ",
    "IY": "i ɪ j ɨ ᵻ",
    "OH": "o ɔ ɒ œ",
    "UW": "u ʊ w ɯ y ʏ ø ʉ ɥ ɰ",
}
_CLASS_OF = {phone: name for name, phones in _INVENTORY.items() for phone in phones.split()}
_C_CEDILLA = "c\u0327"  # the ich-sound: its mark is no diacritic that could be dropped
_POSTALVEOLAR_AFFRICATES = ("tʃ", "dʒ", "tɕ", "dʑ", "tʂ", "dʐ", "ʈʂ", "ɖʐ")
_ALVEOLAR_AFFRICATES = ("ts", "dz")
_MODIFIERS = re.compile("[\u0361\u035c\u200dʲʷᵝʰʱˤˠːˑ˞]")  # ties, secondary articulations, length


@lru_cache(maxsize=4096)
def classes(ipa: str) -> tuple[str, ...]:
    """Viseme classes of one phone, in order: one for most, two for diphthongs, none for what is no phone."""
    letters = unicodedata.normalize("NFD", _MODIFIERS.sub("", ipa)).replace(_C_CEDILLA, "ɕ")
    bare = "".join(c for c in letters if not unicodedata.combining(c))
    if bare.startswith(_POSTALVEOLAR_AFFRICATES):
        return ("CH",)
    if bare.startswith(_ALVEOLAR_AFFRICATES):
        return ("SS",)
    found: list[str] = []
    for letter in bare:
        name = _CLASS_OF.get(letter)
        if name and found[-1:] != [name]:
            found.append(name)
    return tuple(found)


def is_vowel(ipa: str) -> bool:
    """Whether the phone can be held as a vowel; the glides j, w and ɥ cannot."""
    names = classes(ipa)
    return bool(names) and names[0] in VOWELS and ipa[:1] not in ("j", "w", "ɥ", "ɰ")
