"""Silent pieces of a film and its recording → the film. No frame is encoded again, the sound once as a whole."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import ffmpeg

from generation.encode import AUDIO_BITRATE, failure
from generation.errors import GenerationError
from generation.sound_source import ffmpeg_program, sound

HEAD_BYTES = 1 << 20  # within which the index of a film begins


def join(pieces: Sequence[Path], *, recording: Path, out: Path, frames: int) -> None:
    """Write the .mp4 `out` from pieces that `encode` wrote without sound, in order; it then has `frames` frames.

    The file appears under its name only when it is whole. Raises GenerationError with codes pieces_differ,
    disk_full, encode_failed.
    """
    if len({form(piece) for piece in pieces}) != 1:
        raise _differ("they were encoded in different ways")
    unfinished = out.with_name(f".{out.stem[:80]}-{uuid4().hex}{out.suffix}")
    try:
        with (
            tempfile.NamedTemporaryFile("w", suffix=".txt") as order,
            recording.open("rb") as voice,
            tempfile.TemporaryFile() as words,
        ):
            order.writelines(f"file '{_quoted(piece)}'\n" for piece in pieces)
            order.flush()
            picture = ffmpeg.input(order.name, format="concat", safe=0, protocol_whitelist="file")
            node = ffmpeg.output(
                picture["v:0"],
                sound(voice.fileno()),
                f"file:{unfinished.resolve()}",
                vcodec="copy",
                acodec="aac",
                audio_bitrate=AUDIO_BITRATE,
                map_metadata=-1,
                map_chapters=-1,
                movflags="faststart",
                f="mp4",
            ).global_args("-hide_banner", "-loglevel", "error", "-nostats")
            command = [str(word) for word in ffmpeg.compile(node, cmd=ffmpeg_program())]
            if subprocess.run(
                command, stdin=subprocess.DEVNULL, stderr=words, pass_fds=[voice.fileno()], check=False
            ).returncode:
                raise failure(words)
        if (count := frame_count(unfinished)) != frames:
            raise _differ(f"they have {count} frames together and not {frames}")
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)


def frame_count(film: Path) -> int:
    """How many pictures a film holds."""
    node = ffmpeg.output(ffmpeg.input(f"file:{film.resolve()}")["v:0"], "pipe:", vcodec="copy", f="null")
    node = node.global_args("-hide_banner", "-loglevel", "error", "-progress", "pipe:1")
    command = [str(word) for word in ffmpeg.compile(node, cmd=ffmpeg_program())]
    told = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False).stdout
    return int((re.findall(r"^frame=(\d+)$", told, re.MULTILINE) or ["0"])[-1])


def form(film: Path) -> bytes:
    """What pieces of one film have in common: the box avcC, with profile, size, rate and all else a decoder needs.

    ISO/IEC 14496-15, 5.3.3. It stands at the front of what `encode` writes.
    """
    with film.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    name = head.find(b"avcC")
    return head[name : name + int.from_bytes(head[name - 4 : name]) - 4] if name >= 4 else b""


def _quoted(piece: Path) -> str:
    return str(piece.resolve()).replace("'", "'\\''")


def _differ(why: str) -> GenerationError:
    return GenerationError(
        "pieces_differ",
        f"The pieces of this film do not fit together: {why}.",
        "Make the film again. Your picture and recording are safe.",
    )
