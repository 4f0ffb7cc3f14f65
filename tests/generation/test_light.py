"""How light changes on a head that turns."""

import numpy as np

from generation.render.light import Light, flattened, raised
from generation.render.pose import rotation
from generation.types import CHANNELS
from tests.generation.sitters import rig

STILL = np.zeros(len(CHANNELS), np.float32)


def test_a_still_head_keeps_its_light_exactly() -> None:
    assert np.array_equal(Light(rig()).gains(rotation(0, 0, 0), STILL), np.ones(len(rig().mesh), np.float32))


def test_a_turn_relights_the_face_but_not_the_background() -> None:
    gains = Light(rig()).gains(rotation(20, 0, 0), STILL)
    assert np.ptp(gains[:468]) > 0.05
    assert np.allclose(gains[468:][rig().head_weights[468:] == 0], 1)


def test_the_map_of_normals_can_be_read_both_ways() -> None:
    normals = np.random.default_rng(0).normal(size=(50, 3))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    assert np.allclose(raised(flattened(normals.astype(np.float32))), normals, atol=1e-3)
