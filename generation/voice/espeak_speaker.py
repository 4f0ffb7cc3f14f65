"""espeak-ng as a speaker: plainly a machine, but at home in a hundred languages."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from generation.speech import espeak, g2p, visemes
from generation.types import FloatArray, Phone
from generation.voice.breath import Breath, Uttered

PAUSES_S = {",": 0.15, ";": 0.2, ":": 0.2, "—": 0.2}  # after a clause
PAUSE_S = 0.35  # after a sentence
PEAK = 0.5  # to which its level is brought, that of the other voices


class EspeakSpeaker:
    """One of espeak-ng's voices."""

    sample_rate = 22_050  # Hz

    def __init__(self, accent: str) -> None:
        self._accent = accent

    def utter(self, breath: Breath, language: str) -> Uttered:
        """Say one breath, clause by clause."""
        pieces: list[FloatArray] = []
        phones: list[tuple[Phone, ...]] = []
        at_s = 0.0
        for clause in breath.clauses:
            said = espeak.aloud(self._accent, g2p.spell(clause.text + clause.mark, language))
            sound = said.samples * (PEAK / max(float(np.abs(said.samples).max(initial=0.0)), PEAK / 4))
            phones.append(_phones(said, at_s))
            pause = np.zeros(round(PAUSES_S.get(clause.mark, PAUSE_S) * self.sample_rate), np.float32)
            pieces += [sound, pause]
            at_s += (len(sound) + len(pause)) / self.sample_rate
        return Uttered(np.concatenate(pieces), tuple(phones))


def _phones(said: espeak.Aloud, at_s: float) -> tuple[Phone, ...]:
    """Each phone from its own beginning to the next one's."""
    marks = [*said.phones, ("", len(said.samples) / said.sample_rate)]
    spans = ((ipa.strip(g2p.STRESS), start_s, end_s) for (ipa, start_s), (_, end_s) in pairwise(marks))
    return tuple(
        Phone(ipa, at_s + start_s, at_s + end_s)
        for ipa, start_s, end_s in spans
        if end_s > start_s and visemes.classes(ipa)
    )
