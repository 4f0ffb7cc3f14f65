"""Files that are not what they seem, or want more than to be looked at."""

import time
from pathlib import Path

import pytest

from provenance import media
from provenance.errors import FileRefused
from provenance.identify import identify
from tests.provenance import clips
from tests.provenance.clips import KEY


def refused(path: Path) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        identify(path, key=KEY)
    assert caught.value.exit_code == 2
    assert "nothing was changed" in caught.value.hint
    return caught.value


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "absent.mp4").code == "file_missing"


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    assert refused(tmp_path / "empty.mp4").code == "file_empty"


def test_text_and_noise_are_refused(tmp_path: Path) -> None:
    for content in (b"just text", bytes(range(256)) * 40):
        (tmp_path / "x.mp4").write_bytes(content)
        assert refused(tmp_path / "x.mp4").code == "no_picture"


def test_sound_alone_is_refused(tmp_path: Path) -> None:
    assert refused(clips.sound(tmp_path / "tone.wav")).code == "no_picture"


@pytest.mark.slow
def test_a_torn_video_is_refused(marked_video: Path, tmp_path: Path) -> None:
    torn = tmp_path / "torn.mp4"
    torn.write_bytes(marked_video.read_bytes()[: marked_video.stat().st_size // 2])
    assert refused(torn).code == "no_picture"


@pytest.mark.parametrize(
    "playlist",
    [
        "#EXTM3U\n#EXTINF:3,\nfile://{target}\n#EXT-X-ENDLIST\n",
        "#EXTM3U\n#EXTINF:3,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile {target}\n",
    ],
)
@pytest.mark.parametrize("suffix", [".mp4", ".m3u8", ".txt"])
def test_a_playlist_may_not_lead_to_another_file(
    playlist: str, suffix: str, marked_video: Path, tmp_path: Path
) -> None:
    path = tmp_path / f"playlist{suffix}"
    path.write_text(playlist.format(target=marked_video))
    assert refused(path).code == "no_picture"


@pytest.mark.parametrize("name", ["-i.mp4", "concat:a|b.mp4", "%03d.mp4", "a\nb.mp4", "ümlaut 視.mp4", "noext"])
def test_a_strange_name_is_only_a_name(name: str, marked_video: Path, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(marked_video.read_bytes())
    assert media.probe(path).duration_s == pytest.approx(3.0, abs=0.1)


def test_a_decoder_that_takes_too_long_is_stopped(marked_video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "READ_SECONDS", 0.0)
    started = time.monotonic()
    assert refused(marked_video).code in {"file_too_slow", "no_picture"}
    assert time.monotonic() - started < 10


@pytest.mark.slow
def test_a_large_picture_is_reduced_and_frames_are_bounded(tmp_path: Path) -> None:
    large = clips.encode(clips.sway(count=3, width=1920, height=1080), tmp_path / "large.mp4", crf=30)
    frames = list(media.frames(media.probe(large), start_s=0, length_s=0.12, count=2))
    assert [frame.shape for frame in frames] == [(720, 1280, 3)] * 2
