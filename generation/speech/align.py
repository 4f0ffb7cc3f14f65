"""When does each known phone happen? Viterbi alignment of phones with a CTC recogniser's frame posteriors.

Phone and recogniser agree on viseme classes, not on names, so that a recogniser of English times any language;
which class it hears for which is the confusion map. Connectionist temporal classification: Graves et al. 2006.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generation.speech import spans, visemes
from generation.speech.confusion import HEARD_FOR
from generation.speech.phones import FRAME_S, LATENESS_S, Posteriors, time_of
from generation.types import FloatArray, Phone

EVIDENT = 0.05  # class mass at its spike above which a phone counts as heard
CLEAR = 0.3  # mass of its very class above which text and recogniser agree on a phone
FLOOR = 2e-3  # probability of a phone that was not heard at all
BAND = 800  # phones that the search keeps around the one that is due: a minute of speech
ELSEWHERE = -12.0  # log probability for every frame of a phone where it is not expected; twice that of FLOOR
PHONE_S = 0.075  # typical length of a phone, for those before the first or after the last that was heard
_IMPOSSIBLE = -1e30


@dataclass(frozen=True)
class Alignment:
    """Phones with their times, in seconds from the start of the posteriors."""

    phones: tuple[Phone, ...]
    moments: npt.NDArray[np.float64]  # (n,) at which each was heard; what was not heard lies between
    evidence: float  # share of phones for which something like them was heard where they were put
    clear: npt.NDArray[np.bool_]  # (n,) whether text and recogniser agree on it
    agreement: float  # share of text and sound on which both clearly agree; low when the text is another one


def align(
    phones: Sequence[str], heard: Posteriors, within_s: npt.NDArray[np.float64] | None = None
) -> Alignment | None:
    """Time the phones (IPA) of a known text. None when they cannot fit: more phones than frames, or none heard.

    `within_s` (n, 2) says between which moments each phone is expected; elsewhere it is most improbable.
    """
    if not phones or len(heard) < len(phones):
        return None
    wanted = np.array([visemes.INDEX[visemes.classes(phone)[0]] for phone in phones])
    mass = (heard.mass @ HEARD_FOR.T).astype(np.float32)  # (t, 15) evidence of each class in each frame
    near = None if within_s is None else np.round((within_s + LATENESS_S) / FRAME_S).astype(np.int64)
    path = _viterbi(mass, heard.blank, wanted, near)
    if path is None:
        return None
    frame, strength = _spikes(path, mass, wanted)
    evident = np.flatnonzero(strength > EVIDENT)
    if not len(evident):
        return None
    centres = _fill(evident, np.array([time_of(k) for k in frame[evident]]), len(phones))
    clear = heard.mass[frame, wanted] > CLEAR
    agreement = int(clear.sum()) / max(len(phones), len(heard.spikes))
    return Alignment(spans.stretch(phones, centres), centres, len(evident) / len(phones), clear, agreement)


def _viterbi(
    mass: FloatArray, blank: FloatArray, wanted: npt.NDArray[np.int64], near: npt.NDArray[np.int64] | None
) -> npt.NDArray[np.int64] | None:
    """Best path through blank, phone 0, blank, phone 1 … blank: (t,) state per frame, None when none exists.

    Even states are blanks. Only a band of states is kept, around the phone that should be due judged by how much
    the recogniser has said so far: memory grows with the recording, not with its square.
    """
    frames, states = len(mass), 2 * len(wanted) + 1
    width = min(states, 2 * BAND + 1)
    lows = _band(blank, states, width)
    log_blank = np.log(np.clip(blank, 1e-4, 1.0))
    log_mass = np.log(FLOOR + (1 - FLOOR) * np.clip(mass, 0.0, 1.0))
    back = np.zeros((frames, width), np.int8)  # states advanced to get here: 0, 1 or 2
    score = np.full(width, _IMPOSSIBLE)
    score[:2] = log_blank[0], log_mass[0, wanted[0]]
    for t in range(1, frames):
        first, moved = int(lows[t]), int(lows[t] - lows[t - 1])
        before = np.concatenate((np.full(2, _IMPOSSIBLE), score, np.full(moved, _IMPOSSIBLE)))[moved:]
        choices = np.stack((before[2:], before[1:-1], before[:-2]))  # (3, width) stay, step, skip
        choices[2, 0::2] = _IMPOSSIBLE  # a blank may be skipped, a phone may not
        back[t] = choices.argmax(axis=0)
        score = choices.max(axis=0)
        score[0::2] += log_blank[t]
        kept = slice(first // 2, first // 2 + width // 2)
        score[1::2] += log_mass[t, wanted[kept]]
        if near is not None:
            score[1::2] += ELSEWHERE * ((t < near[kept, 0]) | (t > near[kept, 1]))
    if score[-2:].max() < _IMPOSSIBLE / 2:
        return None
    return _trace(back, lows, states - 1 if score[-1] > score[-2] else states - 2)


def _band(blank: FloatArray, states: int, width: int) -> npt.NDArray[np.int64]:
    """(t,) first state kept in each frame: even, never falling, 0 at first and `states - width` at last."""
    said = np.cumsum(1.0 - blank)
    due = states * said / max(float(said[-1]), 1e-6)
    lows = np.clip(due - width / 2, 0, states - width).astype(np.int64) // 2 * 2
    lows[0], lows[-1] = 0, states - width
    return lows


def _trace(back: npt.NDArray[np.int8], lows: npt.NDArray[np.int64], state: int) -> npt.NDArray[np.int64]:
    path = np.empty(len(back), np.int64)
    for t in range(len(back) - 1, -1, -1):
        path[t] = state
        state -= int(back[t, state - lows[t]])
    return path


def _spikes(
    path: npt.NDArray[np.int64], mass: FloatArray, wanted: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], FloatArray]:
    """For each phone the frame of its strongest evidence along the path, and that evidence: (n,), (n,)."""
    frame, strength = np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.float32)
    for t in np.flatnonzero(path % 2 == 1):
        phone = path[t] // 2
        if mass[t, wanted[phone]] > strength[phone]:
            frame[phone], strength[phone] = t, mass[t, wanted[phone]]
    return frame, strength


def _fill(evident: npt.NDArray[np.int64], centres: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.float64]:
    """Moments of all phones from those of the heard ones: evenly spread between, at a typical pace beyond."""
    every = np.arange(count)
    moments = np.interp(every, evident, centres)
    moments += PHONE_S * (np.minimum(every - evident[0], 0) + np.maximum(every - evident[-1], 0))
    return moments
