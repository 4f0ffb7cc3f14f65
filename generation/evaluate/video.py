"""Any video as pictures at a constant rate, read through ffmpeg from the opened file and nothing else."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import cv2
import ffmpeg
import numpy as np

from generation.errors import InputRefused
from generation.sound_source import ffmpeg_program
from generation.types import Frame

MOST_SIDE = 1920  # px; larger videos are measured at this size
MOST_FPS = 120.0  # what browsers record often claims 1000 frames per second; nobody talks so fast
MOST_PIXELS = 36_000_000  # of a picture, 8K; a few bytes can claim more than the memory holds
TIME_LIMIT_S = 600  # of processor time; a hostile file may be endless
FIRST_WORDS = 200  # characters of ffmpeg's complaint that a refusal repeats
HEADER = re.compile(rb"^YUV4MPEG2 .*?W(\d+) H(\d+) F(\d+):(\d+)")


@dataclass(frozen=True)
class Video:
    """Pictures to be, taken once."""

    fps: float
    width: int
    height: int
    frames: Iterator[Frame]  # (height, width, 3)


@contextmanager
def opened(path: Path, *, most_side: int = MOST_SIDE, most_fps: float = MOST_FPS) -> Iterator[Video]:
    """Open a video of any container and codec; a varying frame rate is made constant, at most `most_fps`.

    Larger pictures are reduced to `most_side` px. Raises InputRefused with code video_missing or video_unreadable.
    """
    try:
        source = path.open("rb")
    except OSError as fault:
        raise InputRefused(
            "video_missing", f"The video “{path}” could not be read ({fault.strerror}).", "Check its path."
        ) from fault
    with source, tempfile.TemporaryFile() as words:
        process = subprocess.Popen(
            _command(source.fileno(), most_side, most_fps),
            stdout=subprocess.PIPE,
            stderr=words,
            pass_fds=[source.fileno()],
        )
        assert process.stdout is not None
        try:
            head = HEADER.match(process.stdout.readline(1024))
            if head is None:
                process.wait()
                raise _unreadable(path, words)
            width, height, count, seconds = map(int, head.groups())
            yield Video(count / seconds, width, height, _frames(process.stdout, width, height))
        finally:
            process.stdout.close()
            process.kill()
            process.wait()


def _command(descriptor: int, most_side: int, most_fps: float) -> list[str]:
    """Even sides; Rec. 601 at video levels, which is what OpenCV's conversion expects."""
    source = ffmpeg.input("fd:", fd=descriptor, protocol_whitelist="fd,pipe", an=None, max_pixels=MOST_PIXELS)
    shrunk = f"trunc(min(1,{most_side}/max(iw,ih))"
    rate = f"fps=fps='min({most_fps},source_fps)'"
    exact = "flags=bicubic+accurate_rnd+full_chroma_int"  # without, all is two levels too dark
    scale = f"scale=w='{shrunk}*iw/2)*2':h='{shrunk}*ih/2)*2':out_color_matrix=bt601:out_range=tv:{exact},setsar=1"
    node = ffmpeg.output(
        source["v:0"], "pipe:", vf=f"{rate},{scale}", pix_fmt="yuv420p", f="yuv4mpegpipe", strict="-1"
    )
    node = node.global_args("-hide_banner", "-loglevel", "error", "-nostdin", "-timelimit", TIME_LIMIT_S)
    return [str(word) for word in ffmpeg.compile(node, cmd=ffmpeg_program())]


def _frames(stream: IO[bytes], width: int, height: int) -> Iterator[Frame]:
    planes = width * height * 3 // 2
    while stream.readline(1024).startswith(b"FRAME"):
        block = stream.read(planes)
        if len(block) < planes:
            return
        flat = np.frombuffer(block, np.uint8).reshape(height * 3 // 2, width)
        yield np.asarray(cv2.cvtColor(flat, cv2.COLOR_YUV2RGB_I420), np.uint8)


def _unreadable(path: Path, words: IO[bytes]) -> InputRefused:
    words.seek(0)
    said = words.read().decode(errors="replace").strip()[:FIRST_WORDS]
    return InputRefused(
        "video_unreadable",
        f"“{path.name}” holds no video that we can read{f' ({said})' if said else ''}.",
        "Give a video file, such as an MP4.",
    )
