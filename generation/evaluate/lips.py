"""Do the lips say what is heard? Agreement of lip shapes, closures, lag, and opening against what was meant.

A camera tells three lip shapes apart with certainty: closed, rounded, and everything else. Each phone of the speech
asks for one of them (f and v, whose touch landmarks do not see, for none). Numbers called measured were measured on
this engine's own renders of both samples, whose lag is 0, and hold for a head truly rendered in 3-D as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generation.evaluate.life import filled, smoothed
from generation.evaluate.watch import Sight
from generation.portrait.shapes import MEASURED
from generation.portrait.topology import LOWER_INNER_LIP, UPPER_INNER_LIP
from generation.speech.visemes import INDEX, LIP_GROUPS, classes
from generation.types import CHANNELS, Motion, Phone

Track = npt.NDArray[np.float64]

SHUT_PERCENTILE, OPEN_PERCENTILE = 3, 95  # of the opening: this speaker's closed and open mouth
LEAST_RANGE_MM = 1.5  # between them; a mouth that moves less does not speak
CLOSED_BELOW = 0.25  # of that range: p b m read 0.01 ± 0.01, vowels 0.6 ± 0.3 (measured)
ROUNDED_BELOW = 0.955  # of the mouth's usual width: o and u read 0.90–0.95, other vowels 1.00 ± 0.04 (measured)
CLOSED, TEETH, ROUNDED = 1, 2, 5  # of visemes.LIP_GROUPS
OPENING_OF = (0.0, 0.0, 0.38, 0.56, 0.62, 0.78)  # mean share of the range for each of those groups (measured)
MIDDLE = 0.25  # of a phone at each end that belongs to its neighbours
NEAR_S = 0.04  # around a bilabial in which its closure may lie
FEWEST = 2  # phones of a shape from which its share is taken
FEWEST_PHONES = 10
GRID_S = 0.005  # of the tracks that are shifted against each other
SWEEP_S = 0.4  # lags tried to either side
BLUR_S = 0.04  # of the expected opening: lips do not jump
LAG_BIAS_S = -0.01  # what the sweep reads where the lag is 0 (measured: −15 and −5 ms)
LEAST_FIT = 0.35  # correlation at the best lag; 0.70–0.80 on speech that belongs to the video, ≤ 0.25 elsewhere

NO_PHONES = "Too few speech sounds were recognised in the sound."
NO_MOTION = "The mouth hardly moves."


@dataclass(frozen=True)
class Lips:
    """None where it could not be measured; `why` then says so."""

    viseme_accuracy: float | None  # 0..1, mean over the shapes of the share that is seen
    bilabial_recall: float | None  # 0..1, share of p b m with closed lips
    lag_ms: float | None  # > 0: the lips come after the sound
    opening_r: float | None  # −1..1, correlation of the seen opening with the motion's
    why: dict[str, str]


def measure(
    sight: Sight, phones: Sequence[Phone] | None, motion: Motion | None, no_speech: str = NO_PHONES
) -> Lips:
    """Compare what was seen with what was said and with what was meant; None for what is not at hand."""
    why: dict[str, str] = {}
    opening = share_open(sight)
    meant = None
    if motion is None:
        why["lips.opening_r"] = "Give the motion that the video was made from (--motion)."
    elif opening is None:
        why["lips.opening_r"] = NO_MOTION
    else:
        meant = agreement(sight, intended_mm(motion), motion.fps)
    said = [phone for phone in phones or () if classes(phone.ipa)]
    if opening is None or len(said) < FEWEST_PHONES:
        missing = no_speech if len(said) < FEWEST_PHONES else NO_MOTION
        why |= dict.fromkeys(("lips.viseme_accuracy", "lips.bilabial_recall", "lips.lag_ms"), missing)
        return Lips(None, None, None, meant, why)
    times = middles(sight)
    late = lag_s(opening, times, said)
    if late is None:
        why["lips.lag_ms"] = "The mouth does not move with this sound."
    recall = closures(opening, times, said)
    if recall is None:
        why["lips.bilabial_recall"] = "Nobody says p, b or m often enough."
    width = filled(sight.width)
    shapes = accuracy(opening, width / float(np.median(width)), times, said)
    return Lips(shapes, recall, None if late is None else 1000 * late, meant, why)


def share_open(sight: Sight) -> Track | None:
    """(t,) opening, 0 as in this speaker's closed mouth, 1 as in the open one; None for a mouth that rests."""
    opening = filled(sight.opening)
    shut, wide = np.percentile(opening, (SHUT_PERCENTILE, OPEN_PERCENTILE))
    return np.asarray((opening - shut) / (wide - shut), np.float64) if wide - shut >= LEAST_RANGE_MM else None


def middles(sight: Sight) -> Track:
    """(t,) seconds at the middle of every frame."""
    return np.asarray((np.arange(len(sight.opening)) + 0.5) / sight.fps, np.float64)


