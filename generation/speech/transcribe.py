"""What is being said: Whisper base, by faster-whisper on the processor, 8 bit.

Whisper invents text where nobody speaks, so it is asked only about windows in which the voice detector found a
voice, and what it answers is accepted only with the numbers below (measured in our studies on 61 clips in eleven
languages and 26 of noise, music and silence). No text is ever logged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from generation import weights
from generation.speech import voices
from generation.speech.windows import Window
from generation.types import FloatArray, Word

BEAM = 5  # against 1: viseme error .026 for .038 in German, .126 for .151 in French; a tenth more time
LONGEST_S = 28.0  # Whisper hears 30 s at a time; the rest is room for the margins
MIN_LANGUAGE_PROBABILITY = 0.5
MIN_LOG_PROBABILITY = -1.0  # mean per token
MIN_WORD_PROBABILITY = 0.4  # mean per word
NO_TEXT = -10.0  # the log probability that stands for an empty answer
NON_SPEECH = -1  # stands for Whisper's own list of tokens that are not speech
MAX_COMPRESSION = 2.4  # of the text by zlib; more means that it repeats itself


@dataclass(frozen=True)
class Heard:
    """Whisper's answer for one window."""

    words: tuple[Word, ...]  # in seconds of the recording
    log_probability: float
    compression: float

    @property
    def word_probability(self) -> float:
        """Mean over the words."""
        return float(np.mean([word.probability for word in self.words])) if self.words else 0.0

    @property
    def credible(self) -> bool:
        """Whether the text is good enough to be tried against the sound."""
        return (
            bool(self.words)
            and self.log_probability >= MIN_LOG_PROBABILITY
            and self.word_probability >= MIN_WORD_PROBABILITY
            and self.compression <= MAX_COMPRESSION
        )


def transcribe(samples: FloatArray, piece: Window, language: str, *, threads: int) -> Heard:
    """Transcribe one window of a recording (n,) at 16 kHz, spoken in `language` (ISO 639-1)."""
    answer, _ = _model(threads).transcribe(
        piece.of(samples),
        language=language,
        beam_size=BEAM,
        temperature=0.0,
        condition_on_previous_text=False,
        word_timestamps=True,
        suppress_tokens=[NON_SPEECH, *_figures(threads)],
    )
    segments = list(answer)
    words = _words((word for segment in segments for word in segment.words or ()), piece.start_s, language)
    lengths = [max(len(segment.tokens), 1) for segment in segments]
    if not segments:
        return Heard((), NO_TEXT, 0.0)
    log_probability = float(np.average([segment.avg_logprob for segment in segments], weights=lengths))
    return Heard(words, log_probability, max(segment.compression_ratio for segment in segments))


@cache
def _figures(threads: int) -> tuple[int, ...]:
    """Tokens with digits. Without them numbers are written in words, which is how they were spoken."""
    model = _model(threads)
    vocabulary: dict[str, int] = model.hf_tokenizer.get_vocab()
    texts = model.hf_tokenizer.token_to_id("<|endoftext|>")  # tokens of text come first, then marks and times
    return tuple(sorted(k for text, k in vocabulary.items() if k < texts and any(c.isdigit() for c in text)))


def _words(pieces: Iterable[Any], start_s: float, language: str) -> tuple[Word, ...]:
    """Whisper's pieces as words of the recording: one that does not begin with a space continues the last one."""
    words: list[Word] = []
    for piece in pieces:
        text = piece.word.strip()
        if words and language not in voices.UNSPACED and not piece.word.startswith(" "):
            words[-1] = replace(words[-1], text=words[-1].text + text, end_s=start_s + piece.end)
        elif text:
            words.append(Word(text, start_s + piece.start, start_s + piece.end, float(piece.probability)))
    return tuple(words)


def languages(samples: FloatArray, *, threads: int) -> dict[str, float]:
    """Probability of each language, ISO 639-1, from up to 30 s of sound."""
    _, _, probabilities = _model(threads).detect_language(samples)
    return dict(probabilities)


def language_of(text: str, samples: FloatArray, *, threads: int) -> str:
    """The language of a known text: the most probable one by ear among those written in its script."""
    written = voices.script(text)
    possible = languages(samples, threads=threads)
    fitting = {name: share for name, share in possible.items() if written in voices.scripts(name)}
    return max(fitting, key=lambda name: fitting[name], default="")


@cache
def _model(threads: int) -> Any:
    from faster_whisper import WhisperModel

    folder = weights.path("whisper_base")
    return WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True)
