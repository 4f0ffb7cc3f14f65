"""Any container and codec that ffmpeg reads → samples, within limits of size, length and time."""

from __future__ import annotations

import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np

from generation.errors import GenerationError, RecordingRefused
from generation.sound_source import ffmpeg_program, sound
from generation.types import SAMPLE_RATE, FloatArray

MIN_SECONDS = 1.1  # one second and the padding that codecs add; less holds no phrase to move a face to
MAX_SECONDS = 3600.0  # when the caller sets no quota: keeps the samples below 230 MB
MAX_BYTES = 2 << 30  # a phone's video of half an hour
SILENT_BELOW = 10 ** (-60 / 20)  # of full scale; below the noise of any microphone in use
LOUD_SHARE = 0.005  # of the samples may be clicks in an otherwise silent recording
USUAL_RATES = "48000|44100|32000|24000|22050|16000"  # Hz, that browsers and the AAC encoder take
TIME_LIMIT_S = 120  # of processor time for one pass of ffmpeg; an hour of AAC takes about 15 s
_OUT_OF_TIME = (255, -signal.SIGXCPU, -signal.SIGKILL)  # how ffmpeg ends at its -timelimit
_FORBIDDEN = "Operation not permitted"  # the other reason for 255: a playlist that wants to open a file
STANDARD_INPUT = 0  # the descriptor that ffmpeg reads the recording from
_PIPE_BYTES = 1 << 16
_BYTES_PER_SAMPLE = 4

SAFE = "Everything else you uploaded is kept."

# First bytes of the usual containers, with their offset: tells a damaged recording from no recording at all.
_MAGIC = (
    (0, b"RIFF"), (0, b"RF64"), (0, b"OggS"), (0, b"fLaC"), (0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3"),
    (0, b"\xff\xf1"), (0, b"\xff\xf9"), (4, b"ftyp"), (4, b"moov"), (4, b"mdat"), (0, b"\x1aE\xdf\xa3"),
    (0, b"FORM"), (0, b"caff"), (0, b"#!AMR"), (0, b"0&\xb2u"), (0, b"FLV"), (0, b"MThd"),
)  # fmt: skip


@dataclass(frozen=True)
class Sound:
    """The sound of a recording as the listener needs it."""

    samples: FloatArray  # (n,) mono, 16 kHz, −1..1
    damaged: bool  # the decoder complained on the way; what it could read is here

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / SAMPLE_RATE


def read(recording: Path, *, max_seconds: float = MAX_SECONDS) -> Sound:
    """Decode the first sound track of a recording or video to 16 kHz mono.

    Raises RecordingRefused with code empty, too_large, not_media, no_audio, corrupt, too_short, too_long,
    silence or too_slow, and FileNotFoundError when there is no such file.
    """
    _check_size(recording)
    samples, complaints = _decode(recording, max_seconds)
    seconds = len(samples) / SAMPLE_RATE
    if not len(samples):
        raise _unreadable(recording, complaints)
    if seconds < MIN_SECONDS:
        raise _corrupt() if complaints else _too_short(seconds)
    if seconds > max_seconds:
        raise _too_long(max_seconds)
    if _loud_share(samples) < LOUD_SHARE:
        raise RecordingRefused(
            "silence",
            "This recording is silent from beginning to end.",
            f"Check that the microphone was on and choose another recording. {SAFE}",
        )
    return Sound(samples, damaged=bool(complaints))


def follow(recording: Path, *, max_seconds: float = MAX_SECONDS) -> Iterator[FloatArray]:
    """The sound of a recording as `read` has it, in pieces of a quarter of a second, as soon as ffmpeg has them.

    Raises RecordingRefused as `read` does, but for silence, which is known at the end only.
    """
    _check_size(recording)
    target = sound(STANDARD_INPUT).output("pipe:1", vn=None, ac=1, ar=SAMPLE_RATE, format="f32le", flush_packets=1)
    samples = 0
    with _ffmpeg(recording, target) as run:
        while block := run.output.read(SAMPLE_RATE):
            piece = np.frombuffer(block[: len(block) - len(block) % _BYTES_PER_SAMPLE], dtype="<f4")
            samples += len(piece)
            if samples > max_seconds * SAMPLE_RATE:
                raise _too_long(max_seconds)
            yield np.clip(np.nan_to_num(piece), -1.0, 1.0)
    if not samples:
        raise _unreadable(recording, run.complaints)


def write_flac(recording: Path, out: Path) -> None:
    """Re-encode the first sound track to a FLAC that carries sound and nothing else.

    Mono or stereo, 16 bit, at the recording's own rate where that is a usual one, else at 48 kHz; no tags,
    pictures, chapters or encoder names. The same gap filling as in `read` keeps the two in step; call `read`
    first, for its refusals. Raises GenerationError with code write_failed, and then leaves nothing at `out`.
    """
    allowed = {"sample_rates": USUAL_RATES, "channel_layouts": "mono|stereo", "sample_fmts": "s16"}
    plain = {"map_metadata": -1, "map_chapters": -1, "fflags": "+bitexact", "flags:a": "+bitexact"}
    chain = sound(STANDARD_INPUT).filter("aformat", **allowed)
    target = chain.output(f"file:{out.absolute()}", vn=None, acodec="flac", format="flac", **plain)
    with _ffmpeg(recording, target) as run:
        pass
    if run.status != 0:
        out.unlink(missing_ok=True)
        raise GenerationError(
            "write_failed",
            "The clean copy of this recording could not be written.",
            f"Make room on the disk and try again. {SAFE}",
        )


def _loud_share(samples: FloatArray) -> float:
    """Share of the samples that any microphone would tell from silence."""
    parts = range(0, len(samples), SAMPLE_RATE * 10)
    loud = (np.count_nonzero(np.abs(samples[k : k + SAMPLE_RATE * 10]) >= SILENT_BELOW) for k in parts)
    return sum(loud) / len(samples)


# ---- ffmpeg ------------------------------------------------------------------------------------------------


def _decode(recording: Path, max_seconds: float) -> tuple[FloatArray, list[str]]:
    """Samples until the end, or just beyond `max_seconds`, and the lines in which ffmpeg complained."""
    limit = (int(max_seconds * SAMPLE_RATE) + SAMPLE_RATE) * _BYTES_PER_SAMPLE
    target = sound(STANDARD_INPUT).output("pipe:1", vn=None, ac=1, ar=SAMPLE_RATE, format="f32le")
    heard = bytearray()
    with _ffmpeg(recording, target) as run:
        while len(heard) < limit and (block := run.output.read(_PIPE_BYTES)):
            heard += block
    del heard[len(heard) - len(heard) % _BYTES_PER_SAMPLE :]
    samples = np.frombuffer(heard, dtype="<f4")  # in place: an hour must not lie here twice
    np.nan_to_num(samples, copy=False)
    return np.clip(samples, -1.0, 1.0, out=samples), run.complaints


@dataclass
class _Run:
    """One run of ffmpeg."""

    output: IO[bytes]
    status: int = 0  # its exit status, once it has ended
    complaints: list[str] = field(default_factory=list)  # the lines in which it complained, once it has ended


@contextmanager
def _ffmpeg(recording: Path, target: Any) -> Iterator[_Run]:
    """Run ffmpeg on the opened file, for as long as the caller reads its output."""
    options = ("-nostdin", "-nostats", "-y", "-v", "error", "-max_error_rate", "1", "-timelimit", str(TIME_LIMIT_S))
    command = target.global_args(*options).compile(cmd=ffmpeg_program())
    with recording.open("rb") as source, tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdin=source, stdout=subprocess.PIPE, stderr=log)
        assert process.stdout is not None
        run = _Run(process.stdout)
        try:
            yield run
            enough = bool(run.output.read(1))
            run.status = 0 if enough else process.wait()
        finally:
            process.kill()  # where the reader has enough, or failed
            process.wait()
            run.output.close()
        log.seek(0)
        run.complaints += log.read(_PIPE_BYTES).decode(errors="replace").splitlines()
    if run.status in _OUT_OF_TIME and not any(_FORBIDDEN in line for line in run.complaints):
        raise _too_slow()


