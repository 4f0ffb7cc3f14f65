"""Kokoro as a speaker: letters in, and from the frames that each letter lasts the moment of every phone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from generation.types import Phone
from generation.voice.breath import Breath, Uttered
from generation.voice.kokoro import FRAME, LONGEST, SAMPLE_RATE, Kokoro
from generation.voice.letters import Letter, spell

FRAME_S = FRAME / SAMPLE_RATE
# Frames by which a sound precedes its place in the sum of durations: what the publisher's own timestamps subtract
# (KPipeline.join_timestamps), and what forced alignment measures (68 ms).
LEAD = 3
REST_BEFORE, REST_AFTER = 3, 12  # frames of the network's own silence kept around a breath: 75 and 300 ms


class KokoroSpeaker:
    """A speaker of the network."""

    sample_rate = SAMPLE_RATE

    def __init__(self, network: Kokoro) -> None:
        self._network = network

    def utter(self, breath: Breath, language: str) -> Uttered:
        """Say one breath in one go, so that its melody is of a piece."""
        letters = self._letters(breath, language)
        said = self._network.say([self._network.vocabulary[letter.symbol] for letter in letters])
        ends = np.maximum(np.cumsum(said.frames) - LEAD, 0)  # the opening's, each letter's, the closing's
        spans = _spans(letters, ends)
        first = max(0, min(start for start, _ in spans.values()) - REST_BEFORE)
        last = min(int(ends[-1]), max(end for _, end in spans.values()) + REST_AFTER)
        phones, number = [], 0
        for spoken in breath.spoken:
            numbered = enumerate(spoken.phones, start=number)
            timed = ((ipa, spans[k]) for k, ipa in numbered if k in spans)
            phones.append(tuple(Phone(i, (a - first) * FRAME_S, (b - first) * FRAME_S) for i, (a, b) in timed))
            number += len(spoken.phones)
        return Uttered(said.samples[first * FRAME : last * FRAME], tuple(phones))

    def _letters(self, breath: Breath, language: str) -> list[Letter]:
        letters: list[Letter] = []
        number = 0
        for clause, spoken in zip(breath.clauses, breath.spoken, strict=True):
            if letters:
                letters.append(Letter(" ", None))
            letters += [*spell(spoken, language, first=number), Letter(clause.mark, None)]
            number += len(spoken.phones)
        return [letter for letter in letters if letter.symbol in self._network.vocabulary][:LONGEST]


def _spans(letters: Sequence[Letter], ends: npt.NDArray[np.int64]) -> dict[int, tuple[int, int]]:
    """The first and last frame of every phone. A space between two words is shared: the voice goes on in it."""
    spans: dict[int, tuple[int, int]] = {}
    for k, letter in enumerate(letters):
        start, end = int(ends[k]), int(ends[k + 1])
        if letter.phone is not None:
            spans[letter.phone] = (spans.get(letter.phone, (start, end))[0], end)
        elif letter.symbol == " " and 0 < k < len(letters) - 1:
            before, after = letters[k - 1].phone, letters[k + 1].phone
            if before is not None and after is not None:
                middle = (start + end + 1) // 2
                spans[before], spans[after] = (spans[before][0], middle), (middle, end)
    return spans
