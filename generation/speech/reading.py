"""The ways from sound to phones: by a known text, or by Whisper's text and hama's phones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from generation.speech import g2p, transcribe, voices
from generation.speech.align import Alignment, align
from generation.speech.phones import Posteriors
from generation.speech.windows import Window
from generation.types import FloatArray, Phone, Word

MIN_EVIDENCE = 0.6  # share of a text's phones that must have been heard where they were put
# Of a given text with the sound. Over 15 sentences in four languages the right text agrees on at least 0.50, the
# text of another sentence on at most 0.39.
MIN_AGREEMENT = 0.44


@dataclass(frozen=True)
class Reading:
    """Phones with their times in the recording, the words behind them, and the numbers that speak for them."""

    phones: tuple[Phone, ...] = ()
    words: tuple[Word, ...] = ()
    transcript: str = ""
    language: str = ""
    evidence: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Scene:
    """What every way starts from."""

    samples: FloatArray  # (n,) of the whole recording, 16 kHz
    pieces: Sequence[Window]  # that hold its voice
    heard: Posteriors  # of the whole recording
    threads: int  # that Whisper may use

    @property
    def longest(self) -> FloatArray:
        """The samples of the longest window, by which the language is judged."""
        return max(self.pieces, key=lambda piece: piece.end_s - piece.start_s).of(self.samples)


def of_known_text(text: str, language: str | None, scene: Scene) -> Reading:
    """Put a text given by the user to the whole recording; without phones when it is not what was said."""
    language = language or transcribe.language_of(text, scene.longest, threads=scene.threads)
    words = tuple(Word(word, 0.0, 0.0, 1.0) for word in g2p.split_words(text, language))
    voice = voices.voice_for(language, text)
    spoken = g2p.pronounce([g2p.Utterance(tuple(w.text for w in words), language, voice)])[0] if voice else None
    aligned = align(spoken.phones, scene.heard) if spoken else None
    evidence = {"given_text": aligned.agreement if aligned else 0.0}
    if spoken is None or aligned is None or aligned.agreement < MIN_AGREEMENT:
        return Reading(evidence=evidence)
    return Reading(aligned.phones, _timed(words, spoken, aligned.phones), text.strip(), language, evidence)


def of_whisper(language: str | None, scene: Scene, step: Callable[[], None]) -> Reading:
    """Transcribe window by window; a window whose text does not convince keeps hama's phones and has no words."""
    likely = {language: 1.0} if language else transcribe.languages(scene.longest, threads=scene.threads)
    language, probability = max(likely.items(), key=lambda item: item[1])
    pieces, heard = scene.pieces, scene.heard
    answers = []
    for piece in pieces:
        answers.append(transcribe.transcribe(scene.samples, piece, language, threads=scene.threads))
        step()
    spoken = _pronounced(answers, language) if probability >= transcribe.MIN_LANGUAGE_PROBABILITY else {}
    aligned = {k: _align_within(pieces[k], spoken[k], heard) for k in spoken}
    phones: list[Phone] = []
    words: list[Word] = []
    for k, piece in enumerate(pieces):
        found = aligned.get(k)
        if found and found.evidence >= MIN_EVIDENCE:
            phones += found.phones
            words += _timed(answers[k].words, spoken[k], found.phones)
        else:
            phones += _later(heard.within(piece).spotted(), piece.start_s)
    text = ("" if language in voices.UNSPACED else " ").join(word.text for word in words)
    numbers = _numbers(answers, aligned, pieces) | {"language": probability}
    return Reading(tuple(phones), tuple(words), text, language if words else "", numbers)


def _pronounced(answers: Sequence[transcribe.Heard], language: str) -> dict[int, g2p.Pronunciation]:
    """Pronunciations of the credible answers in a script of their language, by window."""
    utterances = {}
    for k, answer in enumerate(answers):
        words = tuple(word.text for word in answer.words)
        if answer.credible and (voice := voices.voice_for(language, "".join(words))):
            utterances[k] = g2p.Utterance(words, language, voice)
    return dict(zip(utterances, g2p.pronounce(list(utterances.values())), strict=True))


def _align_within(piece: Window, spoken: g2p.Pronunciation, heard: Posteriors) -> Alignment | None:
    """The alignment inside a window, its times in those of the recording."""
    found = align(spoken.phones, heard.within(piece))
    return replace(found, phones=_later(found.phones, piece.start_s)) if found else None


def _numbers(
    answers: Sequence[transcribe.Heard], aligned: dict[int, Alignment | None], pieces: Sequence[Window]
) -> dict[str, float]:
    """What speaks for Whisper's text: the means over all windows by length, the worst compression."""
    seconds = np.array([piece.end_s - piece.start_s for piece in pieces])
    evidence = np.array([found.evidence if (found := aligned.get(k)) else 0.0 for k in range(len(pieces))])
    return {
        "log_probability": float(np.average([answer.log_probability for answer in answers], weights=seconds)),
        "word_probability": float(np.average([answer.word_probability for answer in answers], weights=seconds)),
        "compression": max(answer.compression for answer in answers),
        "text": float(np.average(evidence, weights=seconds)),
        "text_share": float(seconds[evidence >= MIN_EVIDENCE].sum() / seconds.sum()),
    }


def _timed(words: Sequence[Word], spoken: g2p.Pronunciation, phones: Sequence[Phone]) -> tuple[Word, ...]:
    """Words with the times of their phones; one without any lies between its neighbours."""
    found: list[Word] = []
    for number, word in enumerate(words):
        mine = [phone for phone, owner in zip(phones, spoken.word_of, strict=True) if owner == number]
        last = found[-1].end_s if found else 0.0
        start, end = (mine[0].start_s, mine[-1].end_s) if mine else (last, last)
        found.append(replace(word, start_s=start, end_s=end))
    return tuple(found)


def _later(phones: Sequence[Phone], seconds: float) -> tuple[Phone, ...]:
    return tuple(Phone(phone.ipa, phone.start_s + seconds, phone.end_s + seconds) for phone in phones)
