"""Copies are found by how they look and sound, other videos are not taken for them."""

import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from provenance.errors import FileRefused
from provenance.fingerprints import Index, Prints, compare, take
from provenance.fingerprints.picture import distance, mirrored, picture_hash, typical
from provenance.fingerprints.sound import error_at

SAMPLES = Path(__file__).parents[2] / "samples"
SWAY = "scale=300:300,crop=256:256:'20+10*sin(n/9)':'20+10*cos(n/13)'"


def ffmpeg(*arguments: str) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-nostdin", "-loglevel", "error", *arguments]
    subprocess.run(command, check=True)


def film(folder: Path, portrait: str, voice: str) -> Path:
    """Eight seconds of a swaying portrait with a voice."""
    out = folder / f"{portrait}{voice}.mp4"
    picture = ["-loop", "1", "-framerate", "25", "-i", str(SAMPLES / f"portrait_{portrait}.png")]
    sound = ["-i", str(SAMPLES / f"portrait_{voice}.wav")]
    encode = ["-t", "8", "-vf", SWAY, "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    ffmpeg(*picture, *sound, *encode, str(out))
    return out


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("films")
    return {name: film(folder, *name) for name in ("aa", "ab", "bb")}


@pytest.fixture(scope="module")
def known(films: dict[str, Path]) -> dict[str, Prints]:
    return {name: take(path) for name, path in films.items()}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "starts_s"),
    [
        (("-crf", "36", "-c:a", "aac", "-b:a", "32k"), 0.0),
        (("-ss", "2", "-t", "5"), 2.0),
        (("-vf", "hflip"), 0.0),
        (("-vf", "crop=iw*.9:ih*.9"), 0.0),
        (("-an",), 0.0),
    ],
    ids=["low quality", "cut", "mirrored", "cropped", "silent"],
)
def test_a_copy_is_found(
    change: tuple[str, ...], starts_s: float, films: dict[str, Path], known: dict[str, Prints], tmp_path: Path
) -> None:
    ffmpeg("-i", str(films["aa"]), *change, str(tmp_path / "copy.mp4"))
    suspect = take(tmp_path / "copy.mp4")
    names = list(known)
    candidates = Index.of([known[name] for name in names]).candidates(suspect)
    assert "aa" in {names[candidate.number] for candidate in candidates}
    likeness = compare(suspect, known["aa"])
    assert likeness.same_video
    assert likeness.starts_s == pytest.approx(starts_s, abs=0.3)
    assert likeness.mirrored == ("hflip" in change)


@pytest.mark.slow
def test_other_words_of_the_same_portrait_are_another_video(known: dict[str, Prints]) -> None:
    likeness = compare(known["ab"], known["aa"])
    assert likeness.same_portrait
    assert not likeness.same_video


@pytest.mark.slow
def test_the_same_recording_from_another_mouth_is_told_apart(known: dict[str, Prints]) -> None:
    """The recording may have been known before it came to us."""
    nearest = min(("aa", "ab", "bb"), key=lambda name: compare(known["bb"], known[name]).portrait_bits)
    assert nearest == "bb"
    assert compare(known["ab"], known["bb"]).same_sound
    assert compare(known["ab"], known["bb"]).portrait_bits > compare(known["bb"], known["bb"]).portrait_bits


@pytest.mark.slow
def test_prints_survive_a_database(known: dict[str, Prints]) -> None:
    again = Prints.from_bytes(known["aa"].as_bytes())
    assert np.array_equal(again.pictures, known["aa"].pictures)
    assert np.array_equal(again.words, known["aa"].words)
    assert len(known["aa"].as_bytes()) < 2000


def test_a_mirrored_frame_has_the_mirrored_hash() -> None:
    smooth = np.add.outer(np.sin(np.arange(160) / 9), np.cos(np.arange(160) / 23 + 1)) * 60 + 128
    frame = np.repeat(smooth[..., None], 3, axis=2).astype(np.uint8)
    turned = picture_hash(np.ascontiguousarray(frame[:, ::-1]))
    assert distance(mirrored(picture_hash(frame)), turned) <= 16
    assert distance(picture_hash(frame), turned) > 60


def test_a_typical_picture_outvotes_a_strange_one() -> None:
    rng = np.random.default_rng(3)
    usual, strange = rng.integers(0, 256, (2, 32), dtype=np.uint8)
    assert np.array_equal(typical(np.array([usual, strange, usual])), usual)


def test_a_sound_is_found_where_it_lies() -> None:
    known = np.random.default_rng(5).integers(0, 2**32, 100, dtype=np.uint32)
    assert error_at(known[40:60], known, 8) == (0.0, 40)
    assert error_at(np.concatenate([known[:5] ^ np.uint32(0xFFFF), known[:20]]), known[:20], 20) == (0.0, -5)
    unrelated = np.random.default_rng(6).integers(0, 2**32, 20, dtype=np.uint32)
    assert error_at(unrelated, known, 8)[0] > 0.35


def test_words_that_everybody_says_find_nobody() -> None:
    rng = np.random.default_rng(7)
    hum = rng.integers(0, 2**32, 40, dtype=np.uint32)
    own = rng.integers(0, 2**32, (2500, 40), dtype=np.uint32)
    pictures = rng.integers(0, 256, (2500, 2, 32), dtype=np.uint8)
    index = Index.of(
        [Prints(look, np.concatenate([hum, words])) for look, words in zip(pictures, own, strict=True)]
    )
    nowhere = rng.integers(0, 256, (2, 32), dtype=np.uint8)
    assert index.candidates(Prints(nowhere, hum)) == []
    found = index.candidates(Prints(nowhere, np.concatenate([hum, own[1234]])))
    assert [candidate.number for candidate in found] == [1234]


def test_an_empty_index_finds_nothing() -> None:
    assert Index.of([]).candidates(Prints(np.zeros((1, 32), np.uint8), np.empty(0, np.uint32))) == []


def test_a_sound_file_has_no_picture_to_take(tmp_path: Path) -> None:
    ffmpeg("-f", "lavfi", "-i", "sine=d=1", str(tmp_path / "tone.wav"))
    with pytest.raises(FileRefused, match="no picture"):
        take(tmp_path / "tone.wav")
