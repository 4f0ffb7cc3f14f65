import numpy as np
import pytest

from generation.portrait.crop import Square, continued, cut, square, texture_scale
from generation.portrait.inpaint import grain, push_pull
from generation.types import ARKIT, Face


def ramp(width, height):
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    return np.stack([x, y, (x + y) // 2], -1).astype(np.uint8)


def face(x, y, tall, yaw=0.0):
    landmarks = np.zeros((478, 3), np.float32)
    landmarks[:, :2] = x, y
    landmarks[10, 1], landmarks[152, 1] = y - tall / 2, y + tall / 2
    return Face(
        landmarks,
        dict.fromkeys(ARKIT, 0.0),
        yaw,
        0.0,
        0.0,
        (x - tall / 3, y - tall / 2, x + tall / 3, y + tall / 2),
    )


def test_the_whole_picture_cut_at_its_own_size_is_itself():
    picture = ramp(120, 120)
    assert np.array_equal(cut(picture, Square(0, 0, 120), 120), picture)


def test_the_affine_says_where_pixels_went():
    picture, where = ramp(200, 200), Square(20, 60, 100)
    small = cut(picture, where, 50)
    source = np.array([70.0, 110.0])  # x, y of a pixel centre
    x, y = where.affine(50)[:, :2] @ source + where.affine(50)[:, 2]
    assert small[round(y), round(x), 0] == pytest.approx(70, abs=1)
    assert small[round(y), round(x), 1] == pytest.approx(110, abs=1)


def test_sub_pixel_squares_shift_by_fractions():
    picture = 2 * ramp(120, 120)
    here, there = cut(picture, Square(10.0, 10.0, 100), 100), cut(picture, Square(10.5, 10.0, 100), 100)
    assert (there[50, 10:90, 0].astype(float) - here[50, 10:90, 0]).mean() == pytest.approx(1)


def test_the_square_is_moved_into_the_picture():
    where = square(face(60, 300, 100), 800, 600)
    assert where.side == pytest.approx(235)
    assert where.left == 0


def test_a_picture_a_little_too_small_is_used_whole():
    assert square(face(256, 250, 270), 512, 512) == Square(0, 0, 512)


def test_a_tight_picture_is_exceeded_around_its_centre():
    where = square(face(150, 200, 300), 300, 400)
    assert where.side == pytest.approx(480)
    assert where.left < 0
    assert where.left + where.side > 300


def test_a_turned_head_keeps_room_behind_it():
    ahead, leftward = square(face(500, 500, 200), 1000, 1000), square(face(500, 500, 200, yaw=-30), 1000, 1000)
    assert leftward.left > ahead.left


def test_beyond_the_photo_its_edge_goes_on_without_a_seam():
    picture = np.full((80, 80, 3), (60, 120, 180), np.uint8)
    whole = continued(picture, (20, 20, 20, 20))
    assert whole.shape == (120, 120, 3)
    assert np.array_equal(whole[20:100, 20:100], picture)
    assert np.abs(whole.astype(int) - picture[0, 0]).max() <= 1


def test_the_texture_is_doubled_only_where_the_source_shows_more():
    assert texture_scale(Square(0, 0, 1000), 512) == 2
    assert texture_scale(Square(0, 0, 600), 512) == 1


def test_push_pull_keeps_what_is_known_and_fills_smoothly():
    picture = np.repeat(np.linspace(0, 200, 128, dtype=np.float32)[None, :, None], 128, 0).repeat(3, 2)
    known = np.ones((128, 128), np.float32)
    known[40:90, 40:90] = 0
    filled = push_pull(picture, known)
    assert np.array_equal(filled[known == 1], picture[known == 1])
    assert np.abs(filled - picture).max() < 40  # the hole spans 80 of 200 levels


def test_grain_of_a_clean_picture_is_none_and_of_a_noisy_one_half():
    rng = np.random.default_rng(0)
    clean = np.full((128, 128, 3), 128, np.uint8)
    noisy = np.clip(128 + rng.normal(0, 5, clean.shape), 0, 255).astype(np.uint8)
    known = np.ones((128, 128), np.float32)
    assert np.abs(grain(clean, known, rng)).max() == 0
    assert grain(noisy, known, rng).std() == pytest.approx(2.5, rel=0.25)
