"""Kokoro-82M: phones in, a voice out, and how long each of them lasts.

The published graph returns sound alone. Its encoder computes for every token how many frames of 25 ms it lasts
(rounded, at least one) before it expands them; that tensor is added to the outputs here. Apache-2.0; the speakers
are Japanese, so other languages are spoken with an accent.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from generation import weights
from generation.types import FloatArray

SAMPLE_RATE = 24_000  # Hz
FRAME = 600  # samples that one unit of duration lasts: 25 ms
LONGEST = 508  # tokens a call, without the two that enclose them
SPEAKERS = ("jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo")  # f and m: female, male
NOISE_SEED = 1  # of the breath in the voice
_DURATIONS = "/encoder/Clip_output_0"  # (1, tokens) frames, of the graph kokoro-v1.0.int8.onnx


@dataclass(frozen=True)
class Said:
    """The network's answer."""

    samples: FloatArray  # (Σ frames · FRAME,) −1..1
    frames: npt.NDArray[np.int64]  # (tokens + 2,) how long the opening, each token and the closing last


class Kokoro:
    """One loaded network with one speaker; the same texts in the same order give the same sound."""

    def __init__(self, speaker: str, *, threads: int = 2) -> None:
        import onnxruntime

        folder = weights.path("kokoro")
        self._style = _style(folder / "voices_ja.npz", speaker)
        self.vocabulary: dict[str, int] = json.loads((folder / "vocab.json").read_text("utf-8"))["vocab"]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        onnxruntime.set_seed(NOISE_SEED)  # read once, while the session is built
        self._session: Any = onnxruntime.InferenceSession(
            with_output((folder / "kokoro.onnx").read_bytes(), _DURATIONS),
            sess_options=options,
            providers=["CPUExecutionProvider"],
        )

    def say(self, tokens: list[int]) -> Said:
        """Speak up to LONGEST tokens of `vocabulary`."""
        feeds = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": self._style[min(len(tokens), len(self._style)) - 1],
            "speed": np.ones(1, np.float32),
        }
        sound, frames = self._session.run(["audio", _DURATIONS], feeds)
        return Said(np.asarray(sound, np.float32).reshape(-1), np.asarray(frames, np.int64).reshape(-1))


def with_output(model: bytes, tensor: str) -> bytes:
    """An ONNX model that also returns an inner tensor.

    A serialised protocol buffer may be continued: appended fields are merged into the message, so the bytes of
    `graph { output { name: tensor } }` (fields 7, 12 and 1 of onnx.proto) add one output and leave the rest.
    """
    return model + _field(7, _field(12, _field(1, tensor.encode())))


def _field(number: int, content: bytes) -> bytes:
    """A length-delimited protocol buffer field."""
    length, digits = len(content), b""
    while length > 0x7F:
        digits, length = digits + bytes([length & 0x7F | 0x80]), length >> 7
    return bytes([number << 3 | 2]) + digits + bytes([length]) + content


def _style(place: Path, speaker: str) -> FloatArray:
    """(510, 1, 256) the speaker's manner for each length of utterance."""
    with np.load(place, allow_pickle=False) as speakers:
        return np.asarray(speakers[speaker], np.float32)
