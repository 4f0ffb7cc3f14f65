"""What someone without the key can do to the marks: estimate them from videos and subtract or copy them.

The attacker knows this code, so that the tile's size is no secret, and has finished videos. Four attacks: subtract
the mean residual of K other videos of the site; subtract what repeats within the video itself; subtract the mean
tile of videos of the same family, its template, as if a helper had told every video's shift (correlating tiles with
each other did not find it); and lay the residual of a marked video on an innocent one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

import cv2
import numpy as np

from .. import media
from ..marks import look, naming_mark, second_layer
from ..watermark import Frame, Marker, rivagan
from ..watermark.coding import FloatArray
from ..watermark.detect import Hit
from ..watermark.embed import Embedder
from ..watermark.pattern import TILE, Pattern
from .study import FPS, KEY, deliver, psnr_db

DENOISE_SIGMA = 3.0  # px, of the filter by which the attacker takes the picture away
FRAMES = 12  # of each video
CODE = 0x0C0FFEE000  # of the victim; the others' codes follow it
KIN = 20  # videos of the victim's family in the aligned attack
TRIED = (0.5, 1.0, 2.0, 4.0)  # how strongly the estimate is subtracted; the best attempt counts


@dataclass(frozen=True)
class Attempt:
    """One attack: what can still be read, and what it cost the picture."""

    name: str
    code_read: bool  # with the list of issued codes
    second_agrees: bool
    psnr_db: float  # against the marked video


def table(attempts: Sequence[Attempt]) -> str:
    """The attempts for people, one a line."""
    lines = [f"{'attack':<32}{'code read':>10}{'second layer':>14}{'PSNR of the attack':>20}"]
    for a in attempts:
        read, agrees = ("yes" if found else "no" for found in (a.code_read, a.second_agrees))
        lines.append(f"{a.name:<32}{read:>10}{agrees:>14}{a.psnr_db:>17.1f} dB")
    return "\n".join(lines)


def collude(files: Sequence[Path], others: Sequence[int] = (2, 10, 50)) -> list[Attempt]:
    """Attack the marks of the first file by means of the others. FileRefused when one shows no picture.

    Of every file one video a code is marked, again and again until there are enough for the largest K.
    """
    pictures = [_frames(file) for file in files]
    victim = _marked(pictures[0], CODE)
    height, width = victim[0].shape[:2]
    attempts = []
    seen = np.zeros((height, width, 3), np.float32)
    for number in range(1, max(others) + 1):
        frames = [cv2.resize(frame, (width, height)) for frame in pictures[number % len(pictures)][:2]]
        seen += _residual(_marked(frames, CODE + number))
        if number in others:
            attempts.append(_best(f"mean of {number} videos", victim, seen / np.float32(number)))
    own = _residual(victim)
    attempts.append(_best("what repeats within the video", victim, _repeating(own)))
    template = _family_template(pictures[0][0], pictures[1:] or pictures)
    attempts.append(_best(f"template of {KIN} of its family", victim, template))
    innocent = [cv2.resize(frame, (width, height)) for frame in pictures[1 % len(pictures)]]
    return [*attempts, _attempt("copied to another video", innocent, [_added(frame, own) for frame in innocent])]


def _best(name: str, victim: list[Frame], estimate: FloatArray) -> Attempt:
    """The strongest effect of subtracting the estimate once, or more or less of it."""
    tries = [_attempt(name, victim, [_added(frame, -share * estimate) for frame in victim]) for share in TRIED]
    return min(tries, key=lambda attempt: (attempt.code_read, attempt.second_agrees, -attempt.psnr_db))


def _attempt(name: str, before: list[Frame], after: list[Frame]) -> Attempt:
    with tempfile.TemporaryDirectory(prefix="sitter-collude-") as folder:
        sighting = naming_mark(look(deliver(after, Path(folder) / "v.mp4")), Pattern(KEY), [CODE])
    found = isinstance(sighting.mark, Hit) and sighting.mark.code == CODE
    agrees = found and second_layer(sighting, CODE, KEY) >= rivagan.MIN_SCORE
    return Attempt(name, found, agrees, round(psnr_db(before, after), 1))


def _frames(file: Path) -> list[Frame]:
    video = media.probe(Path(file))
    return list(media.frames(video, start_s=0.0, length_s=video.duration_s or 1.0, count=FRAMES))


def _marked(frames: list[Frame], code: int) -> list[Frame]:
    height, width = frames[0].shape[:2]
    return list(Marker(code, KEY, width, height, FPS).mark(frames))


def _residual(frames: list[Frame]) -> FloatArray:
    """The mean high-passed frame, (h, w, 3) levels: the mark, and what the filter left of the picture."""
    total = np.zeros(frames[0].shape, np.float32)
    for frame in frames:
        plane = frame.astype(np.float32)
        detail = plane - cv2.GaussianBlur(plane, (0, 0), DENOISE_SIGMA)
        total += np.clip(detail, -3.0, 3.0)
    return total / np.float32(len(frames))


def _repeating(residual: FloatArray) -> FloatArray:
    """The mean of all tiles, laid over the frame again."""
    return _laid(_mean_tile(residual), residual.shape)


def _family_template(before: Frame, pictures: Sequence[list[Frame]]) -> FloatArray:
    """What the tiles of KIN videos of the victim's family share, at the victim's shift; it began with `before`."""
    pattern, (height, width) = Pattern(KEY), before.shape[:2]
    kin = (code for code in count(CODE + 1) if pattern.family(code) == pattern.family(CODE))
    total = np.zeros((TILE, TILE, 3), np.float32)
    for number, code in enumerate(islice(kin, KIN)):
        frames = [cv2.resize(frame, (width, height)) for frame in pictures[number % len(pictures)]]
        rows, columns = Embedder(pattern.tile(code), width, height).shift(frames[0])
        total += np.roll(_mean_tile(_residual(_marked(frames, code))), (-rows, -columns), (0, 1))
    shift = Embedder(pattern.tile(CODE), width, height).shift(before)
    return _laid(np.roll(total / np.float32(KIN), shift, (0, 1)), before.shape)


def _mean_tile(residual: FloatArray) -> FloatArray:
    rows, columns = residual.shape[0] // TILE, residual.shape[1] // TILE
    tiles = residual[: rows * TILE, : columns * TILE].reshape(rows, TILE, columns, TILE, 3)
    mean: FloatArray = tiles.mean((0, 2))
    return mean


def _laid(tile: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    height, width = shape[:2]
    return np.tile(tile, (-(-height // TILE), -(-width // TILE), 1))[:height, :width]


def _added(frame: Frame, change: FloatArray) -> Frame:
    added: Frame = cv2.add(frame, np.asarray(change, np.float32), dtype=cv2.CV_8U)
    return added
