"""Blendshapes and closures do what ARKit's names promise."""

import numpy as np
import pytest

from generation.portrait.topology import CHIN, EYES, LIP_MIDDLE_LOWER, LIP_MIDDLE_UPPER, MOUTH_CORNERS
from generation.render.pose import Puppet
from generation.types import ARKIT, CHANNELS
from tests.generation.sitters import rig

RIGHT_CORNER, LEFT_CORNER = MOUTH_CORNERS
BY_A_LAYER = {"eyeBlinkLeft", "eyeBlinkRight", "tongueOut"}  # closures and sprites, not fields


def _vertices(name: str = "portrait_a", **values: float) -> np.ndarray:
    """(n, 3) mm in the head frame."""
    coefficients = np.zeros(len(CHANNELS), np.float32)
    for channel, value in values.items():
        coefficients[CHANNELS.index(channel)] = value
    return Puppet(rig(name)).express(coefficients) @ rig(name).head.axes / rig(name).head.mm


def _gap(**values: float) -> float:
    vertices = _vertices(**values)
    return float(vertices[LIP_MIDDLE_LOWER, 1] - vertices[LIP_MIDDLE_UPPER, 1])


@pytest.mark.parametrize("name", sorted(set(ARKIT) - BY_A_LAYER))
def test_every_blendshape_moves_the_face_by_millimetres(name: str) -> None:
    field = np.abs(rig().shapes[CHANNELS.index(name)]).max() / rig().head.mm
    low = 0.3 if name.startswith(("eyeLookIn", "eyeLookOut")) else 0.8
    assert low < field < 45 or name.startswith(("eyeLookIn", "eyeLookOut"))


def test_an_open_jaw_parts_the_lips_and_drops_the_chin() -> None:
    assert _gap(jawOpen=0.5) > 8
    assert (_vertices(jawOpen=0.5) - _vertices())[CHIN, 1] > 4


def test_mouth_close_seals_what_jaw_open_parted_and_leaves_the_jaw_low() -> None:
    assert abs(_gap(jawOpen=0.4, mouthClose=0.4) - _gap()) < 1.0
    assert (_vertices(jawOpen=0.4, mouthClose=0.4) - _vertices())[CHIN, 1] > 3


def test_sealed_lips_meet_whatever_else_the_mouth_does() -> None:
    assert abs(_gap(jawOpen=0.6, mouthFunnel=0.5, lipsSealed=1.0)) < 0.2


@pytest.mark.slow
def test_a_smile_that_shows_teeth_can_be_sealed() -> None:
    vertices = _vertices("astronaut", lipsSealed=1.0)
    assert abs(vertices[LIP_MIDDLE_LOWER, 1] - vertices[LIP_MIDDLE_UPPER, 1]) < 0.2


def test_a_smile_raises_and_widens_its_own_side() -> None:
    moved = _vertices(mouthSmileLeft=1.0) - _vertices()
    assert moved[LEFT_CORNER, 0] > 2
    assert moved[LEFT_CORNER, 1] < -4
    assert np.abs(moved[RIGHT_CORNER]).max() < 1.5


def test_left_and_right_shapes_mirror_each_other() -> None:
    left, right = (_vertices(**{f"mouthSmile{side}": 1.0}) - _vertices() for side in ("Left", "Right"))
    assert left[LEFT_CORNER, 1] == pytest.approx(right[RIGHT_CORNER, 1], abs=0.6)


def test_a_blink_closes_both_lids_and_leaves_the_brow() -> None:
    vertices, before = _vertices(eyeBlinkLeft=1.0, eyeBlinkRight=1.0), _vertices()
    for eye in EYES:
        gaps = vertices[list(eye.lower[1:-1]), 1] - vertices[list(eye.upper[1:-1]), 1]
        assert np.abs(gaps).max() < 0.3
        assert np.abs((vertices - before)[list(eye.brow_lower)]).max() < 0.5


def test_a_smiling_portrait_has_less_smile_left_to_give() -> None:
    smile = CHANNELS.index("mouthSmileLeft")
    by_mm = [np.abs(rig(n).shapes[smile]).max() / rig(n).head.mm for n in ("astronaut", "portrait_a")]
    assert by_mm[0] < 0.8 * by_mm[1]
