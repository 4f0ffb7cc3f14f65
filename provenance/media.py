"""Reading frames from a file that may be hostile.

ffmpeg runs as a separate process that may open only this one local file, only as a media container, with bounds on
picture size, memory and time. Playlists (HLS, DASH, concat), which can point elsewhere, are not containers here.
"""

from __future__ import annotations

import os
import re
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import ffmpeg
import imageio_ffmpeg
import numpy as np

from .errors import FileRefused
from .watermark.embed import Frame

CONTAINERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,h264,hevc,flv,live_flv,ogg,asf,gif,"
    "apng,png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,tiff_pipe,ivf,yuv4mpegpipe"
)
MAX_PIXELS = 8192 * 4320  # of one coded picture
MAX_ALLOCATION = 512 << 20  # bytes that ffmpeg may take in one piece
QUIETLY = ("-nostdin", "-loglevel", "error", "-max_alloc", str(MAX_ALLOCATION))
MAX_SIDE = 1280  # px, larger pictures are reduced; a 512-px original enlarged 2.5 times still reads
PROBE_SECONDS, READ_SECONDS = 20.0, 60.0  # wall clock
MAX_HEADER = 64  # bytes of one PPM header
STILL_S = 0.1  # seconds; what claims to be shorter is a still picture
JPEG = b"\xff\xd8\xff"  # first bytes; left alone, ffmpeg takes a JPEG's name for a pattern of file names


@dataclass(frozen=True)
class Video:
    """What the container says; duration_s is None for still pictures and where it says nothing (raw streams)."""

    path: Path
    duration_s: float | None
    width: int = 0  # px, 0 where the container does not say
    height: int = 0
    fps: float = 0.0
    sound: bool = False


def probe(path: Path) -> Video:
    """Open the file and find its picture; FileRefused when there is none to examine."""
    if not path.is_file():
        raise FileRefused("file_missing", f"There is no file {path}.", "Check the name; nothing was changed.")
    if path.stat().st_size == 0:
        raise FileRefused("file_empty", f"{path.name} is empty.", "Get the file again; nothing was changed.")
    if not os.access(path, os.R_OK):
        raise FileRefused(
            "file_unreadable", f"{path.name} may not be read by this user.", "Change its mode; nothing was changed."
        )
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", *_guards(path), "-i", _url(path)]
    try:
        said = subprocess.run(command, capture_output=True, timeout=PROBE_SECONDS, check=False).stderr
    except subprocess.TimeoutExpired as error:
        raise _too_slow(path) from error
    text = said.decode("utf-8", "replace")
    picture = re.search(r"^\s*Stream #.*: Video: (.*)", text, re.MULTILINE)
    if picture is None:
        raise no_picture(path)
    size = re.search(r", (\d+)x(\d+)", picture[1])
    width, height = (int(side) for side in size.groups()) if size else (0, 0)
    pace = re.search(r", ([\d.]+) fps", picture[1])
    sound = re.search(r"^\s*Stream #.*: Audio: ", text, re.MULTILINE) is not None
    return Video(path, _duration_s(text), width, height, float(pace[1]) if pace else 0.0, sound)


def _duration_s(text: str) -> float | None:
    match = re.search(r"Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)", text)
    if match is None:
        return None
    hours, minutes, seconds = match.groups()
    duration = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    return duration if duration >= STILL_S else None


def frames(video: Video, *, start_s: float, length_s: float, count: int) -> Iterator[Frame]:
    """At most `count` RGB frames, evenly over the stretch; FileRefused when it takes longer than READ_SECONDS."""
    source = ffmpeg.input(_url(video.path), ss=start_s, t=length_s, **_guard_options(video.path))
    shown = source.video.filter("fps", fps=count / length_s) if video.duration_s else source.video
    shown = shown.filter(
        "scale", w=f"min({MAX_SIDE},iw)", h=f"min({MAX_SIDE},ih)", force_original_aspect_ratio="decrease"
    )
    stream = ffmpeg.output(
        shown, "pipe:1", format="image2pipe", vcodec="ppm", pix_fmt="rgb24", **{"frames:v": count}
    ).global_args(*QUIETLY)
    process = subprocess.Popen(
        ffmpeg.compile(stream, cmd=imageio_ffmpeg.get_ffmpeg_exe()),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    expired = threading.Event()

    def give_up() -> None:
        expired.set()
        process.kill()

    timer = threading.Timer(READ_SECONDS, give_up)
    timer.start()
    try:
        assert process.stdout is not None
        yield from _pictures(process.stdout)
        if expired.is_set():
            raise _too_slow(video.path)
    finally:
        timer.cancel()
        process.kill()
        process.communicate()


def chromaprint(path: Path, *, start_s: float = 0.0, length_s: float | None = None) -> bytes:
    """The raw audio fingerprint of a stretch, little-endian 32-bit words; empty when there is no sound to hear."""
    stretch = {"ss": start_s} | ({} if length_s is None else {"t": length_s})
    source = ffmpeg.input(_url(path), **stretch, **_guard_options(path))
    stream = ffmpeg.output(source.audio, "pipe:1", format="chromaprint", fp_format="raw").global_args(*QUIETLY)
    command = ffmpeg.compile(stream, cmd=imageio_ffmpeg.get_ffmpeg_exe())
    try:
        return subprocess.run(command, capture_output=True, timeout=READ_SECONDS, check=False).stdout
    except subprocess.TimeoutExpired as error:
        raise _too_slow(path) from error


def _pictures(pipe: IO[bytes]) -> Iterator[Frame]:
    """Binary PPM pictures one after the other; a torn last one is dropped."""
    while True:
        header = [pipe.readline(MAX_HEADER) for _ in range(3)]  # P6, width height, 255
        if header[0] != b"P6\n":
            return
        width, height = (int(number) for number in header[1].split())
        data = pipe.read(width * height * 3)
        if len(data) < width * height * 3:
            return
        yield np.frombuffer(data, np.uint8).reshape(height, width, 3)


def _url(path: Path) -> str:
    """An explicit local file, whatever its name looks like ("-", "http:…", "concat:…")."""
    return f"file:{path.resolve()}"


def _guard_options(path: Path) -> dict[str, str | int]:
    with path.open("rb") as file:
        forced = {"f": "jpeg_pipe"} if file.read(len(JPEG)) == JPEG else {}
    return {
        **forced,
        "protocol_whitelist": "file",
        "format_whitelist": CONTAINERS,
        "max_pixels": MAX_PIXELS,
        "threads": 1,
    }


def _guards(path: Path) -> list[str]:
    return [part for name, value in _guard_options(path).items() for part in (f"-{name}", str(value))]


def no_picture(path: Path) -> FileRefused:
    """The refusal of a file in which nothing can be seen."""
    return FileRefused(
        "no_picture",
        f"{path.name} has no picture that can be read.",
        "Give a video or picture in a common format (MP4, MOV, WebM, MKV, AVI, PNG, JPEG); nothing was changed.",
    )


def _too_slow(path: Path) -> FileRefused:
    return FileRefused(
        "file_too_slow",
        f"{path.name} takes too long to decode and was given up.",
        "Re-encode it as an ordinary MP4 and try again; nothing was changed.",
    )
