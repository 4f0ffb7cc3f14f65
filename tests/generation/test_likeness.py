"""Mouth, eyes and skin as a viewer sees them close up."""

from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest

from generation.evaluate.sheet import POSES, motion
from generation.portrait import analyse
from generation.portrait.rig import build
from generation.portrait.shapes import CLOSED_BELOW, eye_opening
from generation.portrait.topology import (
    CHEEKS,
    CHIN,
    EYES,
    LIP_MIDDLE_LOWER,
    LIP_MIDDLE_UPPER,
    LIPS,
    MOUTH_OPENING,
)
from generation.render import Renderer
from generation.render.eyeball import converged
from generation.render.folds import folds
from generation.render.lips import OUTLINE, lip_rims
from generation.render.sprites import teeth
from generation.render.surface import SCALE, fine_image
from generation.types import CHANNELS
from tests.generation.sitters import portrait, renderer, rig

pytestmark = pytest.mark.slow  # whole portraits painted, about two seconds each

SAMPLES = ["portrait_a", "portrait_b"]


def _frame(name: str = "portrait_a", **setting: float) -> np.ndarray:
    return renderer(name).draw(motion([setting]), 0)


def _box(name: str, points: tuple[int, ...], margin: int) -> tuple[slice, slice]:
    marks = rig(name).mesh.points[list(points)]
    low, high = marks.min(0).astype(int) - margin, marks.max(0).astype(int) + margin
    return slice(low[1], high[1]), slice(low[0], high[0])


def _skin(name: str) -> float:
    x, y = np.round(rig(name).mesh.points[list(CHEEKS)]).astype(int).T
    return float(np.median(portrait(name).image[y, x].mean(1)))


def _middle_of_the_mouth(name: str, setting: dict[str, float]) -> np.ndarray:
    """Luminance from lip to lip, the middle 8 mm wide."""
    row = motion([setting])
    screen = renderer(name)._puppet.pose(row.coefficients[0], row.head[0], 0.0)[:, :2]
    upper, lower = screen[LIP_MIDDLE_UPPER], screen[LIP_MIDDLE_LOWER]
    half = round(4 * rig(name).head.mm)
    x = int(upper[0])
    return _frame(name, **setting)[int(upper[1]) : int(lower[1]) + 1, x - half : x + half].mean(2)


@cache
def _asleep() -> Renderer:
    """A portrait whose eyes are closed: our own blink."""
    blink = _frame(eyeBlink=1.0)
    return Renderer(build(analyse(bytes(cv2.imencode(".png", blink[..., ::-1])[1]))))


@pytest.mark.parametrize("name", SAMPLES)
def test_incisors_are_a_little_brighter_than_skin_and_never_burnt_out(name: str) -> None:
    bright = np.percentile(_middle_of_the_mouth(name, dict(POSES["laugh"])), 80)
    assert 1.0 * _skin(name) < bright < 245


def test_teeth_are_the_same_for_the_same_portrait_and_differ_between_portraits() -> None:
    enamel, gum = np.full(3, 200, np.float32), np.float32([150, 80, 80])
    one, again, other = (teeth("upper", enamel, gum, screen_mm=1.7, seed=s).picture for s in (1, 1, 2))
    assert np.array_equal(one, again)
    assert np.abs(one - other).max() > 10
    assert np.abs(one - one[:, ::-1]).max() > 10  # nor are left and right


@pytest.mark.parametrize("name", SAMPLES)
def test_upper_teeth_touch_the_lower_lip_for_f_and_v(name: str) -> None:
    mouth = _middle_of_the_mouth(name, dict(POSES["f"]))
    assert mouth.mean(1).min() > 0.4 * _skin(name)  # no dark gap from lip to lip


