"""Frames and a recording → a video, streamed through ffmpeg; the name's ending chooses the format.

.mp4 is H.264 and AAC; .webm is VP9 and Opus; .mov is ProRes and PCM. The last two can hold transparency.
"""

from __future__ import annotations

import errno
import subprocess
import tempfile
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import IO
from uuid import uuid4

import ffmpeg
import numpy as np

from generation.errors import GenerationError, InputRefused, MissingOnMachine
from generation.peak import note_child
from generation.sound_source import ffmpeg_program, sound
from generation.types import Frame

QUALITY = 19  # x264's CRF; below 20 the grain of the marks and of skin survives (measured)
KEYFRAME_S = (
    2.0  # between two frames that need no other: films are joined and seeked there; +5 % of bytes (measured)
)
PRESET = "veryfast"  # 8.4 ms CPU per 512² frame; medium costs 21 ms (measured)
AUDIO_BITRATE = "160k"
FRAGMENT_S = 0.2  # length of a fragment when streaming
KEYFRAME_WHEN_STREAMED_S = 0.5  # from one keyframe to the next, so that players can join and seek
TO_REC_709 = (
    "scale=in_range=pc:out_range=tv:out_color_matrix=bt709:flags=accurate_rnd,format={pixels},"
    "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"
)
TRANSPARENT = (".webm", ".mov")
H264: dict[str, object] = {
    "vcodec": "libx264",
    "preset": PRESET,
    "crf": QUALITY,
    "acodec": "aac",
    "audio_bitrate": AUDIO_BITRATE,
    "f": "mp4",
}
VP9: dict[str, object] = {
    "vcodec": "libvpx-vp9",
    "crf": 24,
    "video_bitrate": 0,
    "deadline": "realtime",
    "cpu-used": 6,
    "row-mt": 1,
    "auto-alt-ref": 0,  # libvpx has no alternate reference frames with transparency
    "acodec": "libopus",
    "audio_bitrate": "128k",
    "f": "webm",
}
PRORES: dict[str, object] = {
    "vcodec": "prores_ks",
    "vendor": "apl0",
    "alpha_bits": 8,
    "acodec": "pcm_s16le",
    "f": "mov",
}
DISK_FULL = ("No space left on device", "Disk quota exceeded")
FIRST_WORDS = 300  # characters of ffmpeg's own message that an error repeats; its first line holds the cause


def encode(
    frames: Iterable[Frame],
    *,
    recording: Path | None,
    out: Path,
    fps: float,
    size: tuple[int, int],
    stream: bool = False,
    transparent: bool = False,
) -> None:
    """Write `out` from (h, w, 3) frames and the first sound track of `recording`, or a silent piece of a film.

    `size` is (width, height), both even. With `transparent`, for which the name ends in one of TRANSPARENT, frames
    are (h, w, 4), colours not multiplied by the opacity. The file appears under its name only when it is whole; on
    any exception, also one raised by `frames`, ffmpeg is stopped and nothing remains. With `stream` an .mp4 is
    written in place in fragments that can be watched while it grows. Raises GenerationError with codes disk_full,
    encode_failed.
    """
    unfinished = out if stream else out.with_name(f".{out.stem[:80]}-{uuid4().hex}{out.suffix}")
    with recording.open("rb") if recording else nullcontext() as voice, tempfile.TemporaryFile() as words:
        heard = [voice.fileno()] if voice else []
        command = _command(heard, unfinished, fps, size, stream, transparent)
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=words,
                pass_fds=heard,
            )
        except OSError as fault:
            raise MissingOnMachine(
                "ffmpeg_missing", "The program ffmpeg could not be started.", "Run `pip install imageio-ffmpeg`."
            ) from fault
        try:
            _feed(process, frames, (size[1], size[0], 4 if transparent else 3))
            if process.wait() != 0:
                raise failure(words)
            unfinished.replace(out)
        except BrokenPipeError:
            process.wait()
            raise failure(words) from None
        finally:
            _stop(process)
            if not stream or process.returncode != 0:
                unfinished.unlink(missing_ok=True)


