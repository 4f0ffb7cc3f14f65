"""Hair that comes a little after the head."""

import numpy as np
import pytest

from generation.render.pose import Puppet
from generation.render.sway import MEMORY_S, Sway, trailing
from generation.types import CHANNELS, Motion
from tests.generation.sitters import rig

STILL = np.zeros(len(CHANNELS), np.float32)
TURN = np.array([8, 0, 0, 0, 0, 0], np.float32)


def _motion(yaw: np.ndarray, fps: float = 25.0) -> Motion:
    frames = len(yaw)
    head = np.zeros((frames, 6), np.float32)
    head[:, 0] = yaw
    return Motion(fps, np.zeros((frames, len(CHANNELS)), np.float32), head, np.zeros((frames, 2)), np.zeros(frames))


def test_hair_rests_with_a_head_that_rests() -> None:
    assert trailing(_motion(np.full(40, 5.0)), 30) == pytest.approx([5, 0, 0, 0, 0, 0], abs=1e-4)
    assert not trailing(_motion(np.zeros(40)), 0).any()


@pytest.mark.parametrize("fps", [24.0, 25.0, 60.0])
def test_hair_comes_after_the_head_swings_past_it_and_settles(fps: float) -> None:
    motion = _motion(np.clip(np.arange(round(2 * fps)) / fps * 30, 0, 8), fps)
    late = np.array([trailing(motion, i)[0] for i in range(len(motion))])
    turning, arrived = round(0.15 * fps), round((8 / 30 + MEMORY_S) * fps) + 2
    assert late[turning] < 0.6 * motion.head[turning, 0]
    assert 8.2 < late.max() < 10.5
    assert late[arrived:] == pytest.approx(8, abs=0.2)


def test_a_cut_to_another_pose_flings_no_hair() -> None:
    assert trailing(_motion(np.repeat([0.0, 20.0], 10)), 10)[0] == pytest.approx(20, abs=1e-4)


def test_a_frame_alone_sways_as_it_does_in_the_whole() -> None:
    whole = _motion(np.sin(np.arange(100) / 6) * 6)
    assert np.array_equal(trailing(whole, 80), trailing(_motion(whole.head[40:, 0]), 40))


def test_only_hair_beyond_the_face_comes_late() -> None:
    puppet = Puppet(rig())
    moved = puppet.pose(STILL, TURN, 0, TURN * 0) - puppet.pose(STILL, TURN, 0)
    late = np.flatnonzero(np.abs(moved).max(1) > 1e-3)
    assert late.min() >= 468
    assert set(late) <= set(Sway(rig()).vertices)
    assert 1 < np.abs(moved[:, :2]).max() < 12
