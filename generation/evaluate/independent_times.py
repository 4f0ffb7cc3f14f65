"""When is each phone of an English text said, by an aligner that shares nothing with ours: pocketsphinx.

Its dictionary names the phones, espeak-ng those of numbers and of words that are not in it. Every phone is a word
of the text to align, because its own second pass from words to phones gives up on every other clip.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from generation.speech import g2p
from generation.types import FloatArray, Phone

ARPABET = {
    "P": "p", "B": "b", "M": "m", "F": "f", "V": "v", "T": "t", "D": "d", "N": "n", "L": "l", "S": "s", "Z": "z",
    "TH": "θ", "DH": "ð", "SH": "ʃ", "ZH": "ʒ", "CH": "tʃ", "JH": "dʒ", "K": "k", "G": "ɡ", "NG": "ŋ", "HH": "h",
    "R": "ɹ", "ER": "ɚ", "AA": "ɑ", "AE": "æ", "AH": "ʌ", "EH": "ɛ", "EY": "eɪ", "IH": "ɪ", "IY": "i", "Y": "j",
    "AO": "ɔ", "OW": "oʊ", "OY": "ɔɪ", "UH": "ʊ", "UW": "u", "W": "w", "AY": "aɪ", "AW": "aʊ",
}  # fmt: skip
# espeak-ng's American English where it writes otherwise
_ESPEAK = {"ɜ": "ER", "ə": "AH", "ɐ": "AH", "ᵻ": "IH", "ɾ": "D", "a": "AA", "o": "AO", "e": "EH"}
_NAME_OF = {ipa: name for name, ipa in ARPABET.items()} | _ESPEAK
BEAMS = (1e-64, 1e-100)
WORD_BEAM = 1e10  # times the beam
SILENCE = 0.05  # probability of a pause between two phones
LEVEL = 0.1  # RMS to which the sound is brought; it is given in 16 bits
MIN_PLACED = 0.9  # of the phones; with fewer the search went astray
FRAMES_A_SECOND = 100


def timed(samples: FloatArray, text: str) -> list[Phone] | None:
    """Phones of an English text with their times in samples (n,) at 16 kHz; None where the aligner fails."""
    names = _spelled(text)
    level = float(np.sqrt(np.mean(np.square(samples))))
    sound = (np.clip(samples * (LEVEL / level), -1, 1) * 32767).astype(np.int16).tobytes()
    for beam in BEAMS:
        placed = _placed(names, sound, beam)
        if len(placed) >= MIN_PLACED * len(names):
            return placed
    return None


def _spelled(text: str) -> list[str]:
    """ARPAbet names of all phones of a text."""
    dictionary = _decoder(BEAMS[0])
    names: list[str] = []
    for word in re.findall(r"[a-z0-9']+", text.lower()):
        known = dictionary.lookup_word(word)
        names += known.split() if known else _by_espeak(word)
    return names


def _by_espeak(word: str) -> list[str]:
    phones = g2p.pronounce([g2p.Utterance((word,), "en", "en-us")])[0].phones
    parts = [part for phone in phones for part in _parts(phone.rstrip("ː"))]
    return [_NAME_OF[part] for part in parts if part in _NAME_OF]


def _parts(phone: str) -> Sequence[str]:
    """A phone that has a name, else its letters."""
    return [phone] if phone in _NAME_OF else phone


def _placed(names: list[str], sound: bytes, beam: float) -> list[Phone]:
    decoder = _decoder(beam)
    for name in sorted(set(names)):
        decoder.add_word(_word(name), name, True)
    decoder.set_align_text(" ".join(map(_word, names)))
    decoder.start_utt()
    decoder.process_raw(sound, full_utt=True)
    try:
        decoder.end_utt()
    except RuntimeError:  # its search lost every path
        return []
    said = {_word(name): ipa for name, ipa in ARPABET.items()}
    found = [part for part in decoder.seg() or () if part.word in said]
    return [
        Phone(said[part.word], part.start_frame / FRAMES_A_SECOND, (part.end_frame + 1) / FRAMES_A_SECOND)
        for part in found
    ]


def _word(name: str) -> str:
    return f"phone-{name.lower()}"


def _decoder(beam: float) -> Any:
    from pocketsphinx import Decoder

    return Decoder(lm=None, loglevel="FATAL", beam=beam, wbeam=beam * WORD_BEAM, pbeam=beam, silprob=SILENCE)
