"""What should stand still: flicker where nothing moves, and the straight edges of a picture pasted into another."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from generation.evaluate.watch import Moment

Luma = npt.NDArray[np.float32]

SLOW_S = 0.4  # over which brightness is averaged before asking whether a tile is still
STILL_BELOW = 2.0  # levels; a tile whose averaged brightness varies more belongs to something that moves
SEAM_SIDE = 720  # px at most of the pictures in which seams are sought
SEAM_LENGTH = 0.4  # of the picture's side, over which a seam must run in one straight line
LEAST_SEEN = 0.5  # of that run that must not be hidden by what moves
BESIDE = 3  # px on each side of a line whose means are compared
MOVING = 6.0  # levels of standard deviation over time from which a pixel belongs to something that moves
AROUND = 9  # px around moving pixels that are left out


def flicker(brightness: Luma, fps: float) -> float | None:
    """Mean change of brightness, in levels, of still tiles from one frame to the next and back.

    `brightness` (t, tiles, tiles). A slow change of light does not count: it is the second difference that is
    taken. None when less than SLOW_S or no still tile is there.
    """
    window = max(2, round(SLOW_S * fps))
    tracks = brightness.reshape(len(brightness), -1)
    if len(tracks) < 2 * window:
        return None
    total = np.cumsum(tracks, axis=0, dtype=np.float64)
    slow = (total[window:] - total[:-window]) / window
    tracks = tracks[:, np.ptp(slow, axis=0) < STILL_BELOW]
    if not tracks.shape[1]:
        return None
    return float(np.abs(tracks[2:] - 2 * tracks[1:-1] + tracks[:-2]).mean() / 2)


def seam(moments: tuple[Moment, ...]) -> float | None:
    """Greatest step of brightness, in levels, along a straight upright or level line.

    Each picture is compared with the median of all, so that edges which belong to the scene cancel; what moves is
    left out. What remains is a region with straight sides whose light changes against what lies beside it. None for
    fewer than five pictures, or when everything moves.
    """
    if len(moments) < 5:
        return None
    stack = np.stack([_luma(moment) for moment in moments])
    change = stack - np.median(stack, axis=0).astype(np.float32)
    moving = (cv2.GaussianBlur(change.std(0), (0, 0), 1) > MOVING).astype(np.uint8)
    still = cv2.dilate(moving, np.ones((AROUND, AROUND), np.uint8)) == 0
    steps = [step for turned in (False, True) if (step := _greatest_step(change, still, turned)) is not None]
    return max(steps, default=None)


def _greatest_step(change: Luma, still: npt.NDArray[np.bool_], turned: bool) -> float | None:
    """Of (t, h, w), between what lies left and right of a column (above and below a row when turned)."""
    if turned:
        change, still = change.transpose(0, 2, 1), still.T
    run = round(SEAM_LENGTH * still.shape[0])
    left = (slice(None),) * 2 + (slice(None, -BESIDE),)
    right = (slice(None),) * 2 + (slice(BESIDE, None),)
    values = _boxes(np.where(still, change, 0))
    both = _boxes(still[None].astype(np.float32)) > 1 - 1e-6
    both = both[left] & both[right]  # (1, h, columns)
    step = np.where(both, values[right] - values[left], 0)
    along, seen = (_sums(part.astype(np.float64), run) for part in (step, both))
    known = seen[0] >= LEAST_SEEN * run
    if not known.any():
        return None
    mean = along / np.maximum(seen, 1)
    return float(np.sqrt((mean**2).mean(0))[known].max())


def _boxes(picture: Luma) -> npt.NDArray[np.float64]:
    """(t, h, w − BESIDE + 1) means of BESIDE neighbouring columns."""
    total = np.cumsum(np.pad(picture, ((0, 0), (0, 0), (1, 0))), axis=2, dtype=np.float64)
    return np.asarray((total[:, :, BESIDE:] - total[:, :, :-BESIDE]) / BESIDE, np.float64)


def _sums(picture: npt.NDArray[np.float64], run: int) -> npt.NDArray[np.float64]:
    """(t, runs, w) sums over `run` rows, an eighth of it apart."""
    total = np.cumsum(np.pad(picture, ((0, 0), (1, 0), (0, 0))), axis=1)
    return np.asarray((total[:, run:] - total[:, :-run])[:, :: max(1, run // 8)], np.float64)


def _luma(moment: Moment) -> Luma:
    grey = cv2.cvtColor(moment.picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    scale = min(1.0, SEAM_SIDE / max(grey.shape))
    return np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.float32)
