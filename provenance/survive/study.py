"""How much of what is marked here survives: clips are marked, delivered, attacked and read, attack by attack."""

from __future__ import annotations

import hashlib
import math
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeGuard

import cv2
import ffmpeg
import imageio_ffmpeg
import numpy as np

from .. import media
from ..codes import CODE_BITS
from ..errors import FileRefused
from ..marks import look, naming_mark, second_layer
from ..watermark import Frame, Marker, rivagan
from ..watermark.detect import Hit, Miss
from ..watermark.embed import STRENGTH
from ..watermark.pattern import Pattern
from .attacks import ATTACKS, attack, h264
from .processes import pool

KEY = b"a key for measuring only, 32 B.."  # a site's own marks, if the clip has some, are another key's and stay
CLIP_S, FPS = 3.0, 25.0
MAX_CLIPS = 4  # of one file, evenly spaced
ISSUED = 10_000  # random codes in the list beside the real ones
DELIVERY_CRF = 18
SEED = 7

Progress = Callable[[int, int, str], None]  # done, total, what


@dataclass(frozen=True)
class Clip:
    """One marked clip as delivered."""

    path: Path
    code: int
    psnr_db: float  # of the marks, before any encoder


@dataclass(frozen=True)
class Reading:
    """What was read from one attacked copy."""

    attack: str
    blind: bool
    listed: bool  # with the list of issued codes, which includes what was read without it
    second: bool  # the second layer agrees with the right code where the naming mark was found


@dataclass(frozen=True)
class Share:
    """Of the clips, 0..1."""

    blind: float
    listed: float
    second: float


@dataclass(frozen=True)
class Survival:
    """The answer of one study."""

    psnr_db: float  # mean over the clips
    clips: int
    attacks: dict[str, Share]

    def as_json(self) -> dict[str, object]:
        """The keys of the command-line contract, and the second layer's share."""
        return asdict(self)


def study(
    files: Sequence[Path],
    *,
    codes: Sequence[int] = (),
    attacks: Sequence[str] = (),
    strength: float = STRENGTH,
    clip_s: float = CLIP_S,
    progress: Progress = lambda done, total, what: None,
) -> Survival:
    """Mark clips of the files with codes and a key made for the purpose, attack them, and read what is left.

    codes: a list of issued codes to search besides 10 000 random ones. attacks: some of ATTACKS, all by default.
    clip_s: length of the clips.
    FileRefused when a file shows no picture.
    """
    chosen = list(attacks) or list(ATTACKS)
    with tempfile.TemporaryDirectory(prefix="sitter-survive-") as name, pool() as workers:
        folder = Path(name)
        stretches = [(Path(file), start) for file in files for start in _starts(media.probe(Path(file)), clip_s)]
        cut = [workers.submit(_deliver, file, start, folder, strength, clip_s) for file, start in stretches]
        total = len(stretches) * (1 + len(chosen))
        clips = []
        for done, ready in enumerate(cut, start=1):
            clips.append(ready.result())
            progress(done, total, "marked")
        issued = _issued([clip.code for clip in clips], codes)
        jobs = [workers.submit(_read, clip, what, issued, folder) for what in chosen for clip in clips]
        readings = []
        for done, finished in enumerate(as_completed(jobs), start=len(clips) + 1):
            readings.append(finished.result())
            progress(done, total, readings[-1].attack)
    shares = {what: _share([r for r in readings if r.attack == what]) for what in chosen}
    return Survival(round(float(np.mean([clip.psnr_db for clip in clips])), 2), len(clips), shares)


def table(survival: Survival) -> str:
    """The same for people, one line an attack."""
    lines = [
        f"{survival.clips} clips, PSNR of all marks {survival.psnr_db:.1f} dB; share of clips in which was read",
        f"{'attack':<24}{'blind':>7}{'with list':>11}{'second layer':>14}",
    ]
    for name, share in survival.attacks.items():
        lines.append(f"{name:<24}{share.blind:>7.0%}{share.listed:>11.0%}{share.second:>14.0%}")
    return "\n".join(lines)


