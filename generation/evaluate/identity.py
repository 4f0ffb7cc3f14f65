"""Is it still the same face? Distance between SFace embeddings (Zhong et al. 2021) of aligned faces.

Two pictures of one person differ by 0.24–0.33, two persons by 0.73 and more (six photographs, our study); OpenCV's
own threshold for "same person" is 0.637.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import cv2
import numpy as np
import onnxruntime

from generation import weights
from generation.onnx import session
from generation.portrait.topology import EYES, MOUTH_CORNERS
from generation.types import Face, FloatArray, Frame

SIDE = 112  # px of the network's input
NOSE_TIP = 4
# Where eyes, nose tip and mouth corners lie in the input, in the picture's order (ArcFace's alignment).
PLACES = np.array(
    ((38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)), np.float32
)
GRAPH, GRAPH_INPUT = 7, 11  # fields of ONNX's ModelProto and GraphProto


def embedding(picture: Frame, face: Face) -> FloatArray:
    """(128,) of length 1; `face` holds landmarks in px of the picture. Raises MissingOnMachine."""
    network = _network()
    aligned = align(picture, face.landmarks).astype(np.float32).transpose(2, 0, 1)[None]  # (1, 3, 112, 112) RGB
    (found,) = network.run(None, {network.get_inputs()[0].name: aligned})
    return np.asarray(found[0] / np.linalg.norm(found[0]), np.float32)


def distance(one: FloatArray, other: FloatArray) -> float:
    """0 the same picture, 1 nothing in common."""
    return 1.0 - float(one @ other)


def align(picture: Frame, landmarks: FloatArray) -> Frame:
    """(112, 112, 3) the face turned and scaled so that eyes, nose and mouth lie where SFace expects them."""
    eyes = [landmarks[list(eye.opening), :2].mean(0) for eye in EYES]
    points = np.array([*eyes, landmarks[NOSE_TIP, :2], *landmarks[list(MOUTH_CORNERS), :2]], np.float32)
    return np.asarray(cv2.warpAffine(picture, similarity(points, PLACES), (SIDE, SIDE)), np.uint8)


def similarity(points: FloatArray, places: FloatArray) -> FloatArray:
    """(2, 3) rotation, scale and shift that bring points (n, 2) nearest to places (n, 2) (Umeyama 1991)."""
    z, w = (pairs[:, 0] + 1j * pairs[:, 1] for pairs in (points, places))
    centred = z - z.mean()
    turn = np.vdot(centred, w - w.mean()) / np.vdot(centred, centred)
    shift = w.mean() - turn * z.mean()
    return np.array(((turn.real, -turn.imag, shift.real), (turn.imag, turn.real, shift.imag)), np.float32)


@cache
def _network() -> onnxruntime.InferenceSession:
    return session(only_first_input(weights.path("sface").read_bytes()))


def only_first_input(model: bytes) -> bytes:
    """The same ONNX model without the graph's further inputs.

    SFace's file also declares its weights as inputs although nodes of the graph compute them, and onnxruntime then
    asks for all of them.
    """
    parts = []
    for field, whole, body in _fields(model):
        if field == GRAPH:
            graph = b"".join(_but_first_input(body))
            whole = _varint(GRAPH << 3 | 2) + _varint(len(graph)) + graph
        parts.append(whole)
    return b"".join(parts)


def _but_first_input(graph: bytes) -> Iterator[bytes]:
    seen = False
    for field, whole, _ in _fields(graph):
        if field != GRAPH_INPUT or not seen:
            yield whole
        seen = seen or field == GRAPH_INPUT


def _fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Number, whole bytes and content of every field of a protobuf message."""
    at = 0
    while at < len(message):
        start = at
        tag, at = _number(message, at)
        kind = tag & 7
        if kind == 0:
            begin, at = at, _number(message, at)[1]
        elif kind == 2:
            length, begin = _number(message, at)
            at = begin + length
        else:
            begin, at = at, at + (8 if kind == 1 else 4)
        yield tag >> 3, message[start:at], message[begin:at]


def _number(message: bytes, at: int) -> tuple[int, int]:
    """A varint and where it ends."""
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)
