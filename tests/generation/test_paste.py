import numpy as np
import pytest

from generation.portrait.crop import Square, cut
from generation.portrait.framing import Window
from generation.portrait.paste import Paste


def scene(width, height):
    y, x = np.mgrid[:height, :width]
    waves = 128 + 60 * np.sin(x / 17) + 50 * np.cos(y / 23)
    return np.stack([waves, 255 - waves, waves / 2 + 40], -1).astype(np.uint8)


@pytest.mark.parametrize("window", [Window(100, 80, 256), Window(60, 10, 400)])
@pytest.mark.parametrize("share", [1.0, 0.8, 1.3])
def test_the_untouched_square_disappears_in_its_picture(window, share):
    picture = scene(500, 420)
    square = cut(picture, Square(window.left, window.top, window.side), round(share * window.side))
    (whole,) = Paste(picture, window).frames([square])
    assert np.abs(whole.astype(int) - picture).max() <= (0 if share == 1 else 8)


@pytest.mark.parametrize("window", [Window(100, 80, 256), Window(-40, 100, 300), Window(300, -20, 500)])
def test_only_the_square_changes_and_nothing_of_the_given_picture(window):
    picture = scene(500, 420)
    (whole,) = Paste(picture, window).frames([np.zeros((window.side, window.side, 3), np.uint8)])
    assert np.array_equal(picture, scene(500, 420))
    changed = np.argwhere((whole != picture).any(-1))
    top, left = changed.min(0)
    bottom, right = changed.max(0)
    assert top >= window.top
    assert left >= window.left
    assert bottom < window.top + window.side
    assert right < window.left + window.side
    middle = whole[max(window.top, 0) + 150, max(window.left, 0) + 120]
    assert middle.max() == 0


def test_the_square_melts_into_the_picture_within_its_rim():
    picture = np.zeros((300, 300, 3), np.uint8)
    (whole,) = Paste(picture, Window(0, 0, 300)).frames([np.full((300, 300, 3), 200, np.uint8)])
    across = whole[150, :, 0].astype(int)
    assert across[0] == across[-1] == 0
    assert across[12:288].min() == 200
    assert np.diff(across[:13]).min() >= 0
    assert np.abs(np.diff(across)).max() < 40