def _command(
    heard: list[int], target: Path, fps: float, size: tuple[int, int], stream: bool, transparent: bool
) -> list[str]:
    """The ffmpeg command line; the target is a file: address, so that no name is read as an option or protocol."""
    given = "rgba" if transparent else "rgb24"
    picture = ffmpeg.input("pipe:", format="rawvideo", pix_fmt=given, video_size=size, framerate=fps)
    form = _format(target.suffix.lower(), fps, stream, transparent)
    node = ffmpeg.output(
        picture["v:0"], *map(sound, heard), f"file:{target.resolve()}", map_metadata=-1, map_chapters=-1, **form
    )
    node = node.global_args("-hide_banner", "-loglevel", "error", "-nostats").overwrite_output()
    return [str(word) for word in ffmpeg.compile(node, cmd=ffmpeg_program())]


def _format(ending: str, fps: float, stream: bool, transparent: bool) -> dict[str, object]:
    """ffmpeg's options for a name's ending."""
    if ending == ".webm":
        pixels = "yuva420p" if transparent else "yuv420p"
        told: dict[str, object] = {"metadata:s:v:0": "alpha_mode=1"} if transparent else {}
        return VP9 | told | {"vf": TO_REC_709.format(pixels=pixels)}
    if ending == ".mov":
        pixels, profile = ("yuva444p10le", 4444) if transparent else ("yuv422p10le", "hq")
        return PRORES | {"profile:v": profile, "vf": TO_REC_709.format(pixels=pixels)}
    if stream:
        return stream_options(fps, FRAGMENT_S)
    form = {"movflags": "faststart", "g": keyframe_distance(fps), "sc_threshold": 0}
    return H264 | form | {"vf": TO_REC_709.format(pixels="yuv420p")}


def stream_options(fps: float, fragment_s: float) -> dict[str, object]:
    """ffmpeg's options for an .mp4 in fragments of that length, each written as soon as it is full."""
    return H264 | {
        "vf": TO_REC_709.format(pixels="yuv420p"),
        "movflags": "empty_moov+default_base_moof",
        "frag_duration": round(fragment_s * 1e6),
        "tune": "zerolatency",
        "g": max(1, round(KEYFRAME_WHEN_STREAMED_S * fps)),
        "flush_packets": 1,
    }


def keyframe_distance(fps: float) -> int:
    """Frames from one keyframe of an .mp4 to the next; no frame needs another one beyond a keyframe."""
    return max(1, round(KEYFRAME_S * fps))


def _feed(process: subprocess.Popen[bytes], frames: Iterable[Frame], shape: tuple[int, int, int]) -> None:
    assert process.stdin is not None
    count = 0
    for frame in frames:
        if frame.shape != shape or frame.dtype != np.uint8:
            raise ValueError(f"frame {count} is {frame.dtype} {frame.shape}, not uint8 {shape}")
        process.stdin.write(np.ascontiguousarray(frame).data)
        count += 1
    if count == 0:
        raise InputRefused(
            "no_frames", "There is nothing to encode: no frame was made.", "Give a longer recording."
        )
    note_child(process.pid)
    process.stdin.close()


def failure(words: IO[bytes]) -> GenerationError:
    """What ffmpeg's last words come to."""
    words.seek(0)
    said = words.read().decode(errors="replace").strip()
    if any(sign in said for sign in DISK_FULL):
        return disk_full()
    return GenerationError(
        "encode_failed",
        f"The video could not be encoded: {said[:FIRST_WORDS] or 'ffmpeg gave no reason'}.",
        "Try again; if it happens twice, please report it. Your picture and recording are safe.",
    )


def disk_full() -> GenerationError:
    """The file system has no room for the video."""
    return GenerationError(
        "disk_full",
        "The disk is full, so the video could not be written.",
        "Free some space and try again. The unfinished file was removed; your picture and recording are safe.",
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End ffmpeg if it still runs, and close its pipe whatever is left in it."""
    if process.poll() is None:
        process.kill()
        process.wait()
    try:
        if process.stdin:
            process.stdin.close()
    except OSError as fault:
        if fault.errno != errno.EPIPE:
            raise
