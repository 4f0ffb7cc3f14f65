"""What strikes a machine about a picture: nothing, in ordinary portraits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import skimage.data
from PIL import Image

from generation import weights
from generation.encode import encode
from generation.portrait.age import PADDING, PLACES, SIDE, aligned, apparent_age
from generation.portrait.detect import detector
from generation.portrait.nudity import nudity, nudity_in_film
from generation.types import Face, Frame

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
PICTURES = {
    "astronaut": skimage.data.astronaut(),
    "portrait_a": np.asarray(Image.open(SAMPLES / "portrait_a.png").convert("RGB")),
    "portrait_b": np.asarray(Image.open(SAMPLES / "portrait_b.png").convert("RGB")),
}


def face_in(picture: Frame) -> Face:
    with detector(weights.path("face_landmarker")) as landmarker:
        face = landmarker.face(picture)
    assert face is not None
    return face


@pytest.mark.slow
@pytest.mark.parametrize("name", PICTURES)
def test_grown_ups_look_grown_up_and_dressed(name):
    picture = PICTURES[name]
    face = face_in(picture)
    assert 21 < apparent_age(picture, face) < 50
    assert nudity(picture) < 0.1


@pytest.mark.slow
def test_a_face_is_aligned_as_the_network_knows_faces():
    picture = PICTURES["portrait_a"]
    face = face_in(picture)
    with detector(weights.path("face_landmarker")) as landmarker:
        again = landmarker.face(np.asarray(Image.fromarray(aligned(picture, face)).resize((512, 512))))
    assert again is not None
    corners = again.landmarks[[263, 362, 33, 133, 2], :2] / 512
    assert np.abs(corners - (PLACES + PADDING) / (1 + 2 * PADDING)).max() < 3 / SIDE


@pytest.mark.slow
def test_a_film_is_looked_at_from_time_to_time(tmp_path):
    film = tmp_path / "film.mp4"
    picture = np.asarray(Image.fromarray(PICTURES["astronaut"]).resize((256, 256)))
    encode((picture for _ in range(50)), recording=None, out=film, fps=10, size=(256, 256))
    assert nudity_in_film(film) == pytest.approx(nudity(picture), abs=0.1)
