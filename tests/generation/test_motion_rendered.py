"""Do vowels and moods read on a painted face? The sample portrait, at rest and at full targets."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from generation import weights
from generation.evaluate import sheet
from generation.motion import mouth
from generation.motion.emotion import MOODS
from generation.motion.targets import ARTICULATORS, TARGETS
from generation.portrait import analyse
from generation.portrait.detect import detector
from generation.portrait.rig import Rig, build
from generation.render import Renderer
from generation.speech.visemes import INDEX
from generation.types import FloatArray, Frame
from tests.generation.pictures import SAMPLES

pytestmark = pytest.mark.slow

IRISES, INNER_LIPS, CORNERS = (468, 473), (13, 14), (61, 291)  # MediaPipe
BETWEEN_EYES_MM = 62.0


@pytest.fixture(scope="module")
def rig() -> Rig:
    return build(analyse((SAMPLES / "portrait_b.png").read_bytes()))


def painted(rig: Rig, settings: list[dict[str, float]]) -> list[Frame]:
    return list(Renderer(rig).frames(sheet.motion(settings)))


def spoken(viseme: str) -> dict[str, float]:
    at = dict(zip(ARTICULATORS, TARGETS[INDEX[viseme]], strict=True))
    channels = {
        name: min(1.0, sum(gain * at[part] for part, gain in parts.items()))
        for name, parts in mouth._CHANNELS.items()
    }
    return channels | {"jawOpen": at["jaw"], "lipsSealed": at["closed"]}


def apart_mm(landmarks: FloatArray, pair: tuple[int, int]) -> float:
    def distance(one: tuple[int, int]) -> float:
        return float(np.linalg.norm(landmarks[one[0], :2] - landmarks[one[1], :2]))

    return distance(pair) / distance(IRISES) * BETWEEN_EYES_MM


def test_vowels_open_and_round_as_they_should(rig: Rig) -> None:
    names = ("PP", "UW", "OH", "AA", "IY")
    frames = painted(rig, [spoken(name) for name in names])
    with detector(weights.path("face_landmarker")) as seen:
        found = [seen.face(frame) for frame in frames]
    faces = {name: face.landmarks for name, face in zip(names, found, strict=True) if face}
    gap = {name: apart_mm(face, INNER_LIPS) for name, face in faces.items()}
    width = {name: apart_mm(face, CORNERS) for name, face in faces.items()}
    assert gap["PP"] < 1.5
    assert gap["PP"] < gap["UW"] < 5.0 < gap["OH"] < 0.9 * gap["AA"]
    assert width["UW"] < 0.95 * width["PP"] < width["PP"] < width["IY"]
    assert width["OH"] < width["AA"]


def test_no_two_moods_look_alike(rig: Rig) -> None:
    faces = painted(rig, [dict(mood.face) for mood in MOODS.values()])  # without the heads that they carry
    for (one, a), (other, b) in combinations(zip(MOODS, faces, strict=True), 2):
        change = np.abs(a.astype(np.int16) - b).max(axis=2)
        assert (change > 24).mean() > 0.004, f"{one} and {other}"
