"""`live`: a voice on standard input becomes a talking portrait, or its motion, while it is spoken.

`render --stream` comes here too: it follows its recording instead of hearing all of it first.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from generation.commands import checks, controls, picture
from generation.errors import InputRefused

if TYPE_CHECKING:  # the engine is heavy: `--help` does without
    from generation.types import Controls, FloatArray, Frame, Motion, ProgressCallback, RenderReport

STANDARD = Path("-")  # standard output
DIGITS = 5  # after the point of a coefficient


def register(commands: Any) -> argparse.ArgumentParser:
    """Add the command to the subparsers."""
    live: argparse.ArgumentParser = commands.add_parser("live", help="a voice on stdin talks through a portrait")
    live.set_defaults(command=_live)
    live.add_argument("--portrait", type=Path, help="picture with a face")
    live.add_argument("--out", type=Path, help="the .mp4 to write while the voice is heard; - for stdout")
    live.add_argument("--motion-out", type=Path, metavar="FILE", help="a line of JSON per frame; - for stdout")
    live.add_argument("--fps", type=float, default=25.0, help="frames per second, 24 to 60")
    live.add_argument("--size", type=int, default=512, help="side in px, even, 256 to 1024 (default 512)")
    live.add_argument("--realtime", action="store_true", help="skip pictures rather than fall behind the voice")
    controls.add(live)
    return live


def follows(options: argparse.Namespace) -> bool:
    """Whether `render` can follow its recording: nothing was asked for that needs all of it before the start."""
    knows = (options.transcript, options.captions, options.motion)
    return bool(options.stream and options.audio and not any(knows))


def render(
    options: argparse.Namespace, asked: Controls, shown: dict[str, Any], progress: ProgressCallback
) -> RenderReport:
    """`render --stream`: the first fragment comes after a moment, whatever the recording's length."""
    from generation import motion_file
    from generation.encode import encode
    from generation.label import labelled
    from generation.live import WAITING_BEATS, Ahead, Face, joined, motions
    from generation.peak import peak_rss_mb
    from generation.pipeline import ENGINE, weight_hashes
    from generation.portrait.framing import Shot
    from generation.shelf import Shelf
    from generation.speech.decode import follow
    from generation.types import Progress, RenderReport

    began = time.perf_counter()
    progress(Progress("portrait", 0, 1))
    shot = Shot(shown["size"], shown["whole"], shown["aspect"])
    portrait = checks.read(options.portrait, "portrait_missing", "picture")
    face = Face(portrait, shot, face_index=shown["face_index"], backdrop=shown["backdrop"], shelf=Shelf())
    seconds = {"portrait": time.perf_counter() - began}
    progress(Progress("portrait", 1, 1))
    planned: list[Motion] = []
    blocks = Ahead(motions(follow(options.audio), asked), limit=WAITING_BEATS)
    count = 0

    def frames() -> Iterator[Frame]:
        nonlocal count
        for frame in face.frames(_noted(blocks, planned)):
            progress(Progress("render", count, 0, "frames"))  # how many there will be is not known
            count += 1
            yield frame

    began = time.perf_counter()
    size = (face.width, face.height)
    encode(
        labelled(frames(), *size), recording=options.audio, out=options.out, fps=asked.fps, size=size, stream=True
    )
    seconds["render"] = time.perf_counter() - began
    progress(Progress("encode", 1, 1))
    if options.motion_out:
        whole = planned[0]
        for block in planned[1:]:
            whole = joined(whole, block)
        motion_file.write(whole, options.motion_out)
    return RenderReport(
        frames=count,
        painted=count,
        fps=asked.fps,
        width=face.width,
        height=face.height,
        duration_s=round(count / asked.fps, 3),
        seed=asked.seed,
        engine=ENGINE,
        seconds={stage: round(value, 3) for stage, value in seconds.items()},
        realtime_factor=round(sum(seconds.values()) / (count / asked.fps), 3),
        peak_rss_mb=peak_rss_mb(),
        weights=weight_hashes(),
        speech={"method": "live", "language": "", "synthetic_voice": False, "evidence": {}, "advice": []},
    )


def _noted(blocks: Iterable[Motion], planned: list[Motion]) -> Iterator[Motion]:
    for block in blocks:
        planned.append(block)
        yield block


