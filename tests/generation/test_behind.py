"""What a turned head shows behind its jaw."""

from functools import cache

import numpy as np
import numpy.typing as npt

from generation.evaluate.sheet import motion
from generation.portrait import hind
from generation.portrait.topology import CHIN, FACE_POINTS
from generation.render import Renderer
from generation.render.pose import Puppet
from generation.render.relief import plan_side, sides
from generation.types import CHANNELS
from tests.generation.sitters import portrait, renderer, rig


def _bared(yaw: float) -> npt.NDArray[np.bool_]:
    """(s, s) True where a frame shows skin from behind the jaw."""
    turned = motion([{"yaw": yaw}])
    return np.asarray((renderer().draw(turned, 0) != _without_bands().draw(turned, 0)).any(2))


@cache
def _without_bands() -> Renderer:
    bare = Renderer(rig())
    bare._solid = np.ones_like(bare._solid)
    return bare


def test_a_still_head_hides_its_far_sides() -> None:
    assert not _bared(0.0).any()
    assert not _bared(0.5).any()


def test_the_side_that_comes_nearer_is_filled_with_skin() -> None:
    middle = rig().head.origin[0]
    shown = np.nonzero(_bared(20.0))[1]
    assert len(shown) > 100
    assert (shown < middle).all()


def test_bands_read_their_texture_inside_the_face() -> None:
    bands = hind.build(rig().vertices[:FACE_POINTS], rig().head, portrait().matte)
    x, y = np.round(bands.attributes[:, :2]).astype(int).T
    assert (portrait().matte[y, x] > 0.9).all()


def test_the_side_of_the_neck_stands_while_the_head_turns() -> None:
    bands, puppet = hind.build(rig().vertices[:FACE_POINTS], rig().head, portrait().matte), Puppet(rig())
    turned = np.array([15, 0, 0, 0, 0, 0], np.float32)
    ends = []
    for points in (bands.vertices, rig().vertices[[CHIN]]):
        space = puppet.turn(puppet.camera.unproject(points), turned, np.ones(len(points), np.float32))
        ends.append(puppet.camera.project(space))
    moved = np.abs(ends[0][:, 0] - bands.vertices[:, 0]).reshape(-1, len(hind.BACK))[:, -1]
    assert moved.max() < 0.2 * abs(ends[1][0, 0] - rig().vertices[CHIN, 0])


def test_only_the_side_that_comes_nearer_is_calmed() -> None:
    puppet = Puppet(rig())

    def calmed(yaw: float) -> list[int]:
        head = np.array([yaw, 0, 0, 0, 0, 0], np.float32)
        screen = puppet.pose(np.zeros(len(CHANNELS), np.float32), head, 0.0)
        return [side.sign for side in sides(rig()) if plan_side(side, puppet, screen, head)]

    assert calmed(0) == []
    assert calmed(15) == [1]
    assert calmed(-15) == [-1]