def accuracy(opening: Track, width: Track, times: Track, phones: Sequence[Phone]) -> float:
    """Mean over the lip shapes that are asked for of the share of phones that show theirs; chance is a third."""
    hits: dict[str, list[bool]] = {}
    for phone in phones:
        group = _group(phone)
        if group == TEETH:
            continue
        asked = "closed" if group == CLOSED else "rounded" if group == ROUNDED else "other"
        edge = MIDDLE * (phone.end_s - phone.start_s)
        open_, wide = (_mean(track, times, phone.start_s + edge, phone.end_s - edge) for track in (opening, width))
        seen = "closed" if open_ < CLOSED_BELOW else "rounded" if wide < ROUNDED_BELOW else "other"
        hits.setdefault(asked, []).append(seen == asked)
    return float(np.mean([np.mean(found) for found in hits.values() if len(found) >= FEWEST]))


def closures(opening: Track, times: Track, phones: Sequence[Phone]) -> float | None:
    """Share of p b m during which the lips close; None where fewer than FEWEST are said."""
    least = []
    for phone in phones:
        if _group(phone) == CLOSED:
            grid = np.arange(phone.start_s - NEAR_S, phone.end_s + NEAR_S, GRID_S)
            least.append(np.interp(grid, times, opening).min())
    return float(np.mean(np.array(least) < CLOSED_BELOW)) if len(least) >= FEWEST else None


def lag_s(opening: Track, times: Track, phones: Sequence[Phone]) -> float | None:
    """By how much the lips follow the sound: the shift at which the opening fits the phones best."""
    found = fit(opening, times, phones)
    return found.lag_s if found and found.r >= LEAST_FIT and abs(found.lag_s + LAG_BIAS_S) < SWEEP_S else None


@dataclass(frozen=True)
class Fit:
    """How well a mouth's opening fits the phones that are heard."""

    r: float  # −1..1, correlation at the lag that fits best
    lag_s: float  # > 0: the lips come after the sound; at most SWEEP_S to either side


def fit(opening: Track, times: Track, phones: Sequence[Phone]) -> Fit | None:
    """The shift at which the opening (t,) at `times` fits the phones best; None for less than a second."""
    grid = np.arange(SWEEP_S, times[-1] - SWEEP_S, GRID_S)
    steps = np.arange(-round(SWEEP_S / GRID_S), round(SWEEP_S / GRID_S) + 1)
    said = [phone for phone in phones if classes(phone.ipa)]
    if len(grid) < 1 / GRID_S:
        return None
    asked = smoothed(_expected(said, grid), BLUR_S / GRID_S)
    fits = [_correlation(np.interp(grid + step * GRID_S, times, opening), asked) for step in steps]
    best = int(np.argmax(fits))
    return Fit(fits[best], float(steps[best]) * GRID_S - LAG_BIAS_S)


def intended_mm(motion: Motion) -> Track:
    """(t,) mm between the inner lips that a motion asks of the heads whose blendshapes were measured."""
    gains = np.zeros(len(CHANNELS))
    upper, lower = (list(ring[4:7]) for ring in (UPPER_INNER_LIP, LOWER_INNER_LIP))
    with np.load(MEASURED) as stored:
        for name in set(stored.files) & set(CHANNELS):
            down = stored[name][:, 1]  # (468,) mm
            gains[CHANNELS.index(name)] = float((down[lower] - down[upper]).mean())
    gains[CHANNELS.index("mouthClose")] = -gains[CHANNELS.index("jawOpen")]
    parted = np.maximum(motion.coefficients @ gains, 0.0)
    return np.asarray(parted * (1 - motion.coefficients[:, CHANNELS.index("lipsSealed")]), np.float64)


def agreement(sight: Sight, meant: Track, fps: float) -> float | None:
    """Correlation of the opening that was seen with the one that was meant (t,) at `fps`."""
    known = np.isfinite(sight.opening)
    at = middles(sight)[known]
    wanted = np.interp(at, (np.arange(len(meant)) + 0.5) / fps, meant)
    return _correlation(sight.opening[known].astype(np.float64), wanted)


def _expected(phones: Sequence[Phone], grid: Track) -> Track:
    track = np.zeros_like(grid)
    for phone in phones:
        track[(grid >= phone.start_s) & (grid < phone.end_s)] = OPENING_OF[_group(phone)]
    return track


def _group(phone: Phone) -> int:
    return LIP_GROUPS[INDEX[classes(phone.ipa)[0]]]


def _mean(track: Track, times: Track, start: float, end: float) -> float:
    return float(np.interp(np.linspace(start, end, 9), times, track).mean())


def _correlation(one: npt.NDArray[np.floating], other: npt.NDArray[np.floating]) -> float:
    """Pearson's r, 0 where one of them does not change."""
    if one.std() < 1e-9 or other.std() < 1e-9:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
