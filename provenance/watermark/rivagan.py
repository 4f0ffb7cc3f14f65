"""The corroborating layer: rivaGAN of invisible-watermark, at reduced rate.

The network's residual is computed on a picture of about 192² px, enlarged and held for about a second of frames
(at full size and rate it would cost 1.8 s of CPU a frame). Its 32 bits are a keyed hash of the job code, so
that the layer cannot name a job; it confirms, or fails to confirm, a code that another signal named.

Source: Zhang et al., Robust Invisible Video Watermarking with Attention (2019); ONNX files of
invisible-watermark 0.2.0 (MIT), which are read from its wheel without importing it (it would load torch).
"""

from __future__ import annotations

import hashlib
import importlib.util
from functools import cache
from pathlib import Path
from statistics import NormalDist
from typing import Any

import cv2
import numpy as np

from ..errors import ProvenanceError
from .coding import FloatArray
from .embed import Frame

BITS = 32
WORK_AREA = 192 * 192  # px; measured at CRF 28: agreement as at 256², half its cost, better on resized copies
WORK_STEP = 8  # px, both sides are multiples of it
STRENGTH = 0.28  # of the network's own residual; at .75 its colours show as faint blotches on plain backgrounds
MIN_SCORE = 3.5  # standard deviations of agreement; a random word passes once in 4300 times
WEIGHTS = {
    "rivagan_encoder.onnx": "66bc7814fadac7d686105c8ab26c6cf2cc8e40deb83e67bb6ef5b9de9b8ece0d",
    "rivagan_decoder.onnx": "6b006690cf352fa50a91a0b6d6241dbcded0a9957969e2c0665cf9a7011b3880",
}


def word(code: int, key: bytes) -> FloatArray:
    """The 32 bits that a job's video carries in this layer, (32,) of ±1."""
    digest = hashlib.blake2b(code.to_bytes(8, "big"), key=key, person=b"sitter-rivagan", digest_size=BITS // 8)
    bits = np.unpackbits(np.frombuffer(digest.digest(), np.uint8))
    return bits.astype(np.float32) * 2 - 1


def shrink(frame: Frame) -> Frame:
    """The network's view of a frame: about WORK_AREA px in the frame's own shape."""
    height, width = frame.shape[:2]
    factor = (WORK_AREA / (height * width)) ** 0.5
    size = [max(WORK_STEP * 4, round(side * factor / WORK_STEP) * WORK_STEP) for side in (width, height)]
    small: Frame = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    return small


def residual(small: Frame, signs: FloatArray) -> FloatArray:
    """What to add to the small frame so that it carries ±1 `signs`, (h, w, 3) levels at STRENGTH."""
    picture = _tensor(small)
    (marked,) = _session("rivagan_encoder.onnx").run(None, {"frame": picture, "data": (signs[None] + 1) / 2})
    change = np.clip(marked, -1.0, 1.0) - picture  # (1, 3, 1, h, w)
    return np.ascontiguousarray(change[0, :, 0].transpose(1, 2, 0) * np.float32(127.5 * STRENGTH))


def read(small: Frame) -> FloatArray:
    """The decoder's belief in each bit, (32,) around 0.5."""
    (beliefs,) = _session("rivagan_decoder.onnx").run(None, {"frame": _tensor(small)})
    return np.asarray(beliefs[0], dtype=np.float32)


def agreement(beliefs: FloatArray, signs: FloatArray) -> float:
    """How well beliefs (32,) fit a job's word, in standard deviations, at most √32.

    The word is a keyed random one, so that for any material that was not marked with it the score has mean 0
    and variance 1, whatever the decoder's bias.
    """
    centred = beliefs - beliefs.mean()
    return float(centred @ signs / (np.sqrt(np.sum(centred * centred)) + 1e-12))


def confidence(score: float) -> float:
    """One minus the chance that a foreign video agrees as well."""
    return 1.0 - NormalDist().cdf(-score)


def _tensor(frame: Frame) -> FloatArray:
    """(h, w, 3) levels → (1, 3, 1, h, w) in −1..1."""
    planes = frame.astype(np.float32).transpose(2, 0, 1)[None, :, None]
    return np.ascontiguousarray(planes / np.float32(127.5) - np.float32(1.0))


@cache
def _session(name: str) -> Any:
    """One single-threaded ONNX session a process: marking runs beside the renderer and must not take its cores."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(_weights(name)), options, providers=["CPUExecutionProvider"])


def _weights(name: str) -> Path:
    """The checked network file inside the installed invisible-watermark wheel."""
    spec = importlib.util.find_spec("imwatermark")
    places = spec.submodule_search_locations if spec else None
    path = Path(places[0], name) if places else None
    if path is None or not path.is_file():
        raise ModelMissing(
            "model_missing",
            f"The corroborating watermark needs {name}, which is not installed here.",
            "Install it with: pip install invisible-watermark==0.2.0",
        )
    if hashlib.sha256(path.read_bytes()).hexdigest() != WEIGHTS[name]:
        raise ModelMissing(
            "model_changed",
            f"{path} is not the file we measured: its SHA-256 differs.",
            "Install the pinned wheel again: pip install --force-reinstall --no-deps invisible-watermark==0.2.0",
        )
    return path


class ModelMissing(ProvenanceError):
    """A network file is absent or altered."""

    exit_code = 3
