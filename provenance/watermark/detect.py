"""Reading the naming mark from a residual, with or without a list of issued codes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from statistics import NormalDist

import numpy as np

from . import coding
from .coding import FloatArray
from .geometry import Place, Pyramid
from .pattern import Pattern
from .search import Searcher, in_register

MIN_SYNC_SCORE = 5.0  # standard deviations; below it no payload was ever read in our measurements
LISTED_PLACES = 3  # best refined places at which a list of codes is tried
LISTED_FALSE_ALARM = 1e-6  # chance that a list fits by accident: 5.0 σ for one code, 6.2 for 10⁴, 6.9 for 10⁶


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
    """How far to look; each includes the ones before it."""

    AS_DELIVERED = 1  # the file as it left us, or one side scaled to 512 px
    UPRIGHT = 2  # every scale
    EVERYTHING = 3  # turned, stretched, or a picture in the picture


def detect(
    residual: FloatArray,
    pattern: Pattern,
    codes: Iterable[int] | None = None,
    search: Search = Search.EVERYTHING,
) -> Hit | Miss:
    """Search likely places, then every scale, then distorted ones, and stop at the first code that passes."""
    searcher = Searcher(residual, pattern)
    stages = [searcher.likely, searcher.scaled][:search]
    stages += [searcher.tilted, searcher.distorted, searcher.windowed] if search == Search.EVERYTHING else []
    issued = None if codes is None else _by_family(codes, pattern)
    tries, best = 0, 0.0
    for number, stage in enumerate(stages, start=1):
        places = sorted((searcher.refine(place) for place in stage()), key=lambda place: -place.score)
        best = max([best, *(place.score for place in places)])
        places = [place for place in places if place.score >= MIN_SYNC_SCORE]
        for place in places:
            tries += coding.LISTED
            soft = pattern.soft_bits(searcher.tile(place), place.family)
            code = coding.decode(soft, pattern.key)
            if code is not None and pattern.family(code) == place.family:
                bound = tries * 2.0**-coding.CHECK_BITS
                return Hit(code, place, False, _score(soft, code, pattern.key), bound)
        for place in places[:LISTED_PLACES]:
            listed = issued and issued[place.family]
            if not listed:
                continue
            code, score = _best_listed(pattern.soft_bits(searcher.tile(place), place.family), listed, pattern.key)
            false_alarm = len(listed) * number * LISTED_PLACES * NormalDist().cdf(-score)
            if false_alarm <= LISTED_FALSE_ALARM:
                return Hit(code, place, True, score, false_alarm)
    return Miss(best)


def carries(residual: FloatArray, pattern: Pattern, hit: Hit) -> float:
    """Score of a known code at a known place, in standard deviations; tells which stretch of a video has it."""
    tile = in_register(Pyramid(residual).fold(hit.place), hit.place)
    return _score(pattern.soft_bits(tile, hit.place.family), hit.code, pattern.key)


def _by_family(codes: Iterable[int], pattern: Pattern) -> dict[int, list[int]]:
    families: dict[int, list[int]] = {family: [] for family in range(len(pattern.templates))}
    for code in codes:
        families[pattern.family(code)].append(code)
    return families


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
