"""Blinks and head movements as they are seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generation.evaluate.watch import Sight

Track = npt.NDArray[np.float64]

OPEN_PERCENTILE = 80  # of the lids' gap, which counts as this person's open eye
LEAST_OPEN = 0.12  # gap / width of an eye; below it nobody sees whether the lids move
SHUT_BELOW = 0.5  # of the open eye
BRIEF_S = 0.6  # longer closures are no blinks
FEWEST_SECONDS = 4.0  # of video before blinks are counted or a range is told
SMOOTHING_S = 0.08  # of head angles before their speed is taken: landmarks tremble by about 0.2°
RANGE = (2.5, 97.5)  # percentiles between which a head's range lies
ALL = ("blinks.per_min", "blinks.duration_ms", "head.speed_deg_s", "head.range_deg")
TOO_SHORT = f"The video is shorter than {FEWEST_SECONDS:g} s."


@dataclass(frozen=True)
class Life:
    """None where it could not be measured; `why` then says so."""

    blinks_per_min: float | None
    blink_ms: float | None  # mean duration at half closure
    speed_deg_s: tuple[float, float, float] | None  # mean of |yaw|, |pitch|, |roll| speed
    range_deg: tuple[float, float, float] | None  # between the percentiles RANGE
    why: dict[str, str]


def measure(sight: Sight) -> Life:
    """Blinks and head of one video."""
    why: dict[str, str] = {}
    if sight.seconds < FEWEST_SECONDS:
        return Life(None, None, None, None, dict.fromkeys(ALL, TOO_SHORT))
    openness = open_share(sight)
    speed, span = head(sight)
    if openness is None:
        said = "The eyes are hardly open, so that closing them cannot be seen."
        return Life(None, None, speed, span, dict.fromkeys(ALL[:2], said))
    durations = blinks(openness, sight.fps)
    if not durations:
        why["blinks.duration_ms"] = "Nobody blinks in this video."
    mean = 1000 * float(np.mean(durations)) if durations else None
    return Life(60 * len(durations) / sight.seconds, mean, speed, span, why)


def open_share(sight: Sight) -> Track | None:
    """(t,) how far the eyes are open, 1 as usual; None for eyes that never open far enough to tell."""
    gap = filled(sight.lids.mean(1))
    usual = float(np.percentile(gap, OPEN_PERCENTILE))
    return gap / usual if usual >= LEAST_OPEN else None


def blinks(openness: Track, fps: float) -> list[float]:
    """Seconds below half closure of every closure that is brief, its edges interpolated between frames."""
    durations = []
    for start, end in closures(openness):
        if start == 0 or end == len(openness):
            continue
        before = _crossing(openness[start - 1], openness[start])
        after = _crossing(openness[end], openness[end - 1])
        seconds = (end - start - 1 + before + after) / fps
        if seconds <= BRIEF_S:
            durations.append(float(seconds))
    return durations


def closures(openness: Track) -> list[tuple[int, int]]:
    """First frame with closed eyes, and the first with open ones after it, of every closure."""
    shut = openness < SHUT_BELOW
    edges = np.flatnonzero(np.diff(np.concatenate(([0], shut.astype(np.int8), [0]))))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def head(sight: Sight) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Mean speed in degrees a second and range in degrees, of yaw, pitch and roll."""
    angles = np.stack([smoothed(filled(sight.head[:, k]), SMOOTHING_S * sight.fps) for k in range(3)], 1)
    speed = np.abs(np.gradient(angles, 1 / sight.fps, axis=0)).mean(0)
    low, high = np.percentile(angles, RANGE, axis=0)
    return _triple(speed), _triple(high - low)


def filled(track: npt.NDArray[np.floating]) -> Track:
    """The track with frames in which nothing was found (NaN) interpolated."""
    known = np.isfinite(track)
    places = np.arange(len(track))
    return np.asarray(np.interp(places, places[known], track[known]), np.float64)


def smoothed(track: Track, sigma: float) -> Track:
    """Gaussian mean over `sigma` frames."""
    reach = max(1, int(np.ceil(3 * sigma)))
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / max(sigma, 1e-6)) ** 2)
    padded = np.pad(track, reach, mode="edge")
    return np.asarray(np.convolve(padded, bell / bell.sum(), mode="valid"), np.float64)


def _crossing(outside: float, inside: float) -> float:
    """Share of the step between two frames that lies below SHUT_BELOW."""
    return float((SHUT_BELOW - inside) / (outside - inside))


def _triple(values: Track) -> tuple[float, float, float]:
    return float(values[0]), float(values[1]), float(values[2])