# ---- refusals ----------------------------------------------------------------------------------------------


def _check_size(recording: Path) -> None:
    size = recording.stat().st_size
    if size == 0:
        raise RecordingRefused("empty", "This file is empty.", f"Choose the recording again. {SAFE}")
    if size > MAX_BYTES:
        raise RecordingRefused(
            "too_large",
            f"This file is larger than {MAX_BYTES >> 30} GB.",
            f"Save the sound alone, as MP3 or M4A, and upload that. {SAFE}",
        )


def _unreadable(recording: Path, complaints: list[str]) -> RecordingRefused:
    if any("matches no streams" in line for line in complaints):
        return RecordingRefused(
            "no_audio",
            "There is no sound in this file.",
            f"Choose a recording, or a video that has sound. {SAFE}",
        )
    if not complaints:
        return RecordingRefused(
            "empty", "This recording has no length.", f"Record it again or choose another. {SAFE}"
        )
    with recording.open("rb") as stream:
        head = stream.read(16)
    return _corrupt() if any(head[at:].startswith(magic) for at, magic in _MAGIC) else _not_media()


def _corrupt() -> RecordingRefused:
    return RecordingRefused(
        "corrupt",
        "This recording is damaged and could not be read.",
        f"Copy it again from where it was made, or save it as MP3, M4A or WAV. {SAFE}",
    )


def _not_media() -> RecordingRefused:
    return RecordingRefused(
        "not_media",
        "This file is neither a recording nor a video.",
        f"Choose a sound file such as MP3, M4A, WAV or OGG, or a video. {SAFE}",
    )


def _too_slow() -> RecordingRefused:
    return RecordingRefused(
        "too_slow",
        "This file took too long to read.",
        f"Save its sound as MP3, M4A or WAV and upload that. {SAFE}",
    )


def _too_short(seconds: float) -> RecordingRefused:
    return RecordingRefused(
        "too_short",
        f"This recording lasts only {seconds:.1f} seconds.",
        f"Choose one of at least two seconds, so that there is something to say. {SAFE}",
    )


def _too_long(max_seconds: float) -> RecordingRefused:
    return RecordingRefused(
        "too_long",
        f"This recording is longer than the {_length(max_seconds)} allowed here.",
        f"Cut it, or choose a shorter one. {SAFE}",
    )


def _length(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} seconds"
    return f"{minutes} min {rest} s" if rest else f"{minutes} minute{'s' if minutes > 1 else ''}"
