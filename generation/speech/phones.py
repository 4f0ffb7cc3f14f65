"""What the mouth seems to do, frame by frame: hama's phone recogniser, folded into viseme classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from generation import weights
from generation.speech import visemes
from generation.speech.spans import stretch
from generation.speech.windows import Window
from generation.types import SAMPLE_RATE, FloatArray, Phone

FRAME_S = 0.02  # hama answers 50 times a second
LATENESS_S = 0.04  # by which its spikes trail the articulation; measured against forced alignment
SHORTEST_S = 0.1  # below this hama has no frame to answer with
LONGEST_S = 10.0  # beyond, hama misses phones where the level changes, and its cost grows faster than the length
_FAINTEST = 1e-3  # RMS of what is not worth raising to LEVEL
CONTEXT_S = 0.4  # of sound heard on both sides of a window and not reported
LEVEL = 0.1  # RMS to which a window is brought; a quiet voice is heard better so


@dataclass(frozen=True)
class Posteriors:
    """hama's answer for a stretch of sound."""

    mass: FloatArray  # (t, 15) probability of each viseme class; column SIL is 0
    blank: FloatArray  # (t,) probability that no new phone appears
    spikes: tuple[tuple[int, str], ...]  # frame and IPA of each phone on the most probable path

    def __len__(self) -> int:
        return len(self.blank)

    def within(self, piece: Window) -> Posteriors:
        """The part that belongs to a window; its frames count from the window's start."""
        return self.between(round(piece.start_s / FRAME_S), round(piece.end_s / FRAME_S))

    def between(self, first: int, last: int) -> Posteriors:
        """The frames from `first` to before `last`, counted from `first`."""
        spikes = tuple((frame - first, phone) for frame, phone in self.spikes if first <= frame < last)
        return Posteriors(self.mass[first:last], self.blank[first:last], spikes)

    def spotted(self) -> tuple[Phone, ...]:
        """The recogniser's own phones with their times: what is left when no text is known."""
        return stretch([phone for _, phone in self.spikes], [time_of(frame) for frame, _ in self.spikes])


def hear(samples: FloatArray, pieces: Sequence[Window], progress: Callable[[], None]) -> Posteriors:
    """The posteriors of a whole recording, heard window by window, with blanks between; `progress` after each."""
    frames = int(len(samples) / SAMPLE_RATE / FRAME_S) + 1
    mass = np.zeros((frames, len(visemes.CLASSES)), np.float32)
    blank = np.ones(frames, np.float32)
    spikes: list[tuple[int, str]] = []
    for piece in pieces:
        first, last = round(piece.start_s / FRAME_S), min(round(piece.end_s / FRAME_S), frames)
        before = min(first, round(CONTEXT_S / FRAME_S))
        around = Window((first - before) * FRAME_S, piece.end_s + CONTEXT_S)
        heard = posteriors(around.of(samples)).between(before, before + last - first)
        mass[first : first + len(heard)], blank[first : first + len(heard)] = heard.mass, heard.blank
        spikes += [(first + frame, phone) for frame, phone in heard.spikes]
        progress()
    return Posteriors(mass, blank, tuple(spikes))


def posteriors(samples: FloatArray) -> Posteriors:
    """(n,) samples at 16 kHz, about LONGEST_S at most → frame posteriors. Frame k is heard at `time_of(k)`."""
    if len(samples) < SHORTEST_S * SAMPLE_RATE:
        return Posteriors(np.zeros((0, len(visemes.CLASSES)), np.float32), np.zeros(0, np.float32), ())
    model = _model()
    level = float(np.sqrt(np.mean(np.square(samples))))
    even = np.clip(samples * (LEVEL / max(level, _FAINTEST)), -1.0, 1.0)
    feeds = {"waveform": even[None], "waveform_lengths": np.array([len(samples)], np.int64)}
    log_probabilities, lengths = model.session.run(["log_probs", "out_lengths"], feeds)
    tokens = np.exp(np.asarray(log_probabilities[0][: int(lengths[0])], dtype=np.float32))  # (t, tokens)
    mass = tokens @ _folding()
    best = tokens.argmax(axis=1)
    new = np.flatnonzero(np.diff(best, prepend=-1))
    spikes = tuple((int(k), phone) for k in new if (phone := _phone(best[k])))
    return Posteriors(mass, np.clip(1.0 - mass.sum(axis=1), 0.0, 1.0), spikes)


def time_of(frame: float) -> float:
    """Seconds from the start of the window at which the articulation behind a frame happened."""
    return (frame + 0.5) * FRAME_S - LATENESS_S


@cache
def _model() -> Any:
    from hama.asr import ASRModel

    return ASRModel(model_path=weights.path("hama"))


@cache
def _phone(token: int) -> str:
    """The phone that a token stands for; "" for blank, word boundary, tones and stray diacritics."""
    text = _model().decoder_tokens[token]
    return text if not text.startswith("<") and visemes.classes(text) else ""


@cache
def _folding() -> npt.NDArray[np.float32]:
    """(tokens, 15) 1 where a token's leading class is that column."""
    folding = np.zeros((len(_model().decoder_tokens), len(visemes.CLASSES)), np.float32)
    for token in range(len(folding)):
        if phone := _phone(token):
            folding[token, visemes.INDEX[visemes.classes(phone)[0]]] = 1.0
    return folding
