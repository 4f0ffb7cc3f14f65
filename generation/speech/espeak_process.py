"""espeak-ng in a process of its own: text in, phones in IPA out. Run by path, never imported.

espeak-ng is licensed under the GPL, version 3; this project is not. The two meet only at this process's standard
input and output, so this file uses nothing of ours. One JSON object a line:

    {"voice": "de", "text": "Guten Tag"}  →  {"ipa": "ɡˈuːtən tˈɑːk"}  or  {"error": "no voice de"}

Phonemes of several letters are joined by U+0361. Nothing is logged.
"""

from __future__ import annotations

import ctypes
import json
import sys

import espeakng_loader

RETRIEVAL = 1  # AUDIO_OUTPUT_RETRIEVAL: open no sound device
DO_NOT_EXIT = 0x8000  # espeakINITIALIZE_DONT_EXIT
UTF8 = 1  # espeakCHARS_UTF8
IPA_WITH_TIES = 0x02 | 0x80 | (0x361 << 8)  # espeakPHONEMES_IPA | _TIE | the tie character


class Voice(ctypes.Structure):
    """espeak_VOICE of speak_lib.h."""

    _fields_ = [
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_char_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("xx1", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    ]


def load() -> ctypes.CDLL:
    """The library, initialised with its own data."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    if library.espeak_Initialize(RETRIEVAL, 0, espeakng_loader.get_data_path().encode(), DO_NOT_EXIT) < 0:
        sys.exit("espeak-ng could not load its data")
    return library


def choose(library: ctypes.CDLL, voice: str) -> bool:
    """Select a voice by name or language tag; False when there is none."""
    if library.espeak_SetVoiceByName(voice.encode()) == 0:
        return True
    wanted = Voice(languages=voice.encode())
    return bool(library.espeak_SetVoiceByProperties(ctypes.byref(wanted)) == 0)


def phonemes(library: ctypes.CDLL, text: str) -> str:
    """IPA of a text, its clauses separated by spaces."""
    encoded = ctypes.c_char_p(text.encode())
    rest = ctypes.c_void_p(ctypes.cast(encoded, ctypes.c_void_p).value)
    clauses = []
    while rest.value:
        clause = library.espeak_TextToPhonemes(ctypes.byref(rest), UTF8, IPA_WITH_TIES)
        clauses.append(clause.decode() if clause else "")
    return " ".join(clauses)


def main() -> None:
    """Answer every line until the input ends."""
    library, chosen = load(), ""
    for line in sys.stdin:
        asked = json.loads(line)
        voice = asked["voice"]
        if voice != chosen and not choose(library, voice):
            answer = {"error": f"no voice {voice}"}
        else:
            chosen = voice
            answer = {"ipa": phonemes(library, asked["text"])}
        sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
