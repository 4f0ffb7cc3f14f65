import numpy as np
import pytest

from generation.portrait.crop import Square, cut
from generation.portrait.paste import MOST_SIDE, Paste
from generation.types import ARKIT, Face, Portrait


def scene(width, height):
    y, x = np.mgrid[:height, :width]
    waves = 128 + 60 * np.sin(x / 17) + 50 * np.cos(y / 23)
    return np.stack([waves, 255 - waves, waves / 2 + 40], -1).astype(np.uint8)


def portrait_of(picture, square, size):
    image = cut(picture, square, size)
    face = Face(np.zeros((478, 3), np.float32), dict.fromkeys(ARKIT, 0.0), 0, 0, 0, (0, 0, 1, 1))
    matte = np.ones((size, size), np.float32)
    extent = picture.shape[1], picture.shape[0]
    return Portrait(image, image, face, matte, image, square.affine(size), extent, "")


@pytest.mark.parametrize("square", [Square(100.3, 80.7, 256), Square(60, 40, 400), Square(-30, 100, 300)])
def test_the_untouched_square_disappears_in_its_picture(square):
    picture = scene(500, 420)
    portrait = portrait_of(picture, square, 256)
    paste = Paste(picture, portrait)
    (whole,) = paste.frames([portrait.image])
    assert paste.size == (500, 420)
    assert np.abs(whole.astype(int) - picture).mean() < 1
    assert np.abs(whole.astype(int) - picture).max() < 12


def test_only_the_square_changes():
    picture = scene(500, 420)
    portrait = portrait_of(picture, Square(100, 80, 256), 256)
    (whole,) = Paste(picture, portrait).frames([np.zeros((256, 256, 3), np.uint8)])
    assert whole[80 + 128, 100 + 128].max() == 0
    changed = np.argwhere((whole != picture).any(-1))
    assert changed.min(0).tolist() >= [79, 99]
    assert changed.max(0).tolist() <= [337, 357]


def test_large_and_odd_pictures_become_even_videos_of_bounded_size():
    picture = scene(2501, 1333)
    portrait = portrait_of(picture, Square(500, 300, 700), 256)
    paste = Paste(picture, portrait)
    width, height = paste.size
    assert width <= MOST_SIDE
    assert width % 2 == height % 2 == 0
    (whole,) = paste.frames([portrait.image])
    assert whole.shape == (height, width, 3)
