"""Reading the naming mark from a residual, with or without a list of issued codes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from statistics import NormalDist

import numpy as np

from . import coding
from .coding import FloatArray
from .geometry import Place, Searcher
from .pattern import Pattern

MIN_SYNC_SCORE = 4.5  # standard deviations; below it no payload was ever read in our measurements
LISTED_SYNC_SCORE = 5.2  # the same, before a list of codes is tried
LISTED_FALSE_ALARM = 1e-8  # chance that a list fits by accident: 5.6 σ for one code, 7.0 for 10⁴, 7.7 for 10⁶


@dataclass(frozen=True)
class Hit:
    """A code read from the picture."""

    code: int
    place: Place
    listed: bool  # found among issued codes, where the blind reading failed
    score: float  # standard deviations of the codeword's correlation
    false_alarm: float  # bound on the chance that unmarked material passes


@dataclass(frozen=True)
class Miss:
    """No code; the best sync score that was seen, in standard deviations."""

    score: float


class Search(IntEnum):
    """How far to look; each includes the ones before it. CPU at 512 px: 0.1, 0.6 and 2 s."""

    AS_DELIVERED = 1  # the file as it left us, or one side scaled to 512 px
    UPRIGHT = 2  # every scale
    EVERYTHING = 3  # rotations too


def detect(
    residual: FloatArray,
    pattern: Pattern,
    codes: Iterable[int] | None = None,
    search: Search = Search.EVERYTHING,
) -> Hit | Miss:
    """Search likely places, then every scale, then rotations, and stop at the first code that passes."""
    searcher = Searcher(residual, pattern.template)
    stages = (searcher.likely, searcher.scaled, searcher.turned)[:search]
    issued = None if codes is None else list(codes)
    tries, best = 0, Place(score=0.0)
    for stage in stages:
        for candidate in stage():
            place = searcher.refine(candidate)
            best = max(best, place, key=lambda p: p.score)
            if place.score < MIN_SYNC_SCORE:
                continue
            tries += 1
            code = coding.decode(soft := pattern.soft_bits(searcher.tile(place)), pattern.key)
            if code is not None:
                bound = tries * 2.0**-coding.CHECK_BITS
                return Hit(code, place, False, _score(soft, code, pattern.key), bound)
        if issued and best.score >= LISTED_SYNC_SCORE:
            code, score = _best_listed(pattern.soft_bits(searcher.tile(best)), issued, pattern.key)
            false_alarm = len(issued) * NormalDist().cdf(-score)
            if false_alarm <= LISTED_FALSE_ALARM:
                return Hit(code, best, True, score, false_alarm * len(stages))
    return Miss(best.score)


def carries(residual: FloatArray, pattern: Pattern, hit: Hit) -> float:
    """Score of a known code at a known place, in standard deviations; tells which stretch of a video has it."""
    soft = pattern.soft_bits(Searcher(residual, pattern.template).tile(hit.place))
    return _score(soft, hit.code, pattern.key)


def _score(soft: FloatArray, code: int, key: bytes) -> float:
    return float(coding.codebook([code], key)[0] @ soft / _spread(soft))


def _best_listed(soft: FloatArray, issued: list[int], key: bytes) -> tuple[int, float]:
    """The issued code whose codeword fits best, and its score in standard deviations."""
    best_code, best_score = issued[0], -np.inf
    for chunk in coding.chunks(iter(issued)):
        scores = coding.codebook(chunk, key) @ soft / _spread(soft)
        index = int(np.argmax(scores))
        if scores[index] > best_score:
            best_code, best_score = chunk[index], float(scores[index])
    return best_code, best_score


def _spread(soft: FloatArray) -> np.float32:
    """Standard deviation that a foreign codeword's correlation would have."""
    return np.float32(np.sqrt(np.mean(soft * soft)) + 1e-12)
