from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generation import weights
from generation.portrait.detect import _angles, detector, height
from generation.types import ARKIT
from tests.generation.pictures import on_canvas, sample


@pytest.fixture(scope="module")
def landmarker():
    with detector(weights.path("face_landmarker")) as opened:
        yield opened


def turned(yaw=0.0, pitch=0.0, roll=0.0):
    """MediaPipe's rotation (x right, y up, z toward the camera) of a head with our angles."""
    a, b, c = np.radians([yaw, pitch, -roll])
    across = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    down = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    around = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    return across @ down @ around


def test_angles_undo_the_rotation_whatever_its_scale():
    assert _angles(3 * turned(yaw=20, pitch=-10, roll=5)) == pytest.approx((20, -10, 5))


def test_a_face_looking_to_the_pictures_right_has_positive_yaw():
    nose = turned(yaw=15)[:, 2]
    assert nose[0] > 0
    assert _angles(turned(yaw=15))[0] > 0


def test_a_nodding_face_looks_down_and_has_positive_pitch():
    assert turned(pitch=15)[1, 2] < 0
    assert _angles(turned(pitch=15))[1] > 0


def test_the_sample_looks_straight_with_all_landmarks_and_blendshapes(landmarker):
    (face,) = landmarker.faces(sample("b"))
    assert face.landmarks.shape == (478, 3)
    assert tuple(face.blendshapes) == ARKIT
    assert all(0 <= weight <= 1 for weight in face.blendshapes.values())
    assert abs(face.yaw) < 4
    assert abs(face.pitch) < 8
    assert abs(face.roll) < 2


def test_a_crown_tilted_to_the_pictures_right_has_positive_roll(landmarker):
    tilted = Image.fromarray(sample("b")).rotate(-15, resample=Image.Resampling.BICUBIC, fillcolor=(150, 140, 130))
    face = landmarker.face(np.asarray(tilted))
    assert face.roll == pytest.approx(15, abs=3)


def test_a_mirrored_face_has_mirrored_angles(landmarker):
    tilted = Image.fromarray(sample("a", 512)).rotate(-10, fillcolor=(130, 140, 150))
    here, there = landmarker.face(np.asarray(tilted)), landmarker.face(np.asarray(tilted)[:, ::-1])
    assert there.roll == pytest.approx(-here.roll, abs=2)
    assert there.yaw == pytest.approx(-here.yaw, abs=3)


def test_faces_are_numbered_from_left_to_right(landmarker):
    picture = on_canvas((sample("b", 400), 50, 50), (sample("a", 400), 550, 20), width=1000, height=500)
    left, right = landmarker.faces(picture)
    assert left.box[2] < 500 < right.box[0]


def test_a_small_face_on_a_large_picture_is_found_in_a_tile(landmarker):
    (face,) = landmarker.faces(on_canvas((sample("a", 150), 900, 500), width=1500, height=1000))
    assert height(face) == pytest.approx(87, rel=0.1)
    assert 900 < face.box[0] < face.box[2] < 1050


def test_landmarks_of_a_very_large_picture_are_in_its_own_pixels(landmarker):
    small, large = sample("a", 512), np.asarray(Image.fromarray(sample("a", 512)).resize((2560, 2560)))
    (here,), (there,) = landmarker.faces(small), landmarker.faces(large)
    assert np.abs(there.landmarks[:468, :2] / 5 - here.landmarks[:468, :2]).mean() < 1.5


def test_a_plain_picture_has_no_face(landmarker):
    assert landmarker.faces(np.full((300, 400, 3), 90, np.uint8)) == ()
    assert landmarker.face(np.full((256, 256, 3), 90, np.uint8)) is None


def test_the_same_picture_gives_the_same_numbers():
    model: Path = weights.path("face_landmarker")
    found = []
    for _ in range(2):
        with detector(model) as opened:
            found.append(opened.face(sample("b", 256)).landmarks)
    assert np.array_equal(*found)
