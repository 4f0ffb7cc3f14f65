"""Where the tile lies in a suspect picture: scale, rotation, aspect, mirror and shift.

The residual is warped back to the tile's own size, folded into one tile and correlated with the sync template by
FFT, which tries all shifts at once. A mirrored copy is found by correlating with the mirrored template.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt
from scipy import fft

from .coding import FloatArray
from .pattern import TILE

SCAN_TILES = 4  # per side, folded while scanning; the middle 512 px of the original decide fast enough
READ_TILES = 16  # per side at most, folded when the payload is read: 2048 px of the original
SCALE_STEP = 0.0108  # share; at 512 px the tile's corners then stay in register (half a chip)
SCALES = (0.45, 2.6)  # suspect size / original size
TURNED_SCALES = (0.8, 1.6)  # the same, for the costly search over rotations
TURN_STEP, MAX_TURN = 0.6, 6.0  # degrees
KEEP = 4  # best places of a scan that are refined
REFINE_ROUNDS = 3  # each halves the steps
REFINE_SCALE, REFINE_TURN = 0.006, 0.25  # first steps: share, degrees


@dataclass(frozen=True)
class Place:
    """One geometry under which the sync template was found."""

    scale: float = 1.0  # suspect height / original height
    turn: float = 0.0  # degrees
    aspect: float = 1.0  # horizontal scale / vertical scale
    mirrored: bool = False
    shift: tuple[int, int] = (0, 0)  # rows, columns within the tile
    score: float = 0.0  # standard deviations of the correlation peak above its plane


class Searcher:
    """Looks for one key's template in one residual."""

    def __init__(self, residual: FloatArray, template: FloatArray) -> None:
        self._residual = residual
        self._spectra = tuple(np.conj(fft.rfft2(t)) for t in (template, np.ascontiguousarray(template[:, ::-1])))

    def likely(self) -> list[Place]:
        """Fast guess: the video as it left us, or scaled so that one side is 512 px."""
        height, width = self._residual.shape
        bases = {1.0, height / 512, width / 512}
        scales = {base * (1 + k * SCALE_STEP / 2) for base in bases for k in (-1, 0, 1)}
        return self._scan(sorted(s for s in scales if SCALES[0] <= s <= SCALES[1]), (0.0,))

    def scaled(self) -> list[Place]:
        """Every scale, upright."""
        return self._scan(_geometric(*SCALES), (0.0,))

    def turned(self) -> list[Place]:
        """Scales near the original's with rotation."""
        turns = np.arange(-MAX_TURN, MAX_TURN + 1e-6, TURN_STEP)
        return self._scan(_geometric(*TURNED_SCALES), [float(t) for t in turns if abs(t) > TURN_STEP / 2])

    def refine(self, place: Place) -> Place:
        """Climb from a scanned place in scale, rotation and, from the second round, aspect."""
        best = place
        scale_step, turn_step = REFINE_SCALE, REFINE_TURN
        for round_number in range(REFINE_ROUNDS):
            start = best
            aspects = (-1, 0, 1) if round_number else (0,)
            for trial in _neighbours(start, scale_step, turn_step, aspects):
                best = max(best, self._score(trial), key=lambda p: p.score)
            scale_step, turn_step = scale_step / 2, turn_step / 2
        return best

    def tile(self, place: Place) -> FloatArray:
        """The residual folded in register with the template, ready to read, (TILE, TILE)."""
        folded = fold(self._residual, place, READ_TILES)
        if place.mirrored:
            folded = folded[:, ::-1]
        rows, columns = place.shift
        columns = (TILE - columns) % TILE if place.mirrored else columns
        return np.roll(folded, (-rows, -columns), (0, 1))

    def _scan(self, scales: Iterable[float], turns: Iterable[float]) -> list[Place]:
        turns = tuple(turns)
        found: list[Place] = []
        for scale in scales:
            for turn in turns:
                found += self._both_ways(Place(scale, turn))
        return sorted(found, key=lambda p: -p.score)[:KEEP]

    def _both_ways(self, place: Place) -> Iterator[Place]:
        spectrum = fft.rfft2(fold(self._residual, place, SCAN_TILES))
        for mirrored in (False, True):
            yield _peak(replace(place, mirrored=mirrored), spectrum * self._spectra[mirrored])

    def _score(self, place: Place) -> Place:
        spectrum = fft.rfft2(fold(self._residual, place, SCAN_TILES))
        return _peak(place, spectrum * self._spectra[place.mirrored])


def fold(residual: FloatArray, place: Place, tiles: int) -> FloatArray:
    """Undo scale, aspect and rotation around the middle and add up at most tiles × tiles tiles, (TILE, TILE)."""
    height, width = residual.shape
    wide, high = place.scale * place.aspect, place.scale
    columns = min(_even_tiles(width / wide), tiles)
    rows = min(_even_tiles(height / high), tiles)
    cosine, sine = np.cos(np.radians(place.turn)), np.sin(np.radians(place.turn))
    linear = np.array([[wide * cosine, -wide * sine], [high * sine, high * cosine]])  # original px → suspect px
    middle = np.array([columns, rows]) * (TILE / 2)
    offset = np.array([(width - 1) / 2, (height - 1) / 2]) - linear @ (middle - 0.5)
    if place.scale > 1.6:
        residual = _central(residual, int(tiles * TILE * place.scale * 1.2))
        offset -= (np.array([width, height]) - residual.shape[::-1]) / 2
        residual = cv2.GaussianBlur(residual, (0, 0), 0.35 * place.scale)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    matrix = np.column_stack([linear, offset])
    upright = cv2.warpAffine(residual, matrix, (columns * TILE, rows * TILE), flags=flags)
    return np.ascontiguousarray(upright.reshape(rows, TILE, columns, TILE).sum((0, 2)), dtype=np.float32)


def _even_tiles(tiles: float) -> int:
    """Tiles that cover the picture, an even number, so that its middle is a tile's corner at every size."""
    return 2 * max(1, int(np.ceil(tiles / 2)))


def _central(plane: FloatArray, side: int) -> FloatArray:
    """The middle of a plane, at most side × side, cut evenly on both sides."""
    rows, columns = (max(0, length - side) // 2 for length in plane.shape)
    return plane[rows : plane.shape[0] - rows, columns : plane.shape[1] - columns]


def _peak(place: Place, product: npt.NDArray[np.complexfloating]) -> Place:
    correlation = fft.irfft2(product, s=(TILE, TILE))
    index = int(np.argmax(correlation))
    score = (correlation.flat[index] - correlation.mean()) / (correlation.std() + 1e-12)
    row, column = divmod(index, TILE)
    return replace(place, shift=(row, column), score=float(score))


def _geometric(low: float, high: float) -> list[float]:
    return [float(s) for s in np.exp(np.arange(np.log(low), np.log(high), SCALE_STEP))]


def _neighbours(place: Place, scale_step: float, turn_step: float, aspects: tuple[int, ...]) -> Iterator[Place]:
    for scale in (-1, 0, 1):
        for turn in (-1, 0, 1):
            for aspect in aspects:
                yield replace(
                    place,
                    scale=place.scale * (1 + scale * scale_step),
                    turn=place.turn + turn * turn_step,
                    aspect=place.aspect * (1 + aspect * scale_step),
                )
