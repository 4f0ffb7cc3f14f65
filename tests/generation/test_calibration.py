from dataclasses import replace

import numpy as np
import pytest

from generation import weights
from generation.portrait import calibration
from generation.portrait.calibration import Slopes, corrected, measure, slopes
from generation.portrait.detect import detector
from generation.portrait.gains import UNCALIBRATED, Gains
from generation.render import Renderer
from generation.types import CHANNELS
from tests.generation.sitters import renderer, rig


def test_slopes_near_one_change_nothing():
    assert corrected(Slopes(0.95, 1.09, 1.0, 0.7)) == UNCALIBRATED


def test_what_cannot_be_told_is_left_alone():
    assert corrected(Slopes(None, None, None, None)) == UNCALIBRATED


def test_a_slope_is_corrected_only_as_far_as_a_gain_may_go():
    gains = corrected(Slopes(0.83, 0.1, 3.0, 1.0))
    assert gains == Gains(pytest.approx(1.2), calibration.STRONGEST, calibration.WEAKEST)


def test_gains_leave_closures_and_tilts_as_they_are():
    coefficients, head = np.ones(len(CHANNELS), np.float32), np.ones(6, np.float32)
    stronger, turned = Gains(1.2, 1.1, 0.9).applied(coefficients, head)
    assert stronger[CHANNELS.index("jawOpen")] == pytest.approx(1.2)
    assert stronger[CHANNELS.index("mouthClose")] == pytest.approx(1.2)
    assert stronger[CHANNELS.index("lipsSealed")] == 1
    assert turned.tolist() == pytest.approx([1.1, 0.9, 1, 1, 1, 1])
    assert coefficients.max() == 1


@pytest.mark.slow
def test_a_head_like_those_that_were_measured_moves_as_meant():
    with detector(weights.path("face_landmarker")) as landmarker:
        found = slopes(renderer("portrait_b"), landmarker)
    assert (found.jaw, found.yaw, found.pitch, found.blink) == pytest.approx((1, 1, 1, 1), abs=0.15)


@pytest.mark.slow
def test_a_weakened_portrait_is_brought_back():
    weak = rig("portrait_b")
    column = [CHANNELS.index("jawOpen")]
    shapes = weak.shapes.copy()
    shapes[column] *= 0.85
    weak = replace(weak, shapes=shapes)
    gains = measure(weak)
    assert gains.jaw > 1
    with detector(weights.path("face_landmarker")) as landmarker:
        before = slopes(Renderer(weak), landmarker)
        after = slopes(Renderer(replace(weak, gains=gains)), landmarker)
    assert abs(after.jaw - 1) < abs(before.jaw - 1)
    assert abs(after.jaw - 1) <= calibration.TOLERANCE
