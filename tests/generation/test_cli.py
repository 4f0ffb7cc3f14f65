import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import numpy as np
import pytest

from generation import motion_file
from generation.__main__ import main
from generation.errors import InputRefused
from generation.types import CHANNELS, Motion
from tests.generation.pictures import SAMPLES, encoded, on_canvas, sample, spoken, tone

ROOT = Path(__file__).parents[2]


def answer(capsys, *arguments, code=0):
    assert main([*map(str, arguments), "--json"]) == code
    shown = capsys.readouterr()
    (line,) = shown.out.splitlines()
    return json.loads(line)


def refusal(capsys, *arguments, code=2):
    error = answer(capsys, *arguments, code=code)["error"]
    assert set(error) == {"code", "message", "hint"}
    return error["code"]


def render(tmp_path, *more, portrait=SAMPLES / "portrait_b.png", audio=SAMPLES / "portrait_b.wav", out="v.mp4"):
    return ["render", "--portrait", portrait, "--audio", audio, "--out", tmp_path / out, *more]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (["--size", "513"], "bad_size"),
        (["--size", "128"], "bad_size"),
        (["--aspect", "2:1"], "usage"),
        (["--background", "sunset"], "bad_background"),
        (["--background", "image:nowhere.png"], "background_missing"),
        (["--background", "none"], "bad_out"),
        (["--fps", "5"], "bad_fps"),
        (["--fps", "nan"], "bad_fps"),
        (["--gaze", "left"], "usage"),
        (["--gaze", "80,0"], "bad_gaze"),
        (["--distance", "3"], "bad_distance"),
        (["--emotion", "bored"], "bad_emotion"),
        (["--emotion", "happy:7"], "bad_emotion_weight"),
        (["--seed", "x"], "usage"),
        (["--motion", "nowhere.json"], "motion_unreadable"),
    ],
)
def test_an_option_that_cannot_be_is_refused(capsys, tmp_path, more, code):
    assert refusal(capsys, *render(tmp_path, *more)) == code
    assert not list(tmp_path.iterdir())


def test_missing_files_are_named(capsys, tmp_path):
    assert refusal(capsys, *render(tmp_path, portrait=tmp_path / "no.png")) == "portrait_missing"
    assert refusal(capsys, *render(tmp_path, audio=tmp_path / "no.wav")) == "recording_missing"
    assert refusal(capsys, *render(tmp_path, out="v.avi")) == "bad_out"
    assert refusal(capsys, *render(tmp_path, "--stream", out="v.webm")) == "bad_out"
    assert refusal(capsys, *render(tmp_path, out="nowhere/v.mp4")) == "bad_out"
    assert refusal(capsys, *render(tmp_path, "--motion-out", "m.txt")) == "bad_out"
    assert refusal(capsys, *render(tmp_path, audio=tmp_path / "v.mp4")) == "bad_out"


def test_a_wrong_command_is_a_refusal_too(capsys):
    assert refusal(capsys, "paint") == "usage"


def test_the_neural_engine_is_missing_on_this_machine(capsys, tmp_path):
    assert refusal(capsys, *render(tmp_path, "--engine", "neural"), code=3) == "engine_missing"


def test_a_refused_portrait_leaves_no_file(capsys, tmp_path):
    picture = tmp_path / "plain.png"
    picture.write_bytes(encoded(np.full((300, 300, 3), 99, np.uint8)))
    assert refusal(capsys, *render(tmp_path, portrait=picture)) == "no_face"
    assert not (tmp_path / "v.mp4").exists()


def test_without_json_the_refusal_is_one_sentence_on_stderr(capsys, tmp_path):
    assert main([*map(str, render(tmp_path, "--size", "7"))]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.splitlines() == ["The size 7 cannot be made. Choose an even number from 256 to 1024."]


def test_weights_are_listed_with_licence_and_source(capsys):
    listed = answer(capsys, "weights")["weights"]
    assert {"face_landmarker", "selfie_segmentation", "whisper_base", "hama", "swift_f0", "silero_vad"} <= {
        row["name"] for row in listed
    }
    assert all(set(row) == {"name", "sha256", "licence", "source", "present"} for row in listed)


def test_unknown_weights_are_refused(capsys):
    assert refusal(capsys, "weights", "fetch", "gigantic") == "weights_unknown"


def test_motion_survives_the_way_through_its_file(tmp_path):
    rng = np.random.default_rng(0)
    made = Motion(
        30.0,
        rng.random((7, len(CHANNELS)), np.float32),
        rng.random((7, 6), np.float32),
        rng.random((7, 2), np.float32),
        rng.random(7, np.float32),
    )
    motion_file.write(made, tmp_path / "m.json")
    read = motion_file.read(tmp_path / "m.json")
    assert read.fps == 30
    for name in ("coefficients", "head", "gaze", "breath"):
        assert np.abs(getattr(read, name) - getattr(made, name)).max() < 1e-5


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"fps": 25, "channels": ["wings"], "coefficients": [[1]]}'])
def test_a_file_that_is_no_motion_is_refused(tmp_path, text):
    (tmp_path / "m.json").write_text(text)
    with pytest.raises(InputRefused):
        motion_file.read(tmp_path / "m.json")


