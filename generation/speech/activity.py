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
    padded = np.pad(samples, (CONTEXT, -len(samples) % WINDOW))
    h, c = np.zeros(STATE, np.float32), np.zeros(STATE, np.float32)
    found = []
    for first in range(CONTEXT, len(padded), WINDOW * WINDOWS_AT_ONCE):
        piece = padded[first - CONTEXT : first + WINDOW * WINDOWS_AT_ONCE]
        windows = np.lib.stride_tricks.sliding_window_view(piece, CONTEXT + WINDOW)[::WINDOW]  # (w, 576)
        probabilities, h, c = _network().run(None, {"input": np.ascontiguousarray(windows), "h": h, "c": c})
        found.append(probabilities.reshape(-1))
    return np.concatenate(found).astype(np.float32)


@cache
def _network() -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(
        str(weights.path("silero_vad")), sess_options=options, providers=["CPUExecutionProvider"]
    )
