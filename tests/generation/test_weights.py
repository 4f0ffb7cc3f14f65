import hashlib
import zipfile
from pathlib import Path

import pytest

from generation import registry, weights
from generation.errors import InputRefused, MissingOnMachine
from generation.registry import Part, Weight, WeightFile

CONTENT = b"the numbers of a very small network"
RIGHT = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that pip takes for the whole package index."""
    place = tmp_path / "shelf"
    place.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(place))
    return place


def add_wheel(shelf: Path, name: str, files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(shelf / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        about = f"{name}-1.0.dist-info"
        for path, content in files.items():
            wheel.writestr(path, content)
        wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")


def register(monkeypatch: pytest.MonkeyPatch, *parts: Part, sha256: str = RIGHT, urls: tuple[str, ...] = ()) -> str:
    weight = Weight("toy", "MIT", (WeightFile("toy.bin", sha256, parts, urls),))
    monkeypatch.setitem(registry.REGISTRY, "toy", weight)
    return "toy"


ABSENT = Part("sitter-toy==1.0", "sitter_toy/toy.bin")


def test_every_weight_has_a_hash_a_licence_and_a_pinned_package():
    for weight in weights.registry():
        assert weight.licence in ("Apache-2.0", "MIT", "BSD-2-Clause", "CC0-1.0")
        for file in weight.files:
            assert len(file.sha256) == 64
            assert all("==" in part.requirement for part in file.parts)
            assert all(url.startswith("https://") for url in file.urls)


def test_a_weight_in_an_installed_package_is_used_where_it_lies(tmp_path):
    assert weights.path("face_landmarker", folder=tmp_path).name == "face_landmarker.task"
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_parts_in_several_packages_are_joined_into_the_cache(tmp_path):
    folder = weights.path("whisper_base", folder=tmp_path)
    assert {place.name for place in folder.iterdir()} == {
        "model.bin",
        "config.json",
        "tokenizer.json",
        "vocabulary.json",
    }


def test_path_never_downloads_and_says_how_to_fetch(tmp_path, monkeypatch, shelf):
    add_wheel(shelf, "sitter_toy", {"sitter_toy/toy.bin": CONTENT})
    register(monkeypatch, ABSENT)
    with pytest.raises(MissingOnMachine, match="not on this machine") as refusal:
        weights.path("toy", folder=tmp_path)
    assert "python -m generation weights fetch toy" in refusal.value.hint


@pytest.mark.slow
def test_fetch_takes_the_file_out_of_its_wheel(tmp_path, monkeypatch, shelf):
    add_wheel(shelf, "sitter_toy", {"sitter_toy/toy.bin": CONTENT})
    register(monkeypatch, ABSENT)
    assert not weights.status("toy", folder=tmp_path).present
    assert weights.fetch("toy", folder=tmp_path).read_bytes() == CONTENT
    found = weights.status("toy", folder=tmp_path)
    assert found.present
    assert found.source.startswith("cache")


def test_a_wheel_with_other_content_is_refused_and_the_next_source_asked(tmp_path, monkeypatch, shelf):
    add_wheel(shelf, "sitter_toy", {"sitter_toy/toy.bin": b"something else"})
    publisher = tmp_path / "publisher.bin"
    publisher.write_bytes(CONTENT)
    register(monkeypatch, ABSENT, urls=(publisher.as_uri(),))
    assert weights.fetch("toy", folder=tmp_path / "cache").read_bytes() == CONTENT


def test_when_nothing_works_every_source_and_the_hash_are_named(tmp_path, monkeypatch, shelf):
    add_wheel(shelf, "sitter_toy", {"sitter_toy/toy.bin": b"something else"})
    register(monkeypatch, ABSENT, urls=((tmp_path / "nowhere").as_uri(),))
    with pytest.raises(MissingOnMachine) as refusal:
        weights.fetch("toy", folder=tmp_path / "cache")
    assert refusal.value.exit_code == 3
    assert "sitter-toy==1.0" in refusal.value.message
    assert "nowhere" in refusal.value.message
    assert RIGHT in refusal.value.hint
    assert not list((tmp_path / "cache" / "toy").iterdir())


@pytest.mark.slow
def test_an_altered_cached_file_is_refused_and_fetched_anew(tmp_path, monkeypatch, shelf):
    add_wheel(shelf, "sitter_toy", {"sitter_toy/toy.bin": CONTENT})
    register(monkeypatch, ABSENT)
    cached = weights.fetch("toy", folder=tmp_path)
    cached.write_bytes(CONTENT + b"!")
    assert not weights.status("toy", folder=tmp_path).present
    assert weights.fetch("toy", folder=tmp_path).read_bytes() == CONTENT


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(InputRefused) as refusal:
        weights.path("gigantic")
    assert "face_landmarker" in refusal.value.hint