def deliver(frames: Sequence[Frame], out: Path, fps: float = FPS) -> Path:
    """Encode marked frames as a site would."""
    height, width = frames[0].shape[:2]
    source = ffmpeg.input("pipe:", format="rawvideo", pix_fmt="rgb24", s=f"{width}x{height}", r=fps)
    even = source.filter("crop", "floor(iw/2)*2", "floor(ih/2)*2", 0, 0)
    options = dict(zip((o.lstrip("-") for o in h264(DELIVERY_CRF)[::2]), h264(DELIVERY_CRF)[1::2], strict=True))
    stream = ffmpeg.output(even, f"file:{out}", threads=1, **options).global_args("-v", "error", "-y")
    given = b"".join(frame.tobytes() for frame in frames)
    ffmpeg.run(stream, cmd=imageio_ffmpeg.get_ffmpeg_exe(), input=given, quiet=True)
    return out


def psnr_db(before: Sequence[Frame], after: Sequence[Frame]) -> float:
    """From the mean squared error over all frames, dB."""
    errors = [float(np.mean((a.astype(np.float32) - b) ** 2)) for a, b in zip(before, after, strict=True)]
    return 10 * math.log10(255**2 / max(sum(errors) / len(errors), 1e-12))


def _starts(video: media.Video, clip_s: float) -> list[float]:
    """Where the clips of a file begin; one clip when it is shorter than that, or a still picture."""
    duration = video.duration_s or 0.0
    number = max(1, min(MAX_CLIPS, math.floor(duration / clip_s + 0.05)))
    return [float(start) for start in np.linspace(0.0, max(0.0, duration - clip_s), number)]


def _cut(video: media.Video, start: float, clip_s: float) -> Iterator[Frame]:
    count = round(clip_s * FPS)
    shown = list(media.frames(video, start_s=start, length_s=clip_s, count=count))
    if not shown:
        raise media.no_picture(video.path)
    return iter(shown if video.duration_s else shown * count)


def _deliver(file: Path, start: float, folder: Path, strength: float, clip_s: float) -> Clip:
    cv2.setNumThreads(1)
    name = hashlib.sha256(f"{file.resolve()} {start}".encode()).hexdigest()[:12]
    code = int(name[: CODE_BITS // 4], 16)
    frames = list(_cut(media.probe(file), start, clip_s))
    height, width = frames[0].shape[:2]
    marked = list(Marker(code, KEY, width, height, FPS, strength=strength).mark(frames))
    return Clip(deliver(marked, folder / f"{name}.mp4"), code, psnr_db(frames, marked))


def _issued(own: Sequence[int], codes: Sequence[int]) -> tuple[int, ...]:
    rng = random.Random(SEED)
    return (*own, *codes, *(rng.getrandbits(CODE_BITS) for _ in range(ISSUED)))


def _read(clip: Clip, what: str, issued: tuple[int, ...], folder: Path) -> Reading:
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory(dir=folder) as name:
        copy = attack(clip.path, what, Path(name))
        pieces = look(copy)
    pattern = Pattern(KEY)
    sighting = naming_mark(pieces, pattern, issued)
    if not _names(sighting.mark, clip.code):
        return Reading(what, False, False, False)
    agrees = second_layer(sighting, clip.code, KEY) >= rivagan.MIN_SCORE
    # A list ends a search early; without one it goes on.
    blind = not sighting.mark.listed or _names(naming_mark(pieces, pattern).mark, clip.code)
    return Reading(what, blind, True, agrees)


def _names(mark: Hit | Miss, code: int) -> TypeGuard[Hit]:
    return isinstance(mark, Hit) and mark.code == code


def _share(readings: Sequence[Reading]) -> Share:
    blind, listed, second = (
        round(sum(getattr(reading, part) for reading in readings) / max(1, len(readings)), 4)
        for part in ("blind", "listed", "second")
    )
    return Share(blind, listed, second)


def check_names(names: Sequence[str]) -> None:
    """FileRefused when an attack is unknown."""
    for name in names:
        if name not in ATTACKS:
            raise FileRefused("attack_unknown", f"There is no attack {name!r}.", f"One of: {', '.join(ATTACKS)}.")
