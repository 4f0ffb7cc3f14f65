"""Films that keep what did not change of an older one."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from generation.__main__ import main
from generation.encode import encode
from generation.errors import InputRefused
from generation.render.changed import changed
from generation.reuse import Stretch, cut_at_keyframes, recall, renew
from generation.types import CHANNELS, Motion
from tests.generation.pictures import SAMPLES, spoken, tone

SIDE, FPS, GOP, COUNT = 64, 25.0, 50, 170


def shown(film: Path) -> np.ndarray:
    """(t, h, w, 3)"""
    with av.open(str(film)) as opened:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in opened.decode(video=0)])


def ramp(rows, tint=0):
    for row in rows:
        yield np.full((SIDE, SIDE, 3), (30 + row // 2, 60 + tint, 90), np.uint8)


def rest(frames: int = 100) -> Motion:
    still = np.zeros((frames, 1), np.float32)
    return Motion(FPS, still.repeat(len(CHANNELS), 1), still.repeat(6, 1), still.repeat(2, 1), still[:, 0])


def differing(rows, count=COUNT):
    differs = np.zeros(count, bool)
    differs[list(rows)] = True
    return differs


def test_a_film_is_cut_at_its_keyframes_around_what_changes():
    assert cut_at_keyframes(differing([70, 149]), GOP) == [
        Stretch(range(50), False),
        Stretch(range(50, 150), True),
        Stretch(range(150, COUNT), False),
    ]
    assert cut_at_keyframes(differing([]), GOP) == [Stretch(range(COUNT), False)]
    assert cut_at_keyframes(differing([COUNT - 1]), GOP)[-1] == Stretch(range(150, COUNT), True)


@pytest.mark.slow
@pytest.mark.parametrize("rows", [[60], [10, COUNT - 1], []])
def test_what_stays_is_the_old_film_to_the_last_bit_and_the_rest_is_new(tmp_path, rows):
    recording = tone(tmp_path / "speech.wav", COUNT / FPS)
    encode(ramp(range(COUNT)), recording=recording, out=tmp_path / "old.mp4", fps=FPS, size=(SIDE, SIDE))
    parts = cut_at_keyframes(differing(rows), GOP)
    anew = ramp([row for part in parts if part.painted for row in part.rows], tint=100)
    told = {"recording": recording, "fps": FPS, "size": (SIDE, SIDE)}
    renew(anew, parts, old=tmp_path / "old.mp4", out=tmp_path / "new.mp4", **told)
    old, new = shown(tmp_path / "old.mp4"), shown(tmp_path / "new.mp4")
    assert len(new) == len(old) == COUNT
    for part in parts:
        before, after = old[part.rows.start : part.rows.stop], new[part.rows.start : part.rows.stop]
        if part.painted:
            assert np.abs(after[..., 0].astype(int) - before[..., 0]).max() <= 3, "each frame in its place"
            assert (after[..., 1] > before[..., 1].astype(int) + 90).all()
        else:
            assert np.array_equal(before, after)
    with av.open(str(tmp_path / "new.mp4")) as film:
        times = [float(frame.time) for frame in film.decode(video=0)]
        assert float(film.streams.audio[0].duration * film.streams.audio[0].time_base) == pytest.approx(
            COUNT / FPS, abs=0.05
        )
    assert np.abs(np.array(times) - np.arange(COUNT) / FPS).max() < 1e-3


def test_a_change_is_felt_as_long_as_the_hair_swings_and_the_lips_are_sealed():
    old = rest()
    turned, spoken_ = old.head.copy(), old.coefficients.copy()
    turned[40:42, 0] = 2.0
    assert list(np.flatnonzero(changed(old, replace(old, head=turned)))) == list(range(40, 61))
    spoken_[70, CHANNELS.index("jawOpen")] = 0.3
    rows = np.flatnonzero(changed(old, replace(old, coefficients=spoken_)))
    assert (rows[0], rows[-1]) == (70 - 18, 70 + 18)
    assert not changed(old, old).any()


def test_a_film_without_its_motion_or_of_another_version_is_not_reused(tmp_path):
    (tmp_path / "old.mp4").write_bytes(b"film")
    with pytest.raises(InputRefused, match=r"no “old\.json”") as refused:
        recall(tmp_path / "old.mp4")
    assert "--motion-out old.json" in refused.value.hint
    (tmp_path / "old.json").write_text(json.dumps({"film": {"film": "another"}}))
    with pytest.raises(InputRefused, match=r"very “old\.mp4”"):
        recall(tmp_path / "old.mp4")
    film = hashlib.sha256(b"film").hexdigest()
    (tmp_path / "old.json").write_text(json.dumps({"film": {"film": film, "engine": "older"}}))
    with pytest.raises(InputRefused, match="another version"):
        recall(tmp_path / "old.mp4")


@pytest.mark.slow
def test_only_the_touched_window_of_a_timeline_is_painted_again(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    spoken(tmp_path / "voice.wav", 6.0)
    still = [{"at": 0, "gaze": [0, 0]}]
    glance = [*still, {"at": 5.3, "gaze": [0, 0]}, {"at": 5.4, "gaze": [15, 0]}]
    for name, keyframes in (("still", still), ("glance", glance)):
        Path(f"{name}.json").write_text(json.dumps({"keyframes": keyframes}))
    asked = ["--portrait", str(SAMPLES / "portrait_b.png"), "--audio", "voice.wav", "--size", "256", "--json"]

    def render(*more: str) -> dict:
        code = main(["render", *asked, *more])
        return json.loads(capsys.readouterr().out) | {"code": code}

    render("--timeline", "still.json", "--out", "old.mp4", "--motion-out", "old.json")
    report = render(
        "--timeline", "glance.json", "--reuse", "old.mp4", "--out", "new.mp4", "--motion-out", "new.json"
    )
    whole = render("--timeline", "glance.json", "--out", "whole.mp4")
    assert (report["frames"], report["painted"], whole["painted"]) == (150, 50, 150)
    old, new, full = (shown(Path(f"{name}.mp4")) for name in ("old", "new", "whole"))
    assert np.array_equal(new[:100], old[:100])
    assert np.abs(new[100:].astype(int) - full[100:]).mean() < 1.5
    assert np.abs(new[145].astype(int) - old[145]).max() > 40, "the glance is seen"

    again = render("--timeline", "glance.json", "--reuse", "new.mp4", "--out", "again.mp4")
    assert again["painted"] == 0
    spoken(tmp_path / "voice.wav", 5.0)
    refused = render("--reuse", "new.mp4", "--out", "never.mp4")
    assert (refused["code"], refused["error"]["code"]) == (2, "reuse_differs")
    assert not Path("never.mp4").exists()
