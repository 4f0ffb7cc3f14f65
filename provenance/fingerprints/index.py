"""Finding, among a million videos, the few that may be the one in hand. `compare` then decides.

Pictures: one typical hash a video, all of them compared (256 bits each). Sound: an inverted index of words; half of
the words are left out by their own value, so that the same ones are left out everywhere. Words that are in very
many videos (silence, hum) find nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import picture
from .compare import SAME_PORTRAIT
from .prints import Prints
from .sound import Words

SPREAD = np.uint32(2654435761)  # Knuth's multiplicative hash
KEPT = np.uint32(1 << 31)  # hashes below: half of the words
MIN_VOTES = 2  # words in common
STRETCH = 20  # pictures of a suspect that one typical one stands for: ten seconds
COMMON = 2000  # videos; a word in more of them tells nothing
BLOCK = 1 << 15  # hashes compared at once; they stay in the processor's cache


@dataclass(frozen=True)
class Candidate:
    """A video that may be the one in hand."""

    number: int  # its position in what the index was built from
    votes: int  # words in common
    bits: int  # distance of the typical pictures


class Index:
    """Prints of many videos; built once, then only asked."""

    def __init__(self, hashes: picture.Hash, words: Words, owners: NDArray[np.uint32]) -> None:
        """hashes: (videos, 32), typical ones. words, owners: (n,), each kept word and the video it is in."""
        self._hashes = np.ascontiguousarray(np.ascontiguousarray(hashes).view(np.uint64).T)  # (4, videos)
        order = np.argsort(words, kind="stable")
        self._words, self._owners = words[order], owners[order]

    def __len__(self) -> int:
        return int(self._hashes.shape[1])

    @classmethod
    def of(cls, videos: Sequence[Prints]) -> Index:
        """From whole prints."""
        if not videos:
            return cls(np.empty((0, picture.BYTES), np.uint8), np.empty(0, np.uint32), np.empty(0, np.uint32))
        kept = [key_words(video.words) for video in videos]
        owners = np.repeat(np.arange(len(videos), dtype=np.uint32), [len(words) for words in kept])
        return cls(np.array([picture.typical(video.pictures) for video in videos]), np.concatenate(kept), owners)

    def candidates(self, suspect: Prints, most: int = 50) -> list[Candidate]:
        """At most so many of each kind: those that share words first, then those that look alike.

        A long suspect is looked at stretch by stretch: any part of it may be ours.
        """
        if not len(self):
            return []
        starts = range(0, len(suspect.pictures), STRETCH)
        typical = [picture.typical(suspect.pictures[start : start + STRETCH]) for start in starts]
        wanted = [*typical, *(picture.mirrored(hashes) for hashes in typical)]
        bits = self._distance(wanted)
        votes = self._votes(suspect.words)
        heard = sorted(votes, key=lambda number: -votes[number])[:most]
        alike = np.flatnonzero(bits <= SAME_PORTRAIT)
        seen = alike[np.argsort(bits[alike], kind="stable")][:most]
        numbers = dict.fromkeys([*heard, *(int(number) for number in seen)])
        return [Candidate(number, votes.get(number, 0), int(bits[number])) for number in numbers]

    def _distance(self, wanted: Sequence[picture.Hash]) -> NDArray[np.uint8]:
        """(videos,): bits to the nearest of `wanted`, 254 at most."""
        questions = [hashes.view(np.uint64) for hashes in wanted]
        nearest = np.full(len(self), 255, np.uint8)
        for start in range(0, len(self), BLOCK):
            block, best = self._hashes[:, start : start + BLOCK], nearest[start : start + BLOCK]
            for question in questions:
                quarters = [np.bitwise_count(column ^ part) for column, part in zip(block, question, strict=True)]
                # Halves have up to 128 bits; one less keeps their sum within eight bits.
                bits = np.minimum(quarters[0] + quarters[1], 127) + np.minimum(quarters[2] + quarters[3], 127)
                np.minimum(best, bits, out=best)
        return nearest

    def _votes(self, words: Words) -> dict[int, int]:
        wanted = key_words(words)
        first = np.searchsorted(self._words, wanted, "left")
        after = np.searchsorted(self._words, wanted, "right")
        found: list[NDArray[np.uint32]] = [
            np.unique(self._owners[low:high])
            for low, high in zip(first, after, strict=True)
            if 0 < high - low <= COMMON
        ]
        if not found:
            return {}
        numbers, votes = np.unique(np.concatenate(found), return_counts=True)
        enough = votes >= MIN_VOTES
        return dict(zip(numbers[enough].tolist(), votes[enough].tolist(), strict=True))


def key_words(words: Words) -> Words:
    """The words of a sound that the index knows: each once, half of them by their own value."""
    once = np.unique(words)
    return once[once * SPREAD < KEPT]
