"""Which espeak-ng voice speaks a text: by its language, checked against the script it is written in."""

from __future__ import annotations

import unicodedata
from collections import Counter

# What Whisper can be asked for: ISO 639-1, and two names of its own (haw, jw).
_ASKABLE = """
en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml cy
sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am yi lo
uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su"""
LANGUAGES = frozenset(_ASKABLE.split())
UNSPACED = frozenset(("ja", "lo", "my", "th", "zh"))  # written without spaces between the words

# ISO 639-1 as Whisper names languages → voice, where the two differ. Languages without a voice of their own take
# that of a close relative; the acoustic evidence of the alignment then decides whether it was close enough.
_VOICES = {
    "en": "en-us", "es": "es-419", "fr": "fr-fr", "pt": "pt-br", "zh": "cmn-latn-pinyin", "no": "nb", "nn": "nb",
    "jw": "id", "su": "id", "mg": "id", "tl": "es-419", "gl": "pt", "oc": "ca", "br": "fr-fr",
    "ln": "sw", "sn": "sw", "so": "sw", "ha": "sw", "yo": "sw", "mn": "ru", "fo": "is",
    "tg": "fa", "sa": "hi", "ps": "fa",
}  # fmt: skip
_WITHOUT_VOICE = frozenset(("bo", "km", "lo", "yi"))

_SCRIPTS = {
    **dict.fromkeys(("ru", "uk", "bg", "be", "mk", "kk", "mn", "tt", "ba"), ("CYRILLIC",)),
    **dict.fromkeys(("ar", "fa", "ur", "sd", "ps"), ("ARABIC",)),
    **dict.fromkeys(("hi", "mr", "ne", "sa"), ("DEVANAGARI",)),
    **dict.fromkeys(("bn", "as"), ("BENGALI",)),
    "sr": ("CYRILLIC", "LATIN"), "bs": ("LATIN",), "uz": ("LATIN",), "az": ("LATIN",),
    "ja": ("HIRAGANA", "KATAKANA", "CJK"), "zh": ("CJK",), "ko": ("HANGUL",), "he": ("HEBREW",), "el": ("GREEK",),
    "gu": ("GUJARATI",), "pa": ("GURMUKHI",), "ta": ("TAMIL",), "te": ("TELUGU",), "kn": ("KANNADA",),
    "ml": ("MALAYALAM",), "si": ("SINHALA",), "th": ("THAI",), "my": ("MYANMAR",), "ka": ("GEORGIAN",),
    "hy": ("ARMENIAN",), "am": ("ETHIOPIC",),
}  # fmt: skip

# Whisper may write a language in the script of its sister: Hindi as Urdu above all.
_SISTERS = {("hi", "ARABIC"): "ur", ("ur", "DEVANAGARI"): "hi", ("pa", "ARABIC"): "ur", ("sd", "DEVANAGARI"): "hi"}


def script(text: str) -> str:
    """The script of most letters, by its Unicode name such as LATIN or CJK; "" without letters."""
    letters = Counter(unicodedata.name(c, "").split(" ")[0] for c in text if c.isalpha())
    return letters.most_common(1)[0][0] if letters else ""


def scripts(language: str) -> tuple[str, ...]:
    """The scripts a language is written in, as Unicode names them."""
    return _SCRIPTS.get(language, ("LATIN",))


def voice_for(language: str, text: str) -> str | None:
    """The espeak-ng voice for a text, or None when its script does not belong to its language."""
    written = script(text)
    if written in scripts(language):
        return None if language in _WITHOUT_VOICE else _VOICES.get(language, language)
    return _SISTERS.get((language, written))
