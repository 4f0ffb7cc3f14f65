"""The command line with texts: speak, render --script, --transcript and --captions."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import pytest

from generation.__main__ import main
from tests.generation.recordings import OWLS, SAMPLES

TEXT = "Hello there."


def run(capsys, *arguments: object) -> tuple[int, dict]:
    code = main([*map(str, arguments), "--json"])
    return code, json.loads(capsys.readouterr().out)


def render(tmp_path: Path, *more: object) -> list[object]:
    picture = SAMPLES / "portrait_b.png"
    return ["render", "--portrait", picture, "--out", tmp_path / "v.mp4", "--size", "256", *more]


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        (["--text", ""], "script_empty"),
        (["--text", "Hello", "--language", "klingon"], "language_unknown"),
        (["--text", "Hello", "--voice", "marilyn"], "voice_unknown"),
        (["--text-file", "nowhere.txt"], "text_missing"),
        ([], "usage"),
    ],
)
def test_speak_refuses_what_cannot_be_said(capsys, tmp_path, more, refused):
    code, answer = run(capsys, "speak", "--out", tmp_path / "v.wav", *more)
    assert (code, answer["error"]["code"]) == (2, refused)
    assert not (tmp_path / "v.wav").exists()


def test_speak_writes_a_recording_and_its_phones(capsys, tmp_path):
    out, phones = tmp_path / "v.wav", tmp_path / "p.json"
    code, answer = run(capsys, "speak", "--text", TEXT, "--voice", "espeak", "--out", out, "--phones", phones)
    assert (code, answer["synthetic_voice"], answer["words"]) == (0, True, 2)
    with wave.open(str(out)) as sound:
        assert sound.getnframes() / sound.getframerate() == pytest.approx(answer["duration_s"], abs=0.01)
    assert [word for word, _, _ in json.loads(phones.read_text("utf-8"))["words"]] == TEXT.split()


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ([], "usage"),
        (["--audio", OWLS, "--script", TEXT], "usage"),
        (["--audio", OWLS, "--voice", "espeak"], "usage"),
        (["--script", TEXT, "--transcript", "x.txt"], "usage"),
        (["--audio", OWLS, "--transcript", SAMPLES / "portrait_b.png"], "bad_text"),
        (["--audio", OWLS, "--captions", "captions.doc"], "bad_out"),
        (["--script", "..."], "script_empty"),
    ],
)
def test_render_refuses_sources_that_do_not_go_together(capsys, tmp_path, more, refused):
    code, answer = run(capsys, *render(tmp_path, *more))
    assert (code, answer["error"]["code"]) == (2, refused)


@pytest.mark.slow
def test_render_makes_a_video_with_captions_from_a_script(capsys, tmp_path):
    captions = tmp_path / "v.srt"
    code, answer = run(capsys, *render(tmp_path, "--script", TEXT, "--voice", "espeak", "--captions", captions))
    assert code == 0
    assert (tmp_path / "v.mp4").stat().st_size > 10_000
    assert answer["speech"]["method"] == "script"
    assert answer["speech"]["synthetic_voice"] is True
    assert TEXT in captions.read_text("utf-8")