def test_the_seam_between_closed_lips_is_painted_out() -> None:
    fine = fine_image(portrait())
    rims = lip_rims(rig(), fine, 0.2, 150.0)
    area = rims.window
    middle = (rig().mesh.points[LIP_MIDDLE_UPPER] + 0.5) * SCALE - 0.5 - area.corner
    x, y = middle.astype(int)
    seam = (slice(y - 5, y + 6), slice(x - 10, x + 10))
    before = fine[area.y0 : area.y1, area.x0 : area.x1][seam].mean(2)
    assert rims.picture[seam].mean(2).min() > before.min() + 15
    assert np.abs(rims.picture[0] - fine[area.y0, area.x0 : area.x1]).max() < 0.1  # skin beyond stays


def test_a_black_and_white_portrait_stays_black_and_white() -> None:
    grey = np.repeat(portrait().image.mean(2, keepdims=True).astype(np.uint8), 3, 2)
    plain = replace(portrait(), image=grey, texture=grey, plate=grey)
    drawn = Renderer(build(plain)).draw(motion([{"jawOpen": 0.5, "eyeBlink": 1.0, "tongueUp": 0.5}]), 0)
    for points in (LIPS, EYES[0].opening):
        rows, columns = _box("portrait_a", points, 4)
        assert np.ptp(drawn[rows, columns].astype(int), axis=2).max() <= 8


def test_the_chin_drops_with_the_jaw() -> None:
    jaw = rig().head.local(rig().vertices + rig().shapes[CHANNELS.index("jawOpen")]) - rig().local
    assert 14 < jaw[CHIN, 1] < 40
    assert jaw[CHIN, 1] > 0.5 * jaw[LIP_MIDDLE_LOWER, 1]


@pytest.mark.parametrize("name", SAMPLES)
def test_closed_lids_are_skin_down_to_a_lash_line(name: str) -> None:
    blink = _frame(name, eyeBlink=1.0)
    for eye in EYES:
        rows, columns = _box(name, eye.opening, 0)
        upper_half = blink[rows.start : (rows.start + rows.stop) // 2, columns.start + 8 : columns.stop - 8]
        assert upper_half.mean(2).min() > 0.45 * _skin(name)  # no iris, no lashes left behind
        assert blink[rows, columns].mean(2).min() < 0.6 * _skin(name)  # but a lash line below


def test_eyes_closed_in_the_portrait_stay_closed_whatever_is_asked() -> None:
    asleep = _asleep()
    assert all(eye_opening(asleep.rig.local, eye) < CLOSED_BELOW for eye in EYES)
    asked = motion([{}, {"eyeWide": 1.0, "eyeLookUp": 1.0, "gaze_yaw": 15}])
    still, wide = (asleep.draw(asked, i).astype(int) for i in (0, 1))
    assert np.abs(still - wide).max() <= 2


def test_eyes_cross_for_a_near_viewer_and_hold_the_portraits_vergence_at_rest() -> None:
    still, near = np.zeros(6, np.float32), np.float32([0, 0, 0, 0, 0, -350])
    assert converged((0.0, 0.0), still, "Right") == (0.0, 0.0)
    right, left = (converged((0.0, 0.0), near, side)[0] for side in ("Right", "Left"))
    assert right > 1
    assert left == -right
    assert converged((20.0, 0.0), still, "Right")[0] < 20  # past the viewer, nearer to parallel


@pytest.mark.parametrize("name", [*SAMPLES, "astronaut"])
def test_raised_brows_fold_the_forehead_faintly_and_only_skin(name: str) -> None:
    forehead = folds(rig(name))[0]
    assert forehead.light.min() > -0.15
    assert forehead.light.max() < 0.1
    dark = portrait(name).image.mean(2) < 0.35 * _skin(name)
    area = forehead.window
    hair = cv2.erode(dark.astype(np.uint8), np.ones((9, 9), np.uint8))[area.y0 : area.y1, area.x0 : area.x1] > 0
    if hair.any():
        assert np.abs(forehead.light[hair]).max() < 0.02


def test_a_mouth_at_rest_is_left_alone() -> None:
    rows, columns = _box("portrait_a", OUTLINE + MOUTH_OPENING, 6)
    assert np.abs(_frame()[rows, columns].astype(int) - portrait().image[rows, columns]).max() <= 1
