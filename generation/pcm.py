"""A voice that comes through a pipe: raw samples, or a WAV file that is still being written."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from generation.errors import RecordingRefused
from generation.types import SAMPLE_RATE, FloatArray

PIECE_BYTES = 2560  # one beat; less is taken where less has come
FULL_SCALE = 32768
WANTED = (1, 1, SAMPLE_RATE, 16)  # format PCM, channels, Hz, bits: WAVE's fmt chunk
LONGEST_CHUNK = 1 << 16  # bytes of a chunk before the samples


def pieces(stream: BinaryIO) -> Iterator[FloatArray]:
    """(n,) samples −1..1 as they come: 16-bit little-endian mono at 16 kHz, after a WAV header or without one.

    Raises RecordingRefused with codes pcm_format, empty.
    """
    start = stream.read(4)
    if start == b"RIFF":
        _skip_header(stream)
        start = b""
    rest, count = start, 0
    while got := _some(stream):
        whole = rest + got
        usable = len(whole) - len(whole) % 2
        rest, count = whole[usable:], count + usable
        yield np.frombuffer(whole[:usable], "<i2").astype(np.float32) / np.float32(FULL_SCALE)
    if not count:
        raise RecordingRefused("empty", "No sound came.", "Send 16-bit mono at 16 kHz, raw or as WAV.")


def _some(stream: BinaryIO) -> bytes:
    """What has come, without waiting until there is more."""
    reader = getattr(stream, "read1", stream.read)
    return bytes(reader(PIECE_BYTES))


def _skip_header(stream: BinaryIO) -> None:
    """Go to the first sample of a WAV file whose first four bytes are read."""
    stream.read(8)
    while len(head := stream.read(8)) == 8:
        name, length = struct.unpack("<4sI", head)
        if name == b"data":
            return
        if length > LONGEST_CHUNK:
            break
        chunk = stream.read(length + length % 2)
        if name == b"fmt ":
            kind, channels, rate, _, _, bits = struct.unpack("<HHIIHH", chunk[:16])
            if (kind, channels, rate, bits) != WANTED:
                raise RecordingRefused(
                    "pcm_format",
                    f"This sound has {channels} channels at {rate} Hz with {bits} bits.",
                    "Send 16-bit mono at 16 kHz: ffmpeg -i … -ac 1 -ar 16000 -f s16le -",
                )
    raise RecordingRefused("pcm_format", "This WAV has no samples.", "Send 16-bit mono at 16 kHz, raw or as WAV.")
