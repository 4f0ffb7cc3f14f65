"""The ways from sound to phones: by a known text, or by Whisper's text and hama's phones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from generation.captions import read, spoken_text
from generation.cues import Cue
from generation.speech import boundaries, g2p, transcribe, voices
from generation.speech.align import Alignment, align
from generation.speech.scene import Scene
from generation.speech.takes import Take, record, timed
from generation.types import Phone, Word

# Of a given text with the sound. Over 15 sentences in four languages the right text agrees on at least 0.50, the
# text of another sentence on at most 0.39.
MIN_AGREEMENT = 0.44
SLACK_S = 0.5  # by which captions come early or stay; people read slower than others speak
MIN_TIMELY = 0.85  # of what a caption's text finds of itself without its times; with less they are wrong
ANYWHERE = (-1e6, 1e6)  # s


@dataclass(frozen=True)
class Reading:
    """Phones with their times in the recording, the words behind them, and the numbers that speak for them."""

    phones: tuple[Phone, ...] = ()
    words: tuple[Word, ...] = ()
    transcript: str = ""
    said: str = ""  # credible text, also of windows whose phones it does not name
    language: str = ""
    evidence: dict[str, float] = field(default_factory=dict)


def of_known_text(text: str, language: str | None, scene: Scene) -> Reading:
    """Put a text given by the user to the whole recording; without phones when it is not what was said.

    The times of captions are kept to, but for those where the sound agrees less with the text than elsewhere.
    """
    plain, captions = spoken_text(text), read(text)
    language = language or transcribe.language_of(plain, scene.longest, threads=scene.threads)
    parts = [g2p.split_words(caption.text, language) for caption in captions] or [g2p.split_words(plain, language)]
    words = tuple(Word(word, 0.0, 0.0, 1.0) for part in parts for word in part)
    voice = voices.voice_for(language, plain)
    spoken = g2p.pronounce([g2p.Utterance(tuple(w.text for w in words), language, voice)])[0] if voice else None
    aligned = align(spoken.phones, scene.heard) if spoken else None
    evidence = {"given_text": aligned.agreement if aligned else 0.0}
    if spoken and aligned and captions:
        caption_of = np.repeat(np.arange(len(parts)), [len(part) for part in parts])[list(spoken.word_of)]
        aligned, evidence["given_times"] = _kept_to(captions, caption_of, spoken.phones, aligned, scene)
    if spoken is None or aligned is None or evidence["given_text"] < MIN_AGREEMENT:
        return Reading(evidence=evidence)
    phones = boundaries.placed(spoken.phones, aligned.moments, scene.samples)
    return Reading(phones, timed(words, spoken, phones), plain, plain, language, evidence)


def _kept_to(
    captions: Sequence[Cue], caption_of: npt.NDArray[np.int64], phones: Sequence[str], free: Alignment, scene: Scene
) -> tuple[Alignment, float]:
    """Align within the times of the captions that fit; with the share of captions that do.

    `caption_of` (n,) names each phone's caption, `free` is where the phones lie without any times.
    """
    times = np.array([(caption.start_s - SLACK_S, caption.end_s + SLACK_S) for caption in captions])
    kept = align(phones, scene.heard, times[caption_of])
    if kept is None:
        return free, 0.0
    inside = (kept.moments >= times[caption_of, 0]) & (kept.moments <= times[caption_of, 1])
    before = np.bincount(caption_of, weights=free.clear, minlength=len(times))
    after = np.bincount(caption_of, weights=kept.clear & inside, minlength=len(times))
    timely = after >= MIN_TIMELY * before  # (captions,)
    if timely.all():
        return kept, 1.0
    times[~timely] = ANYWHERE
    return align(phones, scene.heard, times[caption_of]) or free, float(timely[np.unique(caption_of)].mean())


def of_whisper(language: str | None, scene: Scene, step: Callable[[], None]) -> Reading:
    """Transcribe window by window; a window whose text does not convince keeps hama's phones and has no words."""
    likely = {language: 1.0} if language else transcribe.languages(scene.longest, threads=scene.threads)
    language, probability = max(likely.items(), key=lambda item: item[1])
    if probability < transcribe.MIN_LANGUAGE_PROBABILITY:
        return Reading(scene.heard.spotted(), evidence={"language": probability, "text_share": 0.0})
    takes = record(scene, language, step)
    words = tuple(word for take in takes for word in take.words)
    heard = [word.text for take in takes if take.answer.credible for word in take.answer.words]
    space = "" if language in voices.UNSPACED else " "
    return Reading(
        phones=tuple(phone for take in takes for phone in take.phones),
        words=words,
        transcript=space.join(word.text for word in words),
        said=space.join(heard),
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
