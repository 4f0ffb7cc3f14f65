"""Reading the naming mark from a residual, with or without a list of issued codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from statistics import NormalDist

import numpy as np

from . import coding
from .coding import FloatArray
from .geometry import Place, Pyramid
from .pattern import Pattern
from .search import Searcher, in_register

MIN_SYNC_SCORE = 3.0  # standard deviations; below it no payload was ever read in our measurements
LISTED_FALSE_ALARM = 1e-6  # chance that a list fits by accident: about 5.5 σ for one code, 6.6 for 10⁴, 7.3 for 10⁶


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
    """Read likely places, then every scale, then distorted ones, and stop at the first code that passes."""
    searcher = Searcher(residual, pattern)
    issued = {} if codes is None else _by_family(codes, pattern)
    tries = compared = 0
    best = 0.0
    for found in _stages(searcher, search):
        best = max([best, *(place.score for place in found)])
        places = [place for place in found if place.score >= MIN_SYNC_SCORE]
        softs = [pattern.soft_bits(searcher.tile(place), place.family) for place in places]
        for place, soft in zip(places, softs, strict=True):
            tries += coding.LISTED
            code = coding.decode(soft, pattern.key)
            if code is not None and pattern.family(code) == place.family:
                bound = tries * 2.0**-coding.CHECK_BITS / len(pattern.templates)
                return _settled(searcher, pattern, Hit(code, place, False, 0.0, bound))
        for family, listed in issued.items():
            own = [row for row, place in enumerate(places) if place.family == family]
            if not own or not listed:
                continue
            compared += len(listed) * len(own)
            row, code, score = _best_listed(np.stack([softs[row] for row in own]), listed, pattern.key)
            false_alarm = compared * NormalDist().cdf(-score)
            if false_alarm <= LISTED_FALSE_ALARM:
                return _settled(searcher, pattern, Hit(code, places[own[row]], True, 0.0, false_alarm))
    return Miss(best)


def _stages(searcher: Searcher, search: Search) -> Iterator[list[Place]]:
    """Places to read, best first, the cheap and likely ones before the others."""
    yield searcher.exact()
    scans = [searcher.likely, searcher.scaled][:search]
    scans += [searcher.tilted, searcher.distorted, searcher.windowed] if search == Search.EVERYTHING else []
    for scan in scans:
        yield sorted((searcher.refine(place) for place in scan()), key=lambda place: -place.score)


def _settled(searcher: Searcher, pattern: Pattern, hit: Hit) -> Hit:
    """The hit with its score, at its place or where a climb from there leads, wherever the code fits better."""
    places = (hit.place, searcher.refine(hit.place))
    scores = [_score(pattern.soft_bits(searcher.tile(p), p.family), hit.code, pattern.key) for p in places]
    best = int(np.argmax(scores))
    return replace(hit, place=places[best], score=scores[best])


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


def _best_listed(softs: FloatArray, issued: list[int], key: bytes) -> tuple[int, int, float]:
    """The row of `softs`, (n, CODED_BITS), and the issued code that fit best; the score in standard deviations."""
    unit = softs / np.array([_spread(soft) for soft in softs])[:, None]
    best = (0, issued[0], -np.inf)
    for chunk in coding.chunks(iter(issued)):
        scores = coding.codebook(chunk, key) @ unit.T  # (codes, n)
        index, row = divmod(int(np.argmax(scores)), len(softs))
        if scores[index, row] > best[2]:
            best = (row, chunk[index], float(scores[index, row]))
    return best


def _spread(soft: FloatArray) -> np.float32:
    """Standard deviation that a foreign codeword's correlation would have."""
    return np.float32(np.sqrt(np.mean(soft * soft)) + 1e-12)
