"""The command line as scripts use it."""

import json
from pathlib import Path

import pytest

from provenance import keys, places
from provenance.cli import main
from tests.provenance import clips


@pytest.fixture(autouse=True)
def environment(site: keys.KeySet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(places.DATA_ENV, str(site.folder.parent))
    for name in (places.KEY_ENV, places.TRUST_ENV):
        monkeypatch.delenv(name, raising=False)


def answer(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    return json.loads(lines[0])


@pytest.mark.slow
def test_identify_prints_the_contracts_keys(signed_video: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["identify", str(signed_video), "--json"]) == 0
    found = answer(capsys)
    assert set(found) == {"verdict", "job_code", "signals", "segment_s"}
    assert (found["verdict"], found["job_code"], found["segment_s"]) == ("made_here", "5AC391E742", [0.0, 3.0])
    assert all(set(signal) == {"name", "found", "confidence", "detail"} for signal in found["signals"])


@pytest.mark.slow
def test_identify_speaks_plainly(signed_video: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    codes = tmp_path / "codes.txt"
    codes.write_text("5AC391E742\n")
    assert main(["identify", str(signed_video), "--codes", str(codes)]) == 0
    said = capsys.readouterr().out
    assert "Made here" in said
    assert "Job code: 5AC391E742, seen from 0 s to 3 s" in said


def test_verify_prints_the_contracts_keys(signed_video: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(signed_video), "--json"]) == 0
    assert answer(capsys) == {
        "manifest": "trusted",
        "signer": "Sitter development signer, Sitter development",
        "failures": [],
        "watermark_agrees": True,
    }


def test_verify_takes_another_root(signed_video: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = keys.create(tmp_path / "other")
    assert main(["verify", str(signed_video), "--trust", str(other.root)]) == 0
    said = capsys.readouterr().out
    assert "Manifest valid" in said
    assert "signingCredential.untrusted" in said


def test_verify_works_for_a_stranger_without_any_key(
    signed_video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(places.DATA_ENV, str(tmp_path))
    assert main(["verify", str(signed_video), "--json"]) == 0
    said = answer(capsys)
    assert (said["manifest"], said["watermark_agrees"]) == ("valid", None)


def test_a_refused_file_exits_2_with_an_error_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["identify", str(tmp_path / "absent.mp4"), "--json"]) == 2
    captured = capsys.readouterr()
    assert set(json.loads(captured.out)["error"]) == {"code", "message", "hint"}
    assert captured.err.count("\n") == 1


def test_a_missing_key_exits_3_and_says_how_to_make_it(
    marked_video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(places.DATA_ENV, str(tmp_path))
    assert main(["identify", str(marked_video)]) == 3
    assert "python -m provenance keys" in capsys.readouterr().err


def test_keys_makes_what_is_missing_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "keys"
    assert main(["keys", "--folder", str(folder), "--json"]) == 0
    made = answer(capsys)["made"]
    assert set(made) == {path.name for path in folder.iterdir()}
    assert {"watermark.key", "root.pem", "chain.pem", "signer.key", "log.key"} <= set(made)
    assert main(["keys", "--folder", str(folder)]) == 0
    assert "nothing was changed" in capsys.readouterr().out


def test_help_names_keys_and_their_places(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--help"], ["identify", "--help"], ["verify", "--help"]):
        with pytest.raises(SystemExit):
            main(arguments)
        said = capsys.readouterr().out
        assert all(name in said for name in (places.KEY_ENV, places.TRUST_ENV, "watermark.key", "root.pem"))


def test_bench_reports_both_layers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--size", "128", "--seconds", "0.2", "--json"]) == 0
    said = answer(capsys)
    assert set(said) == {"frames", "naming_ms", "both_ms", "naming_psnr_db", "both_psnr_db"}
    assert said["frames"] == clips.FPS * 0.2
