"""What every way from sound to phones starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generation.speech.phones import Posteriors
from generation.speech.windows import Window
from generation.types import FloatArray


@dataclass(frozen=True)
class Scene:
    """A recording as its recognisers meet it."""

    samples: FloatArray  # (n,) of the whole recording, 16 kHz
    voice: FloatArray  # (t,) activity by which it was cut
    pieces: Sequence[Window]  # that hold its voice, each short enough for Whisper
    heard: Posteriors  # hama's answer for the whole recording
    threads: int  # that Whisper may use

    @property
    def longest(self) -> FloatArray:
        """The samples of the longest window, by which the language is judged."""
        return max(self.pieces, key=lambda piece: piece.seconds).of(self.samples)
