"""espeak-ng in a process of its own: text in, phones in IPA out. Run by path, never imported.

espeak-ng is licensed under the GPL, version 3; this project is not. The two meet only at this process's standard
input and output, so this file uses nothing of ours. One JSON object a line:

    {"voice": "de", "text": "Guten Tag"}  →  {"ipa": "ɡˈuːtən tˈɑːk"}  or  {"error": "no voice de"}
    {…, "aloud": true}  →  {"rate": 22050, "pcm": base64 of 16-bit samples, "phones": [["ɡ", 0.012], …], "end": 0.8}

with the second at which each phone begins and the one at which the last ends. Phonemes of several letters are
joined by U+0361. Nothing is logged.
"""

from __future__ import annotations

import base64
import ctypes
import json
import sys

import espeakng_loader

SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS: open no sound device, return when all is said
PHONEME_EVENTS = 0x01 | 0x02  # espeakINITIALIZE_PHONEME_EVENTS | _PHONEME_IPA
EVENT_END_OF_LIST, EVENT_PHONEME, EVENT_END = 0, 7, 5  # espeak_EVENT_TYPE
BY_CHARACTER = 1  # POS_CHARACTER
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


class Name(ctypes.Union):
    """The `id` of an event."""

    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class Event(ctypes.Structure):
    """espeak_EVENT of speak_lib.h."""

    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", Name),
    ]


Listener = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))


def load() -> ctypes.CDLL:
    """The library, initialised with its own data."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    data = espeakng_loader.get_data_path().encode()
    if library.espeak_Initialize(SYNCHRONOUS, 0, data, DO_NOT_EXIT | PHONEME_EVENTS) < 0:
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


def aloud(library: ctypes.CDLL, text: str) -> dict[str, object]:
    """The sound of a text, and when each of its phones begins."""
    pcm = bytearray()
    events: list[tuple[int, str, int]] = []

    def listen(samples, count, happened):  # type: ignore[no-untyped-def]
        if samples and count > 0:
            pcm.extend(ctypes.string_at(samples, 2 * count))
        for event in happened:
            if event.type == EVENT_END_OF_LIST:
                return 0
            if event.type in (EVENT_PHONEME, EVENT_END):
                name = event.id.string.decode(errors="replace") if event.type == EVENT_PHONEME else ""
                events.append((event.type, name, event.audio_position))
        return 0

    listener = Listener(listen)  # kept alive until all is said
    library.espeak_SetSynthCallback(listener)
    encoded = text.encode() + b"\0"
    library.espeak_Synth(encoded, len(encoded), 0, BY_CHARACTER, 0, UTF8, None, None)
    library.espeak_Synchronize()
    rate = library.espeak_ng_GetSampleRate()
    return {
        "rate": rate,
        "pcm": base64.b64encode(pcm).decode(),
        "phones": [[name, when / 1000] for kind, name, when in events if kind == EVENT_PHONEME],
        "end": len(pcm) / 2 / rate,
    }


def main() -> None:
    """Answer every line until the input ends."""
    library, chosen = load(), ""
    answer: dict[str, object]
    for line in sys.stdin:
        asked = json.loads(line)
        voice = asked["voice"]
        if voice != chosen and not choose(library, voice):
            answer = {"error": f"no voice {voice}"}
        else:
            chosen = voice
            answer = (
                aloud(library, asked["text"]) if asked.get("aloud") else {"ipa": phonemes(library, asked["text"])}
            )
        sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