def _live(options: argparse.Namespace) -> dict[str, object]:
    asked = controls.read(options)
    picture.check_size(options.size)
    if not (options.out or options.motion_out):
        raise InputRefused("usage", "Say where to: --out V.mp4, --motion-out M.jsonl, or - for stdout.")
    if options.out == options.motion_out:
        raise InputRefused("usage", "Video and motion cannot go to the same place.", "Give one of them a name.")
    if bool(options.out) != bool(options.portrait):
        raise InputRefused("usage", "A video needs a portrait, and a motion alone needs none.")
    for place, suffix in ((options.out, ".mp4"), (options.motion_out, ".jsonl")):
        if place and place != STANDARD:
            checks.target(place, suffix, options.portrait)
    portrait = checks.read(options.portrait, "portrait_missing", "picture") if options.portrait else None

    from generation.label import labelled
    from generation.live import WAITING_BEATS, Ahead, Face, falls_behind, motions
    from generation.live_encode import LiveEncoder
    from generation.pcm import pieces
    from generation.portrait.framing import Shot
    from generation.shelf import Shelf
    from generation.types import SAMPLE_RATE

    face = Face(portrait, Shot(options.size, False, None), shelf=Shelf()) if portrait else None
    watch = _Watch(asked.fps)
    with ExitStack() as stack:
        curves = stack.enter_context(_place(options.motion_out)) if options.motion_out else None
        film = stack.enter_context(_place(options.out)) if options.out else None
        encoder = LiveEncoder(film, fps=asked.fps, size=(face.width, face.height)) if film and face else None

        def voice() -> Iterator[FloatArray]:
            for piece in pieces(sys.stdin.buffer):
                watch.heard(len(piece) / SAMPLE_RATE)
                if encoder:
                    encoder.hear(piece)
                yield piece
            if encoder:
                encoder.say_no_more()

        blocks = Ahead(motions(voice(), asked), limit=0 if options.realtime else WAITING_BEATS)
        told: Iterable[Motion] = _told(blocks, curves) if curves else blocks
        if encoder and face:
            late = falls_behind(blocks) if options.realtime else lambda: False
            frames = labelled(face.frames(told, late=late), face.width, face.height)
            encoder.show(watch.timed(frames))
        else:
            for block in told:
                watch.shown(len(block))
    report = watch.report() | {"seed": asked.seed, "skipped": face.skipped if face else 0}
    if not options.realtime:
        report.pop("latency_s")  # of a voice that comes as fast as it is taken it would say nothing
    return report


class _Watch:
    """How long after a moment of the voice had come its frame was handed on."""

    def __init__(self, fps: float) -> None:
        self._fps, self._frames, self._seconds, self._began = fps, 0, 0.0, 0.0
        self._late: list[float] = []

    def heard(self, seconds: float) -> None:
        """So much more of the voice has come."""
        self._began = self._began or time.monotonic() - seconds
        self._seconds += seconds

    def shown(self, frames: int) -> None:
        """So many more frames are handed on."""
        for _ in range(frames):
            self._late.append(time.monotonic() - self._began - self._frames / self._fps)
            self._frames += 1

    def timed(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """The same frames."""
        for frame in frames:
            self.shown(1)
            yield frame

    def report(self) -> dict[str, object]:
        """Numbers for the answer."""
        cpu_s = sum(os.times()[:4])
        ordered = sorted(self._late) or [0.0]
        return {
            "frames": self._frames,
            "fps": self._fps,
            "duration_s": round(self._seconds, 3),
            "cpu_per_second": round(cpu_s / max(self._seconds, 1e-3), 2),
            "latency_s": {
                "median": round(ordered[len(ordered) // 2], 3),
                "p95": round(ordered[int(0.95 * (len(ordered) - 1))], 3),
            },
        }


def _told(blocks: Iterable[Motion], out: BinaryIO) -> Iterator[Motion]:
    """The same motion, each frame also written as a line; the first line names channels and rate."""
    import numpy as np

    from generation.types import CHANNELS

    number = 0
    for block in blocks:
        if not number:
            out.write(json.dumps({"fps": block.fps, "channels": CHANNELS}).encode() + b"\n")
        for row in range(len(block)):
            line = {
                "frame": number,
                "coefficients": np.round(block.coefficients[row].astype(float), DIGITS).tolist(),
                "head": np.round(block.head[row].astype(float), DIGITS).tolist(),
                "gaze": np.round(block.gaze[row].astype(float), DIGITS).tolist(),
                "breath": round(float(block.breath[row]), DIGITS),
            }
            out.write(json.dumps(line).encode() + b"\n")
            number += 1
        out.flush()
        yield block


@contextmanager
def _place(place: Path) -> Iterator[BinaryIO]:
    """The file to write; for standard output, what would be printed there goes to stderr from now on."""
    if place == STANDARD:
        taken = sys.stdout.buffer
        sys.stdout = sys.stderr
        yield taken
        return
    with place.open("wb") as stream:
        yield stream
