"""Speaking: the whole story from a typed text to a voice, and the moment of every phone and word."""

from __future__ import annotations

import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from generation.errors import InputRefused, MissingOnMachine
from generation.speech import g2p
from generation.speech.takes import timed
from generation.types import FloatArray, Phone, Progress, ProgressCallback, Script, Word, silent
from generation.voice import kokoro, text
from generation.voice.breath import Breath, Speaker
from generation.voice.espeak_speaker import EspeakSpeaker
from generation.voice.kokoro_speaker import KokoroSpeaker
from generation.voice.text import Clause

ESPEAK = "espeak"  # the voice of last resort: every language, plainly a machine
VOICES = (*kokoro.SPEAKERS, ESPEAK)
# Languages in which Whisper reads Kokoro's Japanese speakers at least as well as espeak-ng, who has all others.
KOKORO_LANGUAGES = frozenset(("de", "en", "es", "fr", "hi", "it", "ja", "nl", "pl", "pt", "ru", "sv"))
CLEAREST = "jm_kumo"  # of Kokoro's speakers, by what Whisper wrote down
OPENING_S, CLOSING_S = 0.25, 0.5  # of silence around a recording: the face is at rest before and after
FULL_SCALE = 32767
SHORTEST_S = 1.5  # of a recording; a single word is followed by silence


@dataclass(frozen=True)
class Spoken:
    """A voice that never was, and all that is known about it."""

    samples: FloatArray  # (n,) mono, −1..1
    sample_rate: int  # Hz
    script: Script

    @property
    def duration_s(self) -> float:
        """Its length."""
        return len(self.samples) / self.sample_rate

    def write(self, out: Path) -> None:
        """As a 16-bit WAV file."""
        with wave.open(str(out), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(self.sample_rate)
            file.writeframes((self.samples * FULL_SCALE).astype("<i2").tobytes())


def speak(
    script: str, *, language: str, voice: str | None = None, progress: ProgressCallback = silent, threads: int = 2
) -> Spoken:
    """Say a text aloud; the same text and voice give the same samples.

    `language` is ISO 639-1, `voice` one of VOICES; without one, Kokoro's clearest where it speaks the language
    intelligibly and its weights are here, else espeak-ng's voice. Raises InputRefused with code script_empty,
    script_too_long, script_unreadable, language_unknown or voice_unknown, MissingOnMachine, and whatever `progress`
    raises.
    """
    said, accent = text.check(script, language)
    breaths = _breaths(said, language, accent)
    name, speaker = _speaker(voice, language, accent, threads)
    phones: list[Phone] = []
    words: list[Word] = []
    pieces, at_s = [_silence(OPENING_S, speaker)], OPENING_S
    for number, breath in enumerate(breaths):
        progress(Progress("speech", number, len(breaths), "sentences"))
        uttered = speaker.utter(breath, language)
        for clause, spoken, found in zip(breath.clauses, breath.spoken, uttered.phones, strict=True):
            later = tuple(replace(p, start_s=p.start_s + at_s, end_s=p.end_s + at_s) for p in found)
            phones += later
            words += _words(clause, spoken, later, language)
        pieces.append(uttered.samples)
        at_s += len(uttered.samples) / speaker.sample_rate
    pieces.append(_silence(max(CLOSING_S, SHORTEST_S - at_s), speaker))
    progress(Progress("speech", len(breaths), len(breaths), "sentences"))
    return Spoken(
        np.clip(np.concatenate(pieces), -1.0, 1.0),
        speaker.sample_rate,
        Script(said, language, name, tuple(phones), tuple(words)),
    )


def _breaths(said: str, language: str, accent: str) -> list[Breath]:
    """The text, pronounced, as sentences that fit the network."""
    clauses = text.clauses(said)
    utterances = [g2p.Utterance(g2p.split_words(clause.text, language), language, accent) for clause in clauses]
    pronounced = list(zip(clauses, g2p.pronounce(utterances), strict=True))
    audible = [(clause, spoken) for clause, spoken in pronounced if spoken.phones]
    if not audible:
        raise InputRefused(
            "script_unreadable", "Nobody here can pronounce this text.", "Write it out in words of its language."
        )
    found: list[Breath] = []
    clauses_now: list[tuple[Clause, g2p.Pronunciation]] = []
    for clause, spoken in audible:
        letters = sum(_room(one) for _, one in clauses_now) + _room(spoken)
        if clauses_now and (clauses_now[-1][0].ends_sentence or letters > kokoro.LONGEST):
            found.append(_breath(clauses_now))
            clauses_now = []
        clauses_now.append((clause, spoken))
    return [*found, _breath(clauses_now)]


def _room(spoken: g2p.Pronunciation) -> int:
    """Letters that a clause can take at most: each phone up to two and its stress, the spaces, the mark."""
    doubled = sum(len(phone) + len(stress) for phone, stress in zip(spoken.phones, spoken.stresses, strict=True))
    return doubled + len(spoken.begins) + 2


def _breath(pairs: Sequence[tuple[Clause, g2p.Pronunciation]]) -> Breath:
    return Breath(tuple(clause for clause, _ in pairs), tuple(spoken for _, spoken in pairs))


def _speaker(voice: str | None, language: str, accent: str, threads: int) -> tuple[str, Speaker]:
    """The voice asked for, or the best one at hand."""
    if voice is not None and voice not in VOICES:
        raise InputRefused("voice_unknown", f"There is no voice “{voice}”.", f"Choose from: {', '.join(VOICES)}.")
    if voice == ESPEAK or (voice is None and language not in KOKORO_LANGUAGES):
        return ESPEAK, EspeakSpeaker(accent)
    name = voice or CLEAREST
    try:
        return name, KokoroSpeaker(kokoro.Kokoro(name, threads=threads))
    except MissingOnMachine:
        if voice:
            raise
        return ESPEAK, EspeakSpeaker(accent)


def _words(clause: Clause, spoken: g2p.Pronunciation, phones: tuple[Phone, ...], language: str) -> Iterator[Word]:
    """The clause's words at the times of their phones; the last keeps the mark that follows it."""
    words = [Word(word, 0.0, 0.0, 1.0) for word in g2p.split_words(clause.text, language)]
    owners = spoken.word_of
    if len(phones) != len(owners):  # espeak-ng speaks a few phones otherwise than it writes them
        owners = tuple(owners[k * len(owners) // len(phones)] for k in range(len(phones)))
    found = list(timed(words, replace(spoken, phones=tuple(p.ipa for p in phones), word_of=owners), phones))
    if found:
        found[-1] = replace(found[-1], text=found[-1].text + clause.written)
    yield from found


def _silence(seconds: float, speaker: Speaker) -> FloatArray:
    return np.zeros(round(seconds * speaker.sample_rate), np.float32)
