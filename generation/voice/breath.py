"""What a voice says at once, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from generation.speech.g2p import Pronunciation
from generation.types import FloatArray, Phone
from generation.voice.text import Clause


@dataclass(frozen=True)
class Breath:
    """One sentence, or as much of one as can be said at once."""

    clauses: tuple[Clause, ...]
    spoken: tuple[Pronunciation, ...]  # one a clause


@dataclass(frozen=True)
class Uttered:
    """A breath, spoken."""

    samples: FloatArray  # (n,) −1..1
    phones: tuple[tuple[Phone, ...], ...]  # one tuple a clause; seconds from the first sample


class Speaker(Protocol):
    """A voice."""

    sample_rate: int

    def utter(self, breath: Breath, language: str) -> Uttered:
        """Say one breath."""
