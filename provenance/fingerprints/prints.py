"""The prints of one video: how it looks twice a second, and how it sounds."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .. import media
from . import picture, sound

RATE = 2.0  # picture hashes a second
STRETCH_S = 20.0  # read at once


@dataclass(frozen=True)
class Prints:
    """A few hundred bytes for ten seconds."""

    pictures: picture.Hash  # (n, 32), at RATE
    words: sound.Words  # (m,), one every sound.STEP_S

    def as_bytes(self) -> bytes:
        """For a file or a database."""
        file = io.BytesIO()
        np.savez(file, pictures=self.pictures, words=self.words)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Prints:
        """What `as_bytes` wrote."""
        with np.load(io.BytesIO(content), allow_pickle=False) as kept:
            return cls(kept["pictures"], kept["words"])


def take(path: Path) -> Prints:
    """The prints of a whole video, or of a still picture. FileRefused when there is nothing to see."""
    video = media.probe(path)
    duration = video.duration_s or 1.0 / RATE
    hashes = []
    for start in np.arange(0.0, duration, STRETCH_S):
        length = min(STRETCH_S, duration - float(start))
        count = max(1, round(length * RATE))
        read = media.frames(video, start_s=float(start), length_s=length, count=count)
        hashes += [picture.picture_hash(frame) for frame in read]
    if not hashes:
        raise media.no_picture(path)
    words = sound.sound_words(path) if video.sound else np.empty(0, np.uint32)
    return Prints(np.array(hashes, np.uint8), words)
