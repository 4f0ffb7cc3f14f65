"""Whisper's text, window by window, put to the sound of its window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from generation.speech import boundaries, g2p, transcribe, voices
from generation.speech.align import Alignment, align
from generation.speech.scene import Scene
from generation.speech.windows import Window, halves
from generation.types import Phone, Word

MIN_EVIDENCE = 0.6  # share of a text's phones that must have been heard where they were put
# Phones of the text for each that hama heard. Whole texts in four languages have 0.94 to 1.34; where a verse
# returns, Whisper may write it once.
MIN_COVERAGE = 0.75


@dataclass(frozen=True)
class Take:
    """One window's text and how well it fits. Times are those of the recording."""

    piece: Window
    answer: transcribe.Heard
    spoken: g2p.Pronunciation | None  # None where the text is not credible or in a foreign script
    aligned: Alignment | None
    spotted: tuple[Phone, ...]  # hama's own phones

    @property
    def evidence(self) -> float:
        """Share of the text's phones that were heard; 0 without a text."""
        return self.aligned.evidence if self.aligned else 0.0

    @property
    def omits(self) -> bool:
        """Whether clearly more was said than was written."""
        return self.spoken is not None and len(self.spoken.phones) < MIN_COVERAGE * len(self.spotted)

    @property
    def believed(self) -> bool:
        """Whether the text names the phones; otherwise hama does."""
        return self.evidence >= MIN_EVIDENCE and not self.omits

    @property
    def phones(self) -> tuple[Phone, ...]:
        """The phones to perform."""
        return self.aligned.phones if self.aligned and self.believed else self.spotted

    @property
    def words(self) -> tuple[Word, ...]:
        """The words with the times of their phones; none where hama names the phones."""
        if not (self.spoken and self.aligned and self.believed):
            return ()
        return timed(self.answer.words, self.spoken, self.aligned.phones)


def record(scene: Scene, language: str, step: Callable[[], None]) -> list[Take]:
    """Transcribe all windows; one of which Whisper left out a good part is asked for again in two halves."""
    first = _takes(scene.pieces, scene, language, step)
    again = {k: halves(take.piece, scene.voice) for k, take in enumerate(first) if take.omits}
    second = iter(_takes([half for pieces in again.values() for half in pieces], scene, language, lambda: None))
    found: list[Take] = []
    for k, take in enumerate(first):
        parts = [next(second) for _ in again.get(k, ())]
        found += parts if any(part.believed for part in parts) else [take]
    return found


def timed(words: Sequence[Word], spoken: g2p.Pronunciation, phones: Sequence[Phone]) -> tuple[Word, ...]:
    """Words with the times of their phones; one without any lies between its neighbours."""
    found: list[Word] = []
    for number, word in enumerate(words):
        mine = [phone for phone, owner in zip(phones, spoken.word_of, strict=True) if owner == number]
        last = found[-1].end_s if found else phones[0].start_s
        start, end = (mine[0].start_s, mine[-1].end_s) if mine else (last, last)
        found.append(replace(word, start_s=start, end_s=end))
    return tuple(found)


def _takes(pieces: Sequence[Window], scene: Scene, language: str, step: Callable[[], None]) -> list[Take]:
    answers = []
    for piece in pieces:
        answers.append(transcribe.transcribe(scene.samples, piece, language, threads=scene.threads))
        step()
    spoken = _pronounced(answers, language)
    found = []
    for k, (piece, answer) in enumerate(zip(pieces, answers, strict=True)):
        heard = scene.heard.within(piece)
        aligned = align(spoken[k].phones, heard) if k in spoken else None
        if aligned:
            phones = boundaries.placed(spoken[k].phones, aligned.moments, piece.of(scene.samples))
            aligned = replace(aligned, phones=_later(phones, piece.start_s))
        found.append(Take(piece, answer, spoken.get(k), aligned, _later(heard.spotted(), piece.start_s)))
    return found


def _pronounced(answers: Sequence[transcribe.Heard], language: str) -> dict[int, g2p.Pronunciation]:
    """Pronunciations of the credible answers in a script of their language, by window."""
    utterances = {}
    for k, answer in enumerate(answers):
        words = tuple(word.text for word in answer.words)
        if answer.credible and (voice := voices.voice_for(language, "".join(words))):
            utterances[k] = g2p.Utterance(words, language, voice)
    return dict(zip(utterances, g2p.pronounce(list(utterances.values())), strict=True))


def _later(phones: Sequence[Phone], seconds: float) -> tuple[Phone, ...]:
    return tuple(Phone(phone.ipa, phone.start_s + seconds, phone.end_s + seconds) for phone in phones)
