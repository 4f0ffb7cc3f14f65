"""The ways from sound to phones: by a known text, or by Whisper's text and hama's phones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from generation.speech import g2p, transcribe, voices
from generation.speech.align import align
from generation.speech.scene import Scene
from generation.speech.takes import Take, record, timed
from generation.types import Phone, Word

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
    return Reading(aligned.phones, timed(words, spoken, aligned.phones), text.strip(), language, evidence)


def of_whisper(language: str | None, scene: Scene, step: Callable[[], None]) -> Reading:
    """Transcribe window by window; a window whose text does not convince keeps hama's phones and has no words."""
    likely = {language: 1.0} if language else transcribe.languages(scene.longest, threads=scene.threads)
    language, probability = max(likely.items(), key=lambda item: item[1])
    if probability < transcribe.MIN_LANGUAGE_PROBABILITY:
        return Reading(scene.heard.spotted(), evidence={"language": probability, "text_share": 0.0})
    takes = record(scene, language, step)
    words = tuple(word for take in takes for word in take.words)
    return Reading(
        phones=tuple(phone for take in takes for phone in take.phones),
        words=words,
        transcript=("" if language in voices.UNSPACED else " ").join(word.text for word in words),
        language=language if words else "",
        evidence={"language": probability} | _numbers(takes),
    )


def _numbers(takes: Sequence[Take]) -> dict[str, float]:
    """What speaks for Whisper's text: the means over all windows by length, the worst compression."""
    seconds = np.array([take.piece.seconds for take in takes])

    def mean(values: Sequence[float]) -> float:
        return float(np.average(values, weights=seconds))

    return {
        "log_probability": mean([take.answer.log_probability for take in takes]),
        "word_probability": mean([take.answer.word_probability for take in takes]),
        "compression": max(take.answer.compression for take in takes),
        "text": mean([take.evidence for take in takes]),
        "text_share": mean([float(take.believed) for take in takes]),
    }
