"""Motion and timelines as files: what other programs read, and what we read back."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from generation import live_link, motion_file, timeline_file
from generation.__main__ import main
from generation.errors import InputRefused
from generation.motion import plan
from generation.types import ARKIT, AUTO, CHANNELS, Controls, Keyframe, Motion
from tests.generation.pictures import spoken
from tests.generation.speaker import say

TALK = say()


def performed(fps: float = 30.0) -> Motion:
    return plan(TALK, Controls(fps=fps, gaze=(6.0, -2.0)), frames=round(TALK.duration_s * fps))


@pytest.mark.parametrize("fps", [24.0, 29.97, 60.0])
@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_a_motion_survives_the_way_through_its_file(tmp_path: Path, fps: float, suffix: str) -> None:
    made = performed(fps)
    motion_file.write(made, tmp_path / f"m.{suffix}")
    read = motion_file.read(tmp_path / f"m.{suffix}")
    assert read.fps == fps
    for name in ("coefficients", "head", "gaze", "breath"):
        np.testing.assert_allclose(getattr(read, name), getattr(made, name), atol=1e-4)
        assert getattr(read, name).dtype == np.float32


def test_the_csv_has_the_columns_of_live_link_face(tmp_path: Path) -> None:
    made = performed(60.0)
    motion_file.write(made, tmp_path / "m.csv")
    with (tmp_path / "m.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    names = list(rows[0])
    assert names[:5] == ["Timecode", "BlendShapeCount", "EyeBlinkLeft", "EyeLookDownLeft", "EyeLookInLeft"]
    assert names[53:63] == ["TongueOut", *live_link.HEAD, *live_link.EYES]
    assert {name.lower() for name in names[2:54]} == {name.lower() for name in ARKIT}
    assert (rows[0]["Timecode"], rows[61]["Timecode"]) == ("00:00:00:00.000", "00:00:01:01.000")
    assert rows[0]["BlendShapeCount"] == "61"
    assert float(rows[9]["JawOpen"]) == pytest.approx(made.coefficients[9, CHANNELS.index("jawOpen")], abs=1e-5)
    assert np.degrees(float(rows[9]["HeadYaw"])) == pytest.approx(made.head[9, 0], abs=1e-3)
    assert rows[9]["LeftEyeYaw"] == rows[9]["RightEyeYaw"]


def test_a_recording_of_the_app_is_played_by_its_timecodes(tmp_path: Path) -> None:
    rows = [f"14:03:{52 + f // 60:02d}:{f % 60:02d}.207,61,{f / 200:.3f},0.1" for f in range(90)]
    (tmp_path / "take.csv").write_text("\n".join(["Timecode,BlendShapeCount,JawOpen,HeadYaw", *rows]))
    read = motion_file.read(tmp_path / "take.csv")
    assert read.fps == 60
    assert len(read) == 90
    assert read.coefficients[10, CHANNELS.index("jawOpen")] == pytest.approx(0.05)
    assert read.head[0, 0] == pytest.approx(np.degrees(0.1), abs=1e-3)


@pytest.mark.parametrize(
    "text",
    ["", "Timecode,JawOpen\n", "a,b\n1,2\n", "Timecode,JawOpen\n1,x\n", "Timecode,JawOpen\n00:00:00:00,0.5\n",
     "Timecode,JawOpen,FrameRate\n00:00:00:00,nan,25\n", "Timecode,JawOpen,FrameRate\n00:00:00:00,0.5,0\n"],
)  # fmt: skip
def test_a_csv_that_is_no_motion_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.csv").write_text(text)
    with pytest.raises(InputRefused) as refusal:
        motion_file.read(tmp_path / "m.csv")
    assert refusal.value.code == "motion_unreadable"


def test_a_timeline_is_read(tmp_path: Path) -> None:
    rows = [
        {"at": 0, "gaze": [0, 0]},
        {"at": 2.5, "gaze": [12, -3], "emotion": AUTO, "weight": 0.6, "course": "linear"},
        {"at": 4, "head": [5, 0, -3], "distance": 1.1},
    ]
    (tmp_path / "t.json").write_text(json.dumps({"keyframes": rows}))
    assert timeline_file.read(tmp_path / "t.json") == (
        Keyframe(0.0, gaze=(0.0, 0.0)),
        Keyframe(2.5, gaze=(12.0, -3.0), emotion=AUTO, emotion_weight=0.6, course="linear"),
        Keyframe(4.0, head=(5.0, 0.0, -3.0), distance=1.1),
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "timeline_unreadable"),
        ("[]", "timeline_unreadable"),
        ('{"keyframes": 3}', "timeline_unreadable"),
        ('{"keyframes": [], "fps": 3}', "timeline_unreadable"),
        ('{"keyframes": [{"gaze": [1, 2]}]}', "timeline_unreadable"),
        ('{"keyframes": [{"at": 1, "gaze": [1]}]}', "timeline_unreadable"),
        ('{"keyframes": [{"at": 1, "smile": 1}]}', "timeline_unreadable"),
        ('{"keyframes": [{"at": 1, "head": "left"}]}', "timeline_unreadable"),
        ('{"keyframes": [{"at": 1, "gaze": [90, 0]}]}', "timeline_out_of_range"),
        ('{"keyframes": [{"at": 1, "course": "wild"}]}', "timeline_out_of_range"),
        ('{"keyframes": [{"at": 2}, {"at": 1}]}', "timeline_out_of_range"),
    ],
)
def test_a_timeline_that_cannot_be_played_is_refused_in_words(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "t.json").write_text(text)
    with pytest.raises(InputRefused) as refusal:
        timeline_file.read(tmp_path / "t.json")
    assert refusal.value.code == code
    assert refusal.value.hint


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (["--rate", "5"], "bad_fps"),
        (["--expressiveness", "3"], "bad_expressiveness"),
        (["--emotion", "bored"], "bad_emotion"),
        (["--timeline", "nowhere.json"], "timeline_unreadable"),
        (["--out", "m.fbx"], "bad_out"),
    ],
)
def test_wrong_options_of_the_motion_command_are_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, more: list[str], code: str
) -> None:
    given = ["motion", "--audio", "none.wav", "--out", str(tmp_path / "m.csv"), *more, "--json"]
    assert main(given) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == code


@pytest.mark.slow
def test_the_motion_command_writes_curves_at_any_rate(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    audio, out = spoken(tmp_path / "short.wav", 1.5), tmp_path / "m.csv"
    given = ["motion", "--audio", str(audio), "--out", str(out), "--rate", "60", "--emotion", "auto", "--json"]
    assert main(given) == 0
    assert json.loads(capsys.readouterr().out) == {"frames": 90, "fps": 60.0, "duration_s": 1.5, "seed": 0}
    assert len(motion_file.read(out)) == 90
