"""Motion to frames: what a viewer would see."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from generation.evaluate.sheet import POSES, contact_sheet, face_window, motion
from generation.portrait.topology import EYES, LIPS, MOUTH_OPENING
from generation.render.raster import FAR, rasterise
from generation.render.renderer import LOOK_AHEAD, STAGES
from generation.render.speaking import seal_while_speaking
from generation.types import CHANNELS
from tests.generation.sitters import portrait, renderer, rig

SEALED = CHANNELS.index("lipsSealed")


def _frame(name: str = "portrait_a", **setting: float) -> np.ndarray:
    return renderer(name).draw(motion([setting]), 0)


def _around(points: tuple[int, ...], margin: int = 6) -> tuple[slice, slice]:
    low = rig().mesh.points[list(points)].min(0).astype(int) - margin
    high = rig().mesh.points[list(points)].max(0).astype(int) + margin
    return slice(low[1], high[1]), slice(low[0], high[0])


def _change(frame: np.ndarray, where: tuple[slice, slice] | tuple = ()) -> float:
    return float(np.abs(frame[where].astype(int) - portrait().image[where]).mean())


@pytest.mark.parametrize("name", ["portrait_a", pytest.param("astronaut", marks=pytest.mark.slow)])
def test_a_still_frame_is_the_portrait(name: str) -> None:
    error = np.abs(_frame(name).astype(int) - portrait(name).image)
    assert error.max() <= 4
    assert error.mean() < 0.002


def test_frames_come_in_order_and_alike_from_one_worker_or_many() -> None:
    sweep = motion([{"jawOpen": k / 10, "yaw": k} for k in range(8)])
    alone = list(renderer().frames(sweep, workers=1))
    together = list(renderer().frames(sweep, workers=3))
    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))


def test_pieces_of_a_motion_join_to_exactly_the_whole() -> None:
    sweep = motion([{"jawOpen": k / 7, "eyeBlinkLeft": k / 7, "yaw": k} for k in range(7)])
    whole = list(renderer().frames(sweep))
    pieces = [frame for rows in ((0, 1, 2), (3,), (4, 5, 6)) for frame in renderer().frames(sweep, rows=rows)]
    assert len(pieces) == len(whole)
    assert all(np.array_equal(a, b) for a, b in zip(whole, pieces, strict=True))


def test_frames_are_drawn_only_a_little_ahead_of_whoever_takes_them() -> None:
    before = sum(b.frames for b in renderer()._all)
    frames: Iterator[np.ndarray] = renderer().frames(motion([{}] * 40), workers=2)
    next(frames)
    drawn = sum(b.frames for b in renderer()._all) - before
    assert drawn <= 2 * LOOK_AHEAD + 2
    frames.close()  # type: ignore[attr-defined]
    assert not [t for t in threading.enumerate() if t.name.startswith("render")]


def test_the_border_never_moves_so_that_the_crop_can_be_pasted_back() -> None:
    frame = _frame(jawOpen=0.6, yaw=15, pitch=8, roll=6, z=-60)
    for edge in (frame[0], frame[-1], frame[:, 0], frame[:, -1]):
        assert edge.shape[1] == 3
    error = np.abs(frame.astype(int) - portrait().image)
    assert max(error[0].mean(), error[-1].mean(), error[:, 0].mean(), error[:, -1].mean()) < 1.0


@pytest.mark.parametrize("name", ["portrait_a", "astronaut"])
@pytest.mark.parametrize(
    "setting",
    [
        {"yaw": 30, "pitch": 20, "roll": 15, "z": -80, "jawOpen": 1.0},
        {"yaw": -30, "pitch": -20, "roll": -15, "z": 80, "x": 10, "y": -10},
    ],
)
def test_the_mesh_covers_every_pixel_however_the_head_turns(name: str, setting: dict[str, float]) -> None:
    puppet, triangles = renderer(name)._puppet, renderer(name)._triangles
    pose = motion([setting])
    screen = puppet.pose(pose.coefficients[0], pose.head[0], 1.0)
    size = portrait(name).size
    depth, flow = np.empty((size, size), np.float32), np.empty((size, size, 3), np.float32)
    rasterise(screen, renderer(name)._attributes, triangles, depth, flow)
    assert depth.max() < FAR


def test_an_open_mouth_is_dark_and_red_inside_but_not_black() -> None:
    frame = _frame(jawOpen=0.5).astype(float)
    skin = float(np.median(portrait().image[_around((50, 280))].mean(2)))
    where = _around(MOUTH_OPENING, 0)
    middle = (where[0].stop + where[0].start) // 2 + round(5 * rig().head.mm)
    inside = frame[middle, where[1]][10:-10]
    assert 0.12 * skin < inside.mean() < 0.9 * skin
    assert inside[:, 0].mean() > inside[:, 2].mean()


def test_a_blink_hides_the_iris() -> None:
    for eye in EYES:
        where = _around(eye.opening, -2)
        dark = [np.percentile(f[where].mean(2), 5) for f in (_frame(), _frame(eyeBlink=1.0))]
        assert dark[1] > dark[0] + 10


def test_gaze_moves_the_iris_to_the_side_it_looks_and_nothing_else() -> None:
    frame = _frame(gaze_yaw=15)
    where = _around(EYES[0].opening, 0)
    dark = [float((255 - f[where].mean(2)).clip(90).argmax(1).mean()) for f in (_frame(), frame)]
    assert dark[1] > dark[0]
    assert _change(frame, _around(LIPS)) < 0.01


@pytest.mark.parametrize("pose", [p for p in POSES if p != "neutral"])
def test_every_pose_of_the_sheet_changes_the_picture(pose: str) -> None:
    assert _change(_frame(**POSES[pose])) > 0.02


def test_sealed_lips_hide_the_teeth_of_a_smile() -> None:
    astronaut = rig("astronaut").mesh.points[list(MOUTH_OPENING)]
    x, y = astronaut.mean(0).astype(int)
    frames = (_frame("astronaut"), _frame("astronaut", lipsSealed=1))
    teeth, lips = (f[y - 3 : y + 4, x - 12 : x + 13].astype(float) for f in frames)
    assert np.abs(teeth - lips).mean() > 12
    assert (lips[..., 0] - lips[..., 2]).mean() > (teeth[..., 0] - teeth[..., 2]).mean() + 5


def test_an_open_smile_rests_sealed_while_it_speaks_and_stays_itself_in_silence() -> None:
    silence, speech = [{}] * 60, [{"jawOpen": 0.15}] * 10
    sealed = seal_while_speaking(motion(silence + speech), open_mouth=True).coefficients[:, SEALED]
    assert sealed[:30].max() == 0
    assert sealed[-5:].min() > 0.5
    assert np.abs(np.diff(sealed)).max() < 0.2
    unchanged = seal_while_speaking(motion(speech), open_mouth=False).coefficients[:, SEALED]
    assert unchanged.max() == 0


def test_cpu_time_is_known_for_every_stage() -> None:
    _frame()
    spent = renderer().stage_ms()
    assert set(spent) == set(STAGES)
    assert all(ms > 0 for ms in spent.values())


def test_a_contact_sheet_lays_frames_out_in_rows() -> None:
    where = face_window(portrait().face.landmarks, portrait().size)
    sheet = contact_sheet([portrait().image[where]] * 5, "abcde", columns=3, side=64)
    assert sheet.shape[1] == 3 * 64
    assert sheet.shape[0] % 2 == 0
