"""Where is there a voice? silero-vad, run in pieces whose memory does not grow with the recording."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from generation import weights
from generation.types import FEATURE_RATE, SAMPLE_RATE, FloatArray

VOICED = 0.5  # silero's own threshold of speech
WINDOW = 512  # samples that the network judges at a time, 32 ms at 16 kHz
CONTEXT = 64  # samples of the window before, prepended to each
STATE = (1, 1, 128)  # of the recurrent layer
WINDOWS_AT_ONCE = 1000  # 32 s of sound a call


def activity(samples: FloatArray) -> FloatArray:
    """(n,) samples at 16 kHz → (t,) probability of speech at FEATURE_RATE."""
    judged = _probabilities(samples)  # (w,) one per 32 ms
    centres = (np.arange(len(judged)) + 0.5) * WINDOW / SAMPLE_RATE
    return np.interp(times(len(samples)), centres, judged).astype(np.float32)


def voice_share(track: FloatArray) -> float:
    """Share of a recording in which somebody speaks, from its activity track."""
    return float((track >= VOICED).mean()) if len(track) else 0.0


def times(samples: int) -> FloatArray:
    """Centres in seconds of the feature frames of a recording: (t,), t = ⌈duration · FEATURE_RATE⌉."""
    count = -(-samples * FEATURE_RATE // SAMPLE_RATE)
    return ((np.arange(count) + 0.5) / FEATURE_RATE).astype(np.float32)


def smoothed(track: FloatArray, seconds: float) -> FloatArray:
    """Running mean of a feature track over a span centred on each frame."""
    span = max(1, round(seconds * FEATURE_RATE))
    return np.convolve(track, np.ones(span) / span, "same").astype(np.float32)


def _probabilities(samples: FloatArray) -> FloatArray:
    ear, step = VoiceDetector(), WINDOW * WINDOWS_AT_ONCE
    found = [ear.push(samples[k : k + step]) for k in range(0, len(samples), step)]
    return np.concatenate([*found, ear.push(np.zeros(-len(samples) % WINDOW, np.float32))])


class VoiceDetector:
    """silero-vad on sound that comes bit by bit; holds the network's state and less than a window of sound."""

    def __init__(self) -> None:
        self._h, self._c = np.zeros(STATE, np.float32), np.zeros(STATE, np.float32)
        self._rest = np.zeros(CONTEXT, np.float32)  # the context, and samples that do not fill a window yet

    def push(self, samples: FloatArray) -> FloatArray:
        """(n,) further samples at 16 kHz → (w,) probability of speech in every window that they complete."""
        known = np.concatenate([self._rest, samples])
        count = (len(known) - CONTEXT) // WINDOW
        self._rest = known[count * WINDOW :]
        if not count:
            return np.zeros(0, np.float32)
        windows = np.lib.stride_tricks.sliding_window_view(known, CONTEXT + WINDOW)[: count * WINDOW : WINDOW]
        feeds = {"input": np.ascontiguousarray(windows, np.float32), "h": self._h, "c": self._c}
        probabilities, self._h, self._c = _network().run(None, feeds)
        return np.asarray(probabilities.reshape(-1), np.float32)


@cache
def _network() -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(
        str(weights.path("silero_vad")), sess_options=options, providers=["CPUExecutionProvider"]
    )
