import numpy as np
import pytest

from generation.portrait.framing import ASPECTS, MOST_SIDE, Shot, Window, canvas, view
from tests.generation.test_crop import face

PHOTOS = ((1600, 900), (900, 1600), (700, 700), (4000, 3000), (353, 501))


@pytest.mark.parametrize("photo", PHOTOS)
@pytest.mark.parametrize("aspect", [*ASPECTS, None])
@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("tall", [0.2, 0.6])
def test_every_shape_is_even_holds_the_head_and_stays_within_bounds(photo, aspect, whole, tall):
    width, height = photo
    who = face(0.4 * width, 0.45 * height, tall * min(photo))
    seen = view(Shot(None, whole, aspect), who, width, height)
    across, down = seen.size
    assert across % 2 == down % 2 == 0
    assert max(seen.size) <= MOST_SIDE
    wanted = ASPECTS[aspect] if aspect else (width / height if whole else 1)
    assert across / down == pytest.approx(wanted, rel=0.012)
    for landmark in (10, 152):
        x, y = (who.landmarks[landmark, :2] - (seen.left, seen.top)) * seen.scale
        assert 0 < x < across
        assert 0 < y < down


@pytest.mark.parametrize("photo", PHOTOS)
@pytest.mark.parametrize("aspect", [*ASPECTS, None])
def test_the_window_lies_on_whole_pixels_of_the_video(photo, aspect):
    width, height = photo
    seen = view(Shot(None, True, aspect), face(0.4 * width, 0.45 * height, 0.3 * min(photo)), width, height)
    exact = (seen.square.left - seen.left) * seen.scale, (seen.square.top - seen.top) * seen.scale
    assert exact == pytest.approx((seen.window.left, seen.window.top))
    assert seen.square.side * seen.scale == pytest.approx(seen.window.side)


def test_without_wishes_the_video_is_the_square():
    seen = view(Shot(), face(400, 400, 200), 800, 800)
    assert seen.is_square
    assert seen.size == (512, 512)


def test_a_whole_photo_is_shown_at_its_own_resolution_and_the_square_painted_at_its_own():
    seen = view(Shot(whole=True), face(400, 400, 200), 801, 600)
    assert (seen.size, seen.scale, seen.left, seen.top) == ((800, 600), 1, 0, 0)
    assert seen.painted == seen.window.side == 470


def test_the_size_is_that_of_the_shorter_side():
    seen = view(Shot(720, False, "9:16"), face(400, 500, 120), 800, 1400)
    assert seen.size == (720, 1280)
    assert seen.window.side == 720


def test_what_a_tall_frame_lacks_is_added_above():
    seen = view(Shot(512, False, "9:16"), face(350, 350, 320), 700, 700)
    assert seen.top < 0
    assert seen.top + seen.size[1] / seen.scale == pytest.approx(700)


def test_the_canvas_continues_the_photo_as_far_as_needed():
    picture = np.random.default_rng(0).integers(0, 255, (300, 300, 3), np.uint8)
    seen = view(Shot(256, False, "16:9"), face(150, 150, 150), 300, 300)
    wide, right, down = canvas(picture, seen)
    assert np.array_equal(wide[down : down + 300, right : right + 300], picture)
    assert wide.shape[1] >= seen.size[0] / seen.scale
    assert seen.window != Window(0, 0, 256)


def test_a_photo_that_suffices_is_its_own_canvas():
    picture = np.zeros((900, 1600, 3), np.uint8)
    assert canvas(picture, view(Shot(None, True), face(700, 400, 150), 1600, 900))[0] is picture
