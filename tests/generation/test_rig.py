"""Mesh, head frame and closures of a rig."""

import numpy as np
import pytest
from mediapipe.tasks.python.vision.face_landmarker import FaceLandmarksConnections

from generation.portrait.rig import THREE_QUARTER_LIMIT, TURN_LIMIT, yaw_limits
from generation.portrait.topology import FACE_POINTS, hole_triangles, skin_triangles
from generation.render.pose import Puppet, axis_angle, eased, rotation
from generation.types import CHANNELS
from tests.generation.sitters import portrait, rig

STILL = np.zeros(len(CHANNELS), np.float32)
NOSE_TIP, CROWN = 4, 10


def _set(**values: float) -> np.ndarray:
    coefficients = STILL.copy()
    for name, value in values.items():
        coefficients[CHANNELS.index(name)] = value
    return coefficients


def _screen(coefficients: np.ndarray = STILL, head: tuple[float, ...] = (0, 0, 0, 0, 0, 0), breath: float = 0):
    return Puppet(rig()).pose(coefficients, np.array(head, np.float32), breath)


def test_mediapipe_publishes_the_852_triangles_this_mesh_is_made_of() -> None:
    edges = np.array([(c.start, c.end) for c in FaceLandmarksConnections.FACE_LANDMARKS_TESSELATION])
    published = [set(edges[k : k + 3].ravel().tolist()) for k in range(0, len(edges), 3)]  # three edges a triangle
    assert [set(corners) for corners in skin_triangles().tolist()] == published
    assert skin_triangles().shape == (852, 3)
    assert np.unique(skin_triangles()).tolist() == list(range(FACE_POINTS))
    assert all(len(set(t)) == 3 for t in hole_triangles().tolist())


def test_the_mesh_reaches_past_every_border_of_the_crop() -> None:
    points, size = rig().mesh.points, portrait().size
    assert points.min() < -0.05 * size
    assert points.max() > 1.05 * size


def test_a_still_pose_leaves_every_vertex_where_it_was() -> None:
    assert np.abs(_screen() - rig().vertices).max() < 1e-2


@pytest.mark.parametrize(
    ("head", "point", "axis", "sign"),
    [
        ((10, 0, 0, 0, 0, 0), NOSE_TIP, 0, 1),  # yaw > 0 turns the nose toward the picture's right
        ((0, 10, 0, 0, 0, 0), NOSE_TIP, 1, 1),  # pitch > 0 nods it down
        ((0, 0, 10, 0, 0, 0), CROWN, 0, 1),  # roll > 0 tilts the crown to the right
    ],
)
def test_head_angles_have_the_signs_of_the_package(head, point, axis, sign) -> None:
    assert sign * (_screen(head=head) - rig().vertices)[point, axis] > 3


def test_a_head_further_away_is_smaller() -> None:
    far = _screen(head=(0, 0, 0, 0, 0, 80))[:FACE_POINTS, 0]
    assert np.ptp(far) < 0.97 * np.ptp(rig().vertices[:FACE_POINTS, 0])


def test_nothing_moves_at_the_border_of_the_crop() -> None:
    size = portrait().size
    moved = _screen(_set(jawOpen=1, mouthSmileLeft=1), (15, 8, 5, 4, 4, -30), 1.0)
    outside = (rig().mesh.points <= 0).any(1) | (rig().mesh.points >= size - 1).any(1)
    assert np.abs(moved - rig().vertices)[outside, :2].max() < 0.5


def test_breath_lifts_shoulders_but_not_the_face() -> None:
    moved = _screen(breath=1.0)[:, 1] - rig().vertices[:, 1]
    assert np.abs(moved[:FACE_POINTS]).max() < 0.05
    assert moved.min() < -0.4


@pytest.mark.parametrize(("yaw", "pitch", "roll"), [(0, 0, 0), (20, -10, 5), (0, 0, -30)])
def test_axis_and_angle_restore_the_rotation(yaw: float, pitch: float, roll: float) -> None:
    axis, angle = axis_angle(rotation(yaw, pitch, roll))
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    restored = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    assert np.allclose(restored, rotation(yaw, pitch, roll), atol=1e-5)


def test_a_three_quarter_portrait_may_turn_away_but_hardly_toward_the_camera() -> None:
    assert yaw_limits(0) == (-TURN_LIMIT, TURN_LIMIT)
    least, most = yaw_limits(-32)
    assert most == pytest.approx(THREE_QUARTER_LIMIT, abs=1.0)
    assert -12 < least < -6  # as far again would show no more than a profile


def test_turns_are_literal_at_first_and_then_eased_into_the_limit() -> None:
    assert eased(5, 10) == 5
    assert 7 < eased(9, 10) < 9
    assert 9 < eased(30, 10) < 10
