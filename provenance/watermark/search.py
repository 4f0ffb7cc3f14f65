"""Finding the tile in a suspect picture: scale, rotation, aspect, perspective, mirror, shift, and the family.

A residual folded by a guessed geometry is correlated with all templates by FFT, which tries all shifts at once.
Scans use two samples a chip, which makes a guess cost half a millisecond; the best places are then refined. Before
any scan, copies of common sizes and crops of them are read as they are: where none is needed, a climb leads astray.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from itertools import product

import cv2
import numpy as np
import numpy.typing as npt
from scipy import fft

from .coding import FloatArray
from .geometry import Place, Pyramid, Window
from .pattern import CHIP, TILE, Pattern

SAMPLES = 2 * TILE // CHIP  # per tile side, of a scan
SCAN_TILES = 4  # per side, folded while scanning; the middle 768 px of the original decide fast enough
SIDES = (512, 720, 1080)  # px, shorter sides of common originals
PEAKS = 12  # highest of an exact size; in the middle quarter of 512² px the true one is among the first eight
SCALE_STEP = 0.016  # share; at 512 px the tile's corners then stay in register (a third of a chip)
SCALES = (0.3, 2.6)  # suspect size / original size
TURNED_SCALES = (0.5, 1.7)  # the same, for the costly search over rotations
TURN_STEP, MAX_TURN = 1.0, 12.0  # degrees
ASPECT_STEP, MAX_ASPECT = 0.024, 1.13
STRETCHED_SCALES = (0.35, 2.3)
TILTED_SCALES, TILTED_ASPECTS = (0.94, 1.07), (0.97, 1.0, 1.03)
TILTED_TURNS, TILTED_SKEWS = (-3.0, -1.5, 0.0, 1.5, 3.0), (-0.06, -0.03, 0.0, 0.03, 0.06)  # degrees, share
WINDOW = 288  # px, side of the windows in which a picture in the picture is looked for
WINDOWED_SCALES, WINDOWED_STEP = (0.35, 1.3), 0.026  # small windows forgive more
KEEP = 10  # best places of a scan that are refined; in busy pictures the true one came eighth
ROUNDS = (2.0, 1.0, 0.5, 0.25)  # of refinement, in units of STEPS
FINE_ROUNDS = (0.25, 0.1)  # the same at every px, for places that look true
FINE_SCORE = 5.6  # standard deviations; climbing among nothing ends about there
STEPS = {"scale": 0.008, "turn": 0.5, "aspect": 0.012, "skew": 0.01, "across": 0.012, "down": 0.012}


class Searcher:
    """Looks for one key's templates in one residual."""

    def __init__(self, residual: FloatArray, pattern: Pattern) -> None:
        self._pyramid = Pyramid(residual)
        self._shape = residual.shape
        small = [cv2.resize(t, (SAMPLES, SAMPLES), interpolation=cv2.INTER_AREA) for t in pattern.templates]
        both = [*small, *(np.ascontiguousarray(t[:, ::-1]) for t in small)]
        self._spectra = np.conj(fft.rfft2(np.stack(both)))  # (2 × FAMILIES, SAMPLES, SAMPLES // 2 + 1)
        self._templates = pattern.templates

    @cached_property
    def _fine_spectra(self) -> npt.NDArray[np.complexfloating]:
        """(2 × FAMILIES, TILE, TILE // 2 + 1)"""
        both = np.concatenate([self._templates, self._templates[:, :, ::-1]])
        spectra: npt.NDArray[np.complexfloating] = np.conj(fft.rfft2(both))
        return spectra

    def exact(self) -> list[Place]:
        """The highest peaks of an upright copy or crop that has just the size of its original, or of a common one.

        A small crop's template is too weak to climb by, while its payload still reads.
        """
        scales = sorted({1.0, *(min(self._shape) / side for side in SIDES)})
        found = [place for s in scales if SCALES[0] <= s <= SCALES[1] for place in self._highest(Place(scale=s))]
        return sorted(found, key=lambda place: -place.score)

    def likely(self) -> list[Place]:
        """Fast guess: the video as it left us, or scaled so that one side is 512 px."""
        scales = [base * (1 + k * SCALE_STEP / 2) for base in self._bases() for k in (-1, 0, 1)]
        return self._scan(Place(scale=scale) for scale in scales)

    def scaled(self) -> list[Place]:
        """Every scale, upright."""
        return self._scan(Place(scale=scale) for scale in _geometric(*SCALES, SCALE_STEP))

    def distorted(self) -> list[Place]:
        """Rotated and stretched copies."""
        turns = [float(t) for t in np.arange(-MAX_TURN, MAX_TURN + 1e-6, TURN_STEP) if abs(t) > TURN_STEP / 2]
        turned = product(_geometric(*TURNED_SCALES, SCALE_STEP), turns)
        aspects = [a for a in _geometric(1 / MAX_ASPECT, MAX_ASPECT, ASPECT_STEP) if abs(a - 1) > ASPECT_STEP / 2]
        stretched = product(_geometric(*STRETCHED_SCALES, SCALE_STEP), aspects)
        places = [Place(scale=scale, turn=turn) for scale, turn in turned]
        return self._scan(places + [Place(scale=scale, aspect=aspect) for scale, aspect in stretched])

    def tilted(self) -> list[Place]:
        """Seen a little from the side, at about the size as delivered: a screen filmed by hand."""
        scales = [base * scale for base in self._bases() for scale in _geometric(*TILTED_SCALES, SCALE_STEP)]
        freedoms = product(scales, TILTED_TURNS, TILTED_SKEWS, TILTED_ASPECTS)
        return self._scan(Place(scale=s, turn=turn, skew=k, aspect=a) for s, turn, k, a in freedoms)

    def windowed(self) -> list[Place]:
        """A picture in the picture, upright; nothing in small pictures, which the other scans cover."""
        scales = _geometric(*WINDOWED_SCALES, WINDOWED_STEP)
        return self._scan(Place(scale=scale, window=window) for window in self._windows() for scale in scales)

    def refine(self, place: Place) -> Place:
        """Climb from a scanned place, one freedom after the other with ever smaller steps."""
        best = self._climbed(self._score(place, SAMPLES), ROUNDS, SAMPLES)
        return best if best.score < FINE_SCORE else self._climbed(self._score(best, TILE), FINE_ROUNDS, TILE)

    def _climbed(self, best: Place, rounds: Iterable[float], samples: int) -> Place:
        for share in rounds:
            for freedom, step in STEPS.items():
                for way in (1, -1):
                    while (t := self._score(_moved(best, freedom, way * share * step), samples)).score > best.score:
                        best = t
        return best

    def tile(self, place: Place) -> FloatArray:
        """The residual folded in register with the template, ready to read, (TILE, TILE)."""
        return in_register(self._pyramid.fold(place), place)

    def _bases(self) -> list[float]:
        """Scales of a video as it left us and of one of which a side was 512 px."""
        height, width = self._shape
        return sorted(s for s in {1.0, height / 512, width / 512} if SCALES[0] <= s <= SCALES[1])

    def _windows(self) -> Iterator[Window]:
        height, width = self._shape
        if max(height, width) < 2 * WINDOW:
            return
        for y in _starts(height):
            for x in _starts(width):
                yield (x, y, min(WINDOW, width), min(WINDOW, height))

    def _scan(self, places: Iterable[Place]) -> list[Place]:
        return sorted((self._correlate(place) for place in places), key=lambda p: -p.score)[:KEEP]

    def _highest(self, place: Place) -> Iterator[Place]:
        """The same geometry with the PEAKS families, mirrorings and shifts that fit it best."""
        spectrum = fft.rfft2(self._pyramid.fold(place))
        planes = fft.irfft2(spectrum * self._fine_spectra, s=(TILE, TILE))  # (2 × FAMILIES, TILE, TILE)
        planes = (planes - planes.mean((1, 2), keepdims=True)) / (planes.std((1, 2), keepdims=True) + 1e-12)
        around = np.ones((CHIP + 1, CHIP + 1), np.uint8)
        tops = np.stack([np.where(plane == cv2.dilate(plane, around), plane, 0) for plane in planes])
        for index in np.argpartition(-tops, PEAKS, axis=None)[:PEAKS]:
            which, row, column = (int(part) for part in np.unravel_index(index, tops.shape))
            mirrored, family = divmod(which, len(self._templates))
            score = float(tops[which, row, column])
            yield replace(place, family=family, mirrored=bool(mirrored), shift=(row, column), score=score)

    def _correlate(self, place: Place) -> Place:
        """The same geometry with the family, mirroring and shift that fit it best."""
        spectrum = fft.rfft2(self._pyramid.fold(place, SAMPLES, SCAN_TILES))
        peaks = _peaks(spectrum * self._spectra, SAMPLES)
        index = int(np.argmax(peaks[0]))
        families = len(self._spectra) // 2
        return _found(replace(place, family=index % families, mirrored=index >= families), peaks, index, SAMPLES)

    def _score(self, place: Place, samples: int) -> Place:
        """The same place with its shift and score measured anew under its own template."""
        spectrum = fft.rfft2(self._pyramid.fold(place, samples, SCAN_TILES))
        own = place.family + (len(self._spectra) // 2 if place.mirrored else 0)
        spectra = self._spectra if samples == SAMPLES else self._fine_spectra
        return _found(place, _peaks(spectrum * spectra[own : own + 1], samples), 0, samples)


def in_register(folded: FloatArray, place: Place) -> FloatArray:
    """Undo mirroring and shift of a folded tile, (TILE, TILE)."""
    rows, columns = place.shift
    if place.mirrored:
        folded, columns = folded[:, ::-1], -columns
    return np.roll(folded, (-rows, -columns), (0, 1))


def _peaks(products: npt.NDArray[np.complexfloating], samples: int) -> tuple[FloatArray, npt.NDArray[np.intp]]:
    """Scores and flat positions of the highest correlation under each template, (n,) each."""
    planes = fft.irfft2(products, s=(samples, samples)).reshape(len(products), -1)
    where = planes.argmax(axis=1)
    tops = planes[np.arange(len(planes)), where]
    return (tops - planes.mean(axis=1)) / (planes.std(axis=1) + 1e-12), where


def _found(place: Place, peaks: tuple[FloatArray, npt.NDArray[np.intp]], index: int, samples: int) -> Place:
    row, column = divmod(int(peaks[1][index]), samples)
    step = TILE // samples
    return replace(place, shift=(row * step, column * step), score=float(peaks[0][index]))


def _moved(place: Place, freedom: str, step: float) -> Place:
    if freedom in ("scale", "aspect"):
        return replace(place, **{freedom: getattr(place, freedom) * (1 + step)})
    if freedom in ("turn", "skew"):
        return replace(place, **{freedom: getattr(place, freedom) + step})
    across, down = place.keystone
    return replace(place, keystone=(across + step, down) if freedom == "across" else (across, down + step))


def _geometric(low: float, high: float, step: float) -> list[float]:
    return [float(s) for s in np.exp(np.arange(np.log(low), np.log(high) + 1e-9, step))]


def _starts(length: int) -> list[int]:
    """Where windows begin so that they overlap by half and the last one ends at the edge."""
    last = max(0, length - WINDOW)
    return [round(start) for start in np.linspace(0, last, 1 + -(-last * 2 // WINDOW))]
