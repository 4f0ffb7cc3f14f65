"""Whose voice is it? One vector for a recording, near to those of other recordings of the same person.

The network is Resemblyzer's voice encoder (Apache-2.0; Wan et al. 2018, generalised end-to-end loss): three layers
of LSTM over 40 mel bands, on windows of 1.6 s of speech whose vectors are averaged. Its package is not installed,
for it brings librosa and another detector of voices; the weights alone are taken from it. They are a pickle of
PyTorch, which is read as tensors only, after its hash was checked.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from generation import weights
from generation.speech.activity import VOICED, activity
from generation.types import FEATURE_RATE, SAMPLE_RATE, FloatArray

SIZE = 256  # of the vector
ENOUGH_S = 1.6  # of speech: one window of the network
LONGEST_S = 60.0  # of speech that are listened to
BANDS, WINDOW, HOP = 40, 400, 160  # mel bands; samples at 16 kHz, 25 and 10 ms
FRAMES, STEP = 160, 77  # of a window of the network, and between two: 1.6 s, 1.3 a second
LEVEL = 10 ** (-30 / 20)  # root mean square to which speech is brought, loud or quiet; the network heeds it
CLOSE_GAPS_S = 0.2  # pauses up to this stay in


def embed(samples: FloatArray) -> FloatArray | None:
    """(n,) mono at 16 kHz, −1..1 → (256,) float32 of unit length; None where fewer than 1.6 s of it are speech."""
    enough = round(ENOUGH_S * SAMPLE_RATE)
    spoken = _spoken(samples) if len(samples) >= enough else samples
    if len(spoken) < enough:
        return None
    mel = _mel(spoken)  # (t, 40)
    starts = range(0, max(1, len(mel) - FRAMES + 1), STEP)
    windows = np.stack([mel[start : start + FRAMES] for start in starts])  # (w, 160, 40)
    mean = _network(windows).mean(0)
    return np.asarray(mean / np.linalg.norm(mean), np.float32)


def similarity(one: FloatArray, other: FloatArray) -> float:
    """Cosine of two vectors: 1 for the same voice, about 0.5 for two people's."""
    return float(one @ other)


def _spoken(samples: FloatArray) -> FloatArray:
    """What of the recording is speech, one piece after another, at one level."""
    voiced = activity(samples) >= VOICED  # (t,)
    reach = round(CLOSE_GAPS_S / 2 * FEATURE_RATE)
    near = np.convolve(voiced, np.ones(2 * reach + 1), "same") > 0
    places = np.minimum(np.arange(len(samples)) * FEATURE_RATE // SAMPLE_RATE, len(near) - 1)
    spoken = samples[near[places]][: int(LONGEST_S * SAMPLE_RATE)]
    level = float(np.sqrt((spoken**2).mean())) if len(spoken) else 0.0
    return spoken * np.float32(LEVEL / level) if level else spoken


def _mel(samples: FloatArray) -> FloatArray:
    """(n,) → (t, 40) power in mel bands, one frame every 10 ms."""
    padded = np.pad(samples, WINDOW // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]  # (t, 400)
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    power = np.abs(np.fft.rfft(frames * hann, axis=1)) ** 2  # (t, 201)
    return (power @ _bands().T).astype(np.float32)


@cache
def _bands() -> FloatArray:
    """(40, 201) triangles of unit area between 0 and 8 kHz on Slaney's mel scale, as the network learnt them."""
    step, knee, log_step = 200 / 3, 1000.0, np.log(6.4) / 27  # Hz a mel, then so much a mel in logarithms
    top = knee / step + np.log(SAMPLE_RATE / 2 / knee) / log_step
    mels = np.linspace(0, top, BANDS + 2)
    edges = np.where(mels < knee / step, mels * step, knee * np.exp((mels - knee / step) * log_step))  # (42,) Hz
    bins = np.linspace(0, SAMPLE_RATE / 2, WINDOW // 2 + 1)  # (201,) Hz
    rise = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    fall = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    area = 2 / (edges[2:] - edges[:-2])[:, None]
    return np.asarray(np.maximum(0, np.minimum(rise, fall)) * area, np.float32)


def _network(windows: FloatArray) -> FloatArray:
    """(w, 160, 40) → (w, 256) of unit length."""
    import torch

    lstm, linear = _parts()
    with torch.inference_mode():
        _, (hidden, _) = lstm(torch.from_numpy(windows))
        found = torch.relu(linear(hidden[-1]))
        return torch.nn.functional.normalize(found, dim=1).numpy()


@cache
def _parts() -> tuple[Any, Any]:
    import torch

    known = torch.load(weights.path("voice_encoder"), map_location="cpu", weights_only=True)["model_state"]
    lstm, linear = torch.nn.LSTM(BANDS, SIZE, 3, batch_first=True), torch.nn.Linear(SIZE, SIZE)
    for name, part in (("lstm", lstm), ("linear", linear)):
        own = {key.removeprefix(f"{name}."): value for key, value in known.items() if key.startswith(f"{name}.")}
        part.load_state_dict(own)
    return lstm.eval(), linear.eval()
