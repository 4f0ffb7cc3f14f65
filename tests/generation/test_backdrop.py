import numpy as np
import pytest

from generation import backdrop
from generation.errors import InputRefused, PortraitRefused
from generation.portrait import analyse_shot
from generation.portrait.cutout import cut_out
from generation.portrait.framing import Shot
from generation.stage import Stage, set_up
from tests.generation.pictures import encoded, on_canvas, sample


@pytest.mark.parametrize(
    "text", ["", "red", "#12", "#12345G", "image:", "image", "https://example.org/a.png", "#1234567"]
)
def test_a_background_that_cannot_be_is_refused(text):
    with pytest.raises(InputRefused) as refusal:
        backdrop.read(text)
    assert refusal.value.code == "bad_background"


def test_a_background_that_is_no_picture_is_refused_by_the_safe_decoder(tmp_path):
    hostile = tmp_path / "hostile.png"
    hostile.write_bytes(b"#EXTM3U\nfile:///etc/passwd")
    with pytest.raises(PortraitRefused):
        backdrop.read(f"image:{hostile}")
    with pytest.raises(InputRefused) as refusal:
        backdrop.read(f"image:{tmp_path / 'nowhere.png'}")
    assert refusal.value.code == "background_missing"


def test_a_picture_covers_the_frame_without_being_stretched(tmp_path):
    wide = np.zeros((100, 400, 3), np.uint8)
    wide[:, 150:250] = 200
    (tmp_path / "wide.png").write_bytes(encoded(wide))
    behind = backdrop.read(f"image:{tmp_path / 'wide.png'}").paint(np.zeros((200, 400, 3), np.uint8))
    assert behind.shape == (200, 400, 3)
    assert behind[100, 200, 0] == 200
    assert behind[100, 60, 0] == 0  # 100 px of 400 became 200 px of 400


def test_colours_along_the_outline_lose_the_old_background():
    across = np.clip((np.arange(120) - 50) / 12, 0, 1).astype(np.float32)
    matte = np.repeat(across[None], 120, 0)
    person, ground = np.float32((180, 120, 90)), np.float32((20, 200, 30))
    image = matte[..., None] * person + (1 - matte[..., None]) * ground
    behind = np.full((120, 120, 3), ground, np.uint8)
    found = cut_out(np.uint8(image + 0.5), matte, behind)
    edge = (found.matte > 0.05) & (found.matte < 0.95)
    assert edge.any()
    assert np.abs(found.colours[edge].astype(int) - person).max() < 12


def test_an_outline_that_is_too_generous_gives_the_backgrounds_pixels_back():
    image = np.full((512, 512, 3), (240, 240, 240), np.uint8)
    image[:, 200:] = (120, 80, 60)
    matte = np.zeros((512, 512), np.float32)
    matte[:, 198:] = 1
    found = cut_out(image, matte, np.full_like(image, 240))
    assert found.matte[256, 198:200].max() < 0.1
    assert found.matte[256, 201:].min() == 1


@pytest.fixture(scope="module")
def sitting():
    two = on_canvas((sample("b", 400), 0, 100), (sample("a", 400), 400, 100), width=900, height=500)
    return analyse_shot(encoded(two), Shot(None, True), face_index=0)


def shown(stage: Stage) -> np.ndarray:
    (frame,) = stage.frames(lambda portrait: iter([portrait.image]))
    return frame


def test_kept_and_still_the_whole_photo_is_itself(sitting):
    assert np.array_equal(shown(set_up(sitting, backdrop.KEPT)), sitting.picture)


def test_who_does_not_speak_stays_before_another_background(sitting):
    frame = shown(set_up(sitting, backdrop.read("#10C020")))
    for x, y in sitting.people:
        here = slice(round(y) - 15, round(y) + 15), slice(round(x) - 15, round(x) + 15)
        assert np.abs(frame[here].astype(int) - sitting.picture[here]).max() <= 2
    assert np.abs(frame[10, 10].astype(int) - (16, 192, 32)).max() <= 1
    assert np.abs(frame[60, 400].astype(int) - (16, 192, 32)).max() <= 1


def test_nothing_behind_means_opacity_that_gives_the_same_picture_over_any_colour(sitting):
    frame = shown(set_up(sitting, backdrop.read("none")))
    assert frame.shape == (*sitting.picture.shape[:2], 4)
    assert frame[10, 10, 3] == 0
    x, y = sitting.people[0]
    assert frame[round(y), round(x), 3] == 255
    opacity = frame[..., 3:] / 255
    over = frame[..., :3] * opacity + np.float32((16, 192, 32)) * (1 - opacity)
    assert np.abs(over - shown(set_up(sitting, backdrop.read("#10C020")))).mean() < 0.5
