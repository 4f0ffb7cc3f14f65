"""A film that says something else: which films are refused, how frames are used, what changes and what stays."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from generation.__main__ import main
from generation.dub import examine, grain, mask, match, watching
from generation.dub.frames import Frames, back_and_forth
from generation.dub.pose import follow, placed, smoothed
from generation.dub.refusals import FilmRefused
from generation.errors import InputRefused, RecordingRefused
from generation.evaluate.video import opened
from generation.first_bytes import is_film
from generation.portrait import analyse, rig
from generation.portrait.topology import FACE_POINTS
from generation.render.paint import Window
from generation.render.pose import Puppet
from generation.speech.decode import read
from generation.types import Frame
from tests.generation.films import film
from tests.generation.pictures import encoded, on_canvas, sample, spoken

SIDE = 256


def refusal(place: Path) -> str:
    with pytest.raises(FilmRefused) as caught:
        watching.watch(place)
    assert caught.value.message
    assert caught.value.hint
    return caught.value.code


def test_a_film_plays_back_and_forth_without_showing_its_ends_twice() -> None:
    assert back_and_forth(3, 8) == [0, 1, 2, 1, 0, 1, 2, 1]
    assert back_and_forth(1, 2) == [0, 0]


def test_frames_come_back_in_any_order() -> None:
    kept = Frames()
    pictures = [np.full((16, 24, 3), level, np.uint8) for level in (10, 120, 240)]
    for picture in pictures:
        kept.append(picture)

    assert [int(kept[index].mean()) for index in (2, 0, 1)] == [240, 10, 120]


def test_a_field_holds_what_is_known_and_fades_where_nothing_is() -> None:
    at = np.array([[40.0, 40.0]], np.float32)

    field = match.field(at, np.array([[5.0]], np.float32), np.ones(1, np.float32), (80, 240), 10, 0.1)

    assert field.shape == (80, 240, 1)
    assert field[40, 40, 0] == pytest.approx(5 / 1.1, rel=0.01)
    assert abs(field[40, 230, 0]) < 0.01


@pytest.mark.parametrize(
    ("head", "film"),
    [
        (b"\0\0\0 ftypisom\0\0", True),
        (b"\0\0\0\x14ftypqt  \0\0", True),
        (b"\x1aE\xdf\xa3\x01\0\0\0\0\0\0\x1f", True),
        (b"\0\0\0 ftypavif\0\0", False),
        (b"\0\0\0\x18ftypheic\0\0", False),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", False),
        (b"\x89PNG\r\n\x1a\n\0\0\0\r", False),
        (b"", False),
    ],
)
def test_films_are_told_from_pictures_by_their_first_bytes(head: bytes, film: bool) -> None:
    assert is_film(head) is film


def test_noise_is_measured_taken_out_and_laid_on_again() -> None:
    clean = np.repeat(np.linspace(60, 180, 96, dtype=np.float32)[None, :, None].repeat(96, 0), 3, 2)
    noisy = np.clip(clean + grain.grain((96, 96), 6.0, 1), 0, 255).astype(np.uint8)

    assert grain.level(clean.astype(np.uint8)) == 0
    assert grain.level(noisy) == pytest.approx(6, rel=0.4)
    assert np.abs(grain.cleaned(noisy, 6.0) - clean).mean() < 0.5 * np.abs(noisy - clean).mean()
    assert np.array_equal(grain.grain((9, 9), 3.0, 2), grain.grain((9, 9), 3.0, 2))


def test_smoothing_keeps_a_nod_and_calms_a_tremble() -> None:
    t = np.arange(75) / 25
    nod = 8 * np.sin(2 * np.pi * 1.5 * t)
    tremble = np.random.default_rng(0).normal(size=75)

    assert np.abs(smoothed(nod[:, None], 25)[5:-5, 0] - nod[5:-5]).max() < 0.8
    assert smoothed(tremble[:, None], 25).std() < 0.75 * tremble.std()


@pytest.mark.slow
def test_a_turned_head_is_found_again_from_its_landmarks() -> None:
    puppet = Puppet(rig.build(analyse(encoded(sample("a", SIDE)), size=SIDE)))
    heads = np.array([(0, 0, 0, 0, 0, 0), (12, -5, 3, 2, -1, 8), (-15, 6, -4, -3, 2, -10)], np.float32)
    points = tuple(range(FACE_POINTS))
    seen = np.stack([placed(puppet, head, points) for head in heads]).astype(np.float32)

    found = follow(puppet, seen, 25.0)

    assert np.abs(found[:, :3] - heads[:, :3]).max() < 1.0
    assert np.abs(found[:, 3:] - heads[:, 3:]).max() < 2.0


@pytest.mark.slow
def test_the_mask_covers_lips_and_a_dropped_chin_and_leaves_the_nose() -> None:
    made = rig.build(analyse(encoded(sample("a", SIDE)), size=SIDE))
    face = made.vertices[:FACE_POINTS, :2]
    dropped = face.copy()
    dropped[mask.inside(face, made.head.mm) > 0, 1] += 8 * made.head.mm

    share = mask.share(mask.outlines(dropped, face, made.head.mm), Window(0, 0, SIDE, SIDE), made.head.mm)

    at = {name: tuple(np.round(where[index]).astype(int)[::-1]) for name, where, index in (
        ("upper lip", face, 0), ("filmed lower lip", dropped, 17), ("filmed chin", dropped, 152),
        ("corner", face, 61), ("nose", face, 1), ("nostril", face, 98), ("ear", face, 132),
    )}  # fmt: skip
    assert min(share[at[name]] for name in ("upper lip", "filmed lower lip", "filmed chin", "corner")) > 0.98
    assert max(share[at[name]] for name in ("nose", "nostril", "ear")) < 0.1


@pytest.mark.parametrize("seconds", [0.0, 1.0])
def test_what_is_no_film_is_refused(tmp_path: Path, seconds: float) -> None:
    place = tmp_path / "film.mp4"
    place.write_bytes(b"no film" * int(1000 * seconds))

    with pytest.raises(InputRefused) as caught:
        watching.watch(place)
    assert caught.value.code == "video_unreadable"


@pytest.mark.slow
def test_films_that_cannot_be_dubbed_say_why(tmp_path: Path) -> None:
    one, other = sample("a", SIDE), sample("b", SIDE)
    grey = np.full((SIDE, SIDE, 3), 128, np.uint8)
    both = on_canvas((one, 0, 0), (other, SIDE, 0), width=2 * SIDE, height=SIDE)
    small = on_canvas((cv2.resize(one, (120, 120)), 60, 60), width=SIDE, height=SIDE)

    def made(*frames: Frame, fps: float = 12.0) -> str:
        return refusal(film(tmp_path / "film.mp4", frames, fps))

    assert made(*[grey] * 14) == "film_no_face"
    assert made(*[both] * 14) == "film_two_faces"
    assert made(*[small] * 14) == "film_face_too_small"
    assert made(*[one] * 6) == "film_too_short"
    assert made(*[one] * 6, *[255 - one] * 8) == "film_cut"
    assert made(*[one] * 14, fps=5) == "film_too_slow"
    assert made(*[one] * 4, *[_covered(one)] * 10) == "film_face_lost"
    assert made(*[_leaned(one, 2.5 * step) for step in range(14)]) == "film_turned_too_far"
    wide = [on_canvas((one, 12 * step, 0), width=2 * SIDE, height=SIDE) for step in range(14)]
    assert made(*wide) == "film_unsteady"


@pytest.mark.slow
def test_a_dubbed_film_changes_the_mouth_and_nothing_else(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    frames = [_leaned(sample("a", 384), 2 * np.sin(step / 4)) for step in range(30)]
    source = film(tmp_path / "film.mp4", frames)
    voice, out = spoken(tmp_path / "voice.wav", 1.6), tmp_path / "dubbed.mp4"

    code = main(["dub", "--film", str(source), "--audio", str(voice), "--out", str(out), "--json"])

    report = json.loads(capfd.readouterr().out)
    assert code == 0
    assert report["film"]["played"] == "back and forth"
    assert (report["width"], report["height"], report["fps"], report["frames"]) == (384, 384, 25, 40)
    with opened(source) as before, opened(out) as after:
        shown = list(before.frames)
        pairs = [(shown[index], frame) for index, frame in zip(back_and_forth(30, 40), after.frames, strict=True)]
    change = np.mean([np.abs(new.astype(np.float32) - old).mean(2) for old, new in pairs], axis=0)
    assert change[60:200].mean() < 2.0  # eyes, brows, hair: only the encoder's losses
    assert change[225:262, 150:235].mean() > 6.0  # the mouth speaks


@pytest.mark.slow
def test_an_examined_film_leaves_a_still_and_a_clean_copy_without_sound(tmp_path: Path) -> None:
    source = film(tmp_path / "film.mp4", [_leaned(sample("a", SIDE), np.sin(step / 4)) for step in range(30)])
    clean = tmp_path / "clean.mp4"

    found = examine(source, out=clean)

    assert (found.width, found.height, found.fps) == (SIDE, SIDE, 25)
    assert {advice.code for advice in found.advice} == {"short", "small_face"}
    x0, y0, x1, y1 = found.box
    assert 0 < x0 < x1 < SIDE
    assert 0 < y0 < y1 < SIDE
    assert found.still.startswith(b"\x89PNG")
    with opened(clean) as copy:
        assert sum(1 for _ in copy.frames) == 30
    with pytest.raises(RecordingRefused, match="no sound"):
        read(clean)


def _covered(picture: Frame) -> Frame:
    hidden = picture.copy()
    hidden[SIDE // 5 : SIDE * 4 // 5] = cv2.GaussianBlur(picture, (0, 0), 25)[SIDE // 5 : SIDE * 4 // 5]
    return hidden


def _leaned(picture: Frame, degrees: float) -> Frame:
    side = picture.shape[0]
    matrix = cv2.getRotationMatrix2D((side / 2, side * 0.9), float(degrees), 1)
    return np.asarray(cv2.warpAffine(picture, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE), np.uint8)
