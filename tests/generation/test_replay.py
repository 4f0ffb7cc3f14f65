"""A record is enough to make the very same frames again, and a change of anything in it shows."""

import json
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from generation.errors import InputRefused
from generation.record import read
from tests.generation.pictures import SAMPLES

PORTRAIT = SAMPLES / "portrait_b.png"
ROOT = Path(__file__).parents[2]


def run(*arguments: object) -> dict[str, object]:
    command = [sys.executable, "-m", "generation", *map(str, arguments), "--json"]
    return dict(json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout))


@pytest.fixture(scope="module")
def voice(tmp_path_factory) -> Path:
    """Two seconds of the sample."""
    path = tmp_path_factory.mktemp("voice") / "voice.wav"
    with wave.open(str(SAMPLES / "portrait_b.wav")) as source, wave.open(str(path), "wb") as target:
        target.setparams(source.getparams())
        target.writeframes(source.readframes(2 * source.getframerate()))
    return path


@pytest.fixture(scope="module")
def record(voice, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("record")
    path, timeline = folder / "job.json", folder / "timeline.json"
    timeline.write_text(json.dumps({"keyframes": [{"at": 0.2, "gaze": [5, 0]}, {"at": 0.8, "gaze": [-5, 0]}]}))
    more = ["--size", 256, "--seed", 5, "--emotion", "happy:0.5", "--timeline", timeline, "--record", path]
    run("render", "--portrait", PORTRAIT, "--audio", voice, "--out", folder / "v.mp4", *more)
    return path


@pytest.mark.slow
def test_a_record_makes_the_same_frames_again(record, voice):
    found = run("replay", record, "--portrait", PORTRAIT, "--audio", voice)
    assert found == {"identical": True, "frames": 50, "same": 50, "different": [], "changed": {}}


@pytest.mark.slow
def test_another_seed_or_version_shows(record, voice, tmp_path):
    kept = json.loads(record.read_text())
    kept["order"]["controls"]["seed"] += 1
    kept["made_with"]["numpy"] = "1.0"
    (tmp_path / "other.json").write_text(json.dumps(kept))
    found = run("replay", tmp_path / "other.json", "--portrait", PORTRAIT, "--audio", voice)
    assert not found["identical"]
    assert len(found["different"]) > 40
    assert found["changed"]["numpy"][0] == "1.0"


@pytest.mark.slow
def test_other_inputs_are_refused(record, voice):
    command = [sys.executable, "-m", "generation", "replay", record, "--portrait", SAMPLES / "portrait_a.png"]
    done = subprocess.run(
        [*map(str, command), "--audio", str(voice)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "is not the portrait of this record" in done.stderr


@pytest.mark.parametrize(
    "content", ["", "[]", '{"what": "sitter render", "v": 1, "frames": 2, "digests": "00", "order": {}}']
)
def test_what_is_no_record_is_refused(content, tmp_path):
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(InputRefused, match="no record of a render"):
        read(tmp_path / "x.json")
