"""Frames and a voice that both come as they are made → fragmented MP4 that can be watched at once."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import BinaryIO

import ffmpeg
import numpy as np

from generation.encode import failure, stream_options
from generation.errors import MissingOnMachine
from generation.peak import note_child
from generation.sound_source import ffmpeg_program
from generation.types import SAMPLE_RATE, FloatArray, Frame

FULL_SCALE = 32767
LIVE_FRAGMENT_S = 0.1


class LiveEncoder:
    """ffmpeg at work; `hear` every piece of the voice, `say_no_more` at its end, and `show` the frames."""

    def __init__(self, out: BinaryIO, *, fps: float, size: tuple[int, int]) -> None:
        """Write to `out`, which need not be seekable; `size` is (width, height), both even."""
        self._voice: SimpleQueue[bytes | None] = SimpleQueue()
        self._words = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the process
        heard, told = os.pipe()
        try:
            self._process = subprocess.Popen(
                _command(heard, fps, size), stdin=subprocess.PIPE, stdout=out, stderr=self._words, pass_fds=[heard]
            )
        except OSError as fault:
            os.close(told)
            raise MissingOnMachine(
                "ffmpeg_missing", "The program ffmpeg could not be started.", "Run `pip install imageio-ffmpeg`."
            ) from fault
        finally:
            os.close(heard)
        self._teller = Thread(target=self._tell, args=(told,), daemon=True, name="voice")
        self._teller.start()

    def hear(self, samples: FloatArray) -> None:
        """(n,) further samples of the voice, 16 kHz, −1..1."""
        self._voice.put((samples * FULL_SCALE).astype("<i2").tobytes())

    def say_no_more(self) -> None:
        """The voice has ended."""
        self._voice.put(None)

    def show(self, frames: Iterable[Frame]) -> int:
        """Take all frames, (h, w, 3), and finish the file. How many there were.

        Raises GenerationError with codes disk_full and encode_failed, and whatever `frames` raises.
        """
        assert self._process.stdin is not None
        count = 0
        try:
            for frame in frames:
                self._process.stdin.write(np.ascontiguousarray(frame).data)
                self._process.stdin.flush()
                count += 1
            note_child(self._process.pid)
            self._process.stdin.close()
            if self._process.wait() != 0:
                raise failure(self._words)
        except BrokenPipeError:
            self._process.wait()
            raise failure(self._words) from None
        finally:
            self._stop()
        return count

    def _tell(self, pipe: int) -> None:
        """Give the voice to ffmpeg as it takes it, apart from the frames: it reads the two in turns of its own."""
        with suppress(BrokenPipeError), os.fdopen(pipe, "wb", buffering=0) as stream:
            while (piece := self._voice.get()) is not None:
                stream.write(piece)

    def _stop(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self.say_no_more()
        self._teller.join()
        with suppress(BrokenPipeError):
            if self._process.stdin:
                self._process.stdin.close()
        self._words.close()


def _command(voice: int, fps: float, size: tuple[int, int]) -> list[str]:
    at_once = {"probesize": 32, "analyzeduration": 0}
    picture = ffmpeg.input("pipe:0", format="rawvideo", pix_fmt="rgb24", video_size=size, framerate=fps, **at_once)
    sound = ffmpeg.input(f"pipe:{voice}", format="s16le", ar=SAMPLE_RATE, ac=1, **at_once)
    form = stream_options(fps, LIVE_FRAGMENT_S)
    node = ffmpeg.output(picture["v:0"], sound["a:0"], "pipe:1", map_metadata=-1, **form)
    node = node.global_args("-hide_banner", "-loglevel", "error", "-nostats")
    return [str(word) for word in ffmpeg.compile(node, cmd=ffmpeg_program())]