@pytest.mark.slow
def test_render_writes_a_labelled_video_and_the_contracted_report(capsys, tmp_path):
    audio = spoken(tmp_path / "short.wav", 1.5)
    motion_out = tmp_path / "m.json"
    report = answer(
        capsys, *render(tmp_path, "--size", "256", "--seed", "3", "--motion-out", motion_out, audio=audio)
    )
    assert list(report) == [
        *("frames", "painted", "fps", "width", "height", "duration_s", "seed", "engine"),
        *("seconds", "realtime_factor", "peak_rss_mb", "weights", "speech"),
    ]
    assert (report["frames"], report["painted"]) == (38, 38)
    assert (report["width"], report["height"], report["seed"], report["engine"]) == (256, 256, 3, "geometric")
    assert {"portrait", "speech", "motion", "render", "encode"} <= set(report["seconds"])
    with av.open(str(tmp_path / "v.mp4")) as video:
        assert abs(float(video.duration / av.time_base) - 1.5) <= 1 / 25
        shown = next(video.decode(video=0)).to_ndarray(format="rgb24")
    assert shown[235:250, 8:60].min() < 90  # the label's dark ground
    assert len(motion_file.read(motion_out)) == 38

    again = answer(capsys, *render(tmp_path, "--size", "256", "--motion", motion_out, audio=audio, out="w.mp4"))
    assert again["frames"] == 38


@pytest.mark.slow
def test_a_shape_without_background_becomes_a_transparent_webm(capsys, tmp_path):
    audio = spoken(tmp_path / "short.wav", 2.0)
    more = ("--size", "256", "--aspect", "4:5", "--background", "none")
    report = answer(capsys, *render(tmp_path, *more, audio=audio, out="v.webm"))
    assert (report["width"], report["height"], report["frames"]) == (256, 320, 50)
    with av.open(str(tmp_path / "v.webm")) as video:
        assert video.streams.video[0].metadata["ALPHA_MODE"] == "1"
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".wav"] == ["v.webm"]


@pytest.mark.slow
def test_which_face_speaks_can_be_said(capsys, tmp_path):
    picture = tmp_path / "two.png"
    two = on_canvas((sample("b", 400), 50, 50), (sample("a", 400), 550, 50), width=1000, height=500)
    picture.write_bytes(encoded(two))
    assert refusal(capsys, *render(tmp_path, portrait=picture)) == "several_faces"
    assert refusal(capsys, *render(tmp_path, "--face", "3", portrait=picture)) == "no_such_face"


@pytest.mark.slow
def test_silence_is_refused(capsys, tmp_path):
    quiet = tone(tmp_path / "tone.wav", 0.01)
    assert main([*map(str, render(tmp_path, "--size", "256", audio=quiet)), "--json"]) == 2
    assert not (tmp_path / "v.mp4").exists()


@pytest.mark.slow
def test_a_refusal_as_a_program_is_one_line_without_the_libraries_chatter(tmp_path):
    picture = tmp_path / "plain.png"
    picture.write_bytes(encoded(np.full((300, 300, 3), 99, np.uint8)))
    command = [sys.executable, "-m", "generation", *map(str, render(tmp_path, portrait=picture))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    lines = [line for line in done.stderr.splitlines() if line.strip() and "|" not in line]
    assert len(lines) == 1
    assert lines[0].startswith("We couldn't find a human face")


@pytest.mark.slow
def test_a_terminated_render_leaves_nothing(tmp_path):
    command = [sys.executable, "-m", "generation", *map(str, render(tmp_path, "--size", "256", "--json"))]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        time.sleep(4)
        os.kill(process.pid, signal.SIGTERM)
        shown, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert json.loads(shown)["error"]["code"] == "cancelled"
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_bench_prints_the_contracted_keys(capsys):
    measured = answer(capsys, "bench", "--size", "256", "--seconds", "1")
    assert set(measured) == {"render_fps", "stages_ms", "cores", "peak_rss_mb"}
    assert {"portrait", "rig", "speech", "motion", "render", "encode"} == set(measured["stages_ms"])
