"""Texts to phones to viseme classes, in many scripts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from generation.speech import espeak, g2p, voices
from generation.speech.visemes import CLASSES, LIP_GROUPS, classes, is_vowel


@pytest.mark.parametrize(
    ("ipa", "expected"),
    [
        ("p", "PP"), ("bʲ", "PP"), ("β", "PP"), ("v", "FF"), ("θ", "TH"), ("ɾ", "DD"), ("ʁ", "KK"), ("ç", "CH"),
        ("t͡ʃ", "CH"), ("tɕʰ", "CH"), ("t͡s", "SS"), ("ɹ", "RR"), ("ɑ̃", "AA"), ("ɯᵝ", "UW"), ("oʊ", "OH UW"),
        ("aɪ", "AA IY"), ("pf", "PP FF"), ("ː", ""), ("ʰ", ""), ("˥", ""), ("?", ""),
    ],
)  # fmt: skip
def test_phones_fall_into_viseme_classes(ipa: str, expected: str) -> None:
    assert " ".join(classes(ipa)) == expected


def test_only_vowels_can_be_held_as_vowels() -> None:
    assert all(map(is_vowel, ("a", "iː", "ɔ̃", "aɪ", "ə")))
    assert not any(map(is_vowel, ("j", "w", "m", "l", "s", "")))


def test_every_class_has_a_lip_group() -> None:
    assert len(LIP_GROUPS) == len(CLASSES) == 15


def pronounced(language: str, text: str) -> list[tuple[str, str]]:
    """Words and their phones, blank-separated."""
    voice = voices.voice_for(language, text)
    assert voice
    words = g2p.split_words(text, language)
    spoken = g2p.pronounce([g2p.Utterance(words, language, voice)])[0]
    owned = [
        [p for p, owner in zip(spoken.phones, spoken.word_of, strict=True) if owner == k] for k in range(len(words))
    ]
    return [(word, " ".join(phones)) for word, phones in zip(words, owned, strict=True)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "my house", [("my", "m aɪ"), ("house", "h aʊ s")]),
        ("de", "ich bin", [("ich", "ɪ ç"), ("bin", "b ɪ n")]),
        ("fr", "les amis", [("les", "l e z"), ("amis", "a m i")]),
        ("es", "vino", [("vino", "b i n o")]),
        ("ru", "бедняга", [("бедняга", "bʲ i d nʲ ɑ ɡ a")]),
        pytest.param("ja", "復興", [("復興", "ɸ ɯᵝ k k o̞ ɯᵝ")], marks=pytest.mark.slow),  # its dictionary
        ("zh", "市房", [("市", "ʂ ɨ"), ("房", "f ɑ ŋ")]),
        ("hi", "मेरा", [("मेरा", "m eː ɾ aː")]),
        ("hi", "میرا", [("میرا", "m eː r aː")]),  # Whisper writes Hindi in Urdu's script at times
    ],
)
def test_texts_are_pronounced_in_their_language(language: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert pronounced(language, text) == expected


def test_a_text_in_a_foreign_script_has_no_voice() -> None:
    assert voices.voice_for("hi", "mera naam") is None
    assert voices.voice_for("en", "привет") is None
    assert voices.voice_for("en", "123 !") is None


def test_stage_directions_and_markup_are_not_spoken() -> None:
    spoken = [phones for _, phones in pronounced("en", "[laughs] good <break/> [[x]] day ♪") if phones]
    assert spoken == [phones for _, phones in pronounced("en", "good day")]


def test_every_language_that_whisper_knows_has_a_voice_or_none_on_purpose() -> None:
    letters = {"CYRILLIC": "а", "ARABIC": "ا", "DEVANAGARI": "न", "BENGALI": "ক", "HIRAGANA": "あ", "CJK": "字"}
    letters |= {"HANGUL": "한", "HEBREW": "א", "GREEK": "α", "GUJARATI": "ક", "GURMUKHI": "ਕ", "TAMIL": "க"}
    letters |= {"TELUGU": "క", "KANNADA": "ಕ", "MALAYALAM": "ക", "SINHALA": "ක", "THAI": "ก", "MYANMAR": "က"}
    letters |= {"GEORGIAN": "ა", "ARMENIAN": "ա", "ETHIOPIC": "አ", "LATIN": "a"}
    asked = {name: voices.voice_for(name, letters[voices.scripts(name)[0]]) for name in sorted(voices.LANGUAGES)}
    answers = espeak.ipa([(voice, "a") for voice in asked.values() if voice])
    named = [name for name, voice in asked.items() if voice]
    assert [name for name, ipa in zip(named, answers, strict=True) if not ipa] == []
    assert {name for name, voice in asked.items() if voice is None} == {"bo", "km", "lo", "yi"}


def test_an_unknown_voice_answers_with_nothing_and_does_not_disturb_the_others() -> None:
    answers = espeak.ipa([("xq-none", "hello"), ("en-us", "hello")])
    assert answers[0] == ""
    assert answers[1]


def test_hostile_texts_are_only_texts() -> None:
    text = '"}\n{"voice":"de","text":"x"}\x00\u2028 --help $(id) ' + "a" * 20_000
    assert len(espeak.ipa([("en-us", text.replace("\x00", "")), ("en-us", "end")])) == 2
    assert g2p.pronounce([g2p.Utterance(tuple(text.split()), "en", "en-us")])[0].phones


def test_espeak_s_process_knows_nothing_of_ours() -> None:
    code = f"import runpy, sys; runpy.run_path({str(espeak.PROGRAM)!r}); print('generation' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, cwd=Path("/"), check=True
    )
    assert done.stdout.strip() == "False"
