"""Decoding strangers' recordings: anything ffmpeg reads, and a sentence for everything else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from generation.errors import RecordingRefused
from generation.speech import decode
from tests.generation.recordings import OWLS, ffmpeg, tone, video, wave


def _truncated_video(folder: Path) -> Path:
    whole = video(folder / "whole.mp4").read_bytes()
    path = folder / "cut.mp4"
    path.write_bytes(whole[: len(whole) // 3])
    return path


def _overwritten_ogg(folder: Path) -> Path:
    path = tone(folder / "tone.ogg")
    path.write_bytes(path.read_bytes()[:300] + b"\x00" * 20_000)
    return path


def _bytes(content: bytes) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / "upload.mp3"
        path.write_bytes(content)
        return path

    return write


UNUSABLE: dict[str, Callable[[Path], Path]] = {
    "empty": _bytes(b""),
    "not_media": _bytes(b"Dear Sir or Madam, " * 300),
    "not_media ": _bytes(np.random.default_rng(3).bytes(50_000)),
    "no_audio": lambda folder: video(folder / "mute.mp4", sound=False),
    "silence": lambda folder: tone(folder / "still.wav", 3.0, "-af", "volume=0"),
    "too_short": lambda folder: tone(folder / "second.mp3", 1.0),
    "too_short ": lambda folder: tone(folder / "blip.wav", 0.05),
    "too_long": lambda folder: tone(folder / "hour.opus", 61.0),
    "corrupt": _truncated_video,
    "corrupt ": _overwritten_ogg,
    "empty ": lambda folder: tone(folder / "none.wav", 1.0, "-t", "0"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_each_unusable_recording_is_refused_with_its_own_code_and_a_way_out(case: str, tmp_path: Path) -> None:
    with pytest.raises(RecordingRefused) as refusal:
        decode.read(UNUSABLE[case](tmp_path), max_seconds=60)
    assert refusal.value.code == case.strip()
    assert refusal.value.message.endswith(".")
    assert decode.SAFE in refusal.value.hint


def test_a_file_beyond_the_size_limit_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decode, "MAX_BYTES", 100)
    with pytest.raises(RecordingRefused, match="larger"):
        decode.read(tone(tmp_path / "tone.wav"))


@pytest.mark.slow
def test_a_decoder_that_runs_too_long_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "TIME_LIMIT_S", 1)
    hours = tmp_path / "hours.mp3"
    minute = tone(tmp_path / "minute.mp3", 60.0, "-ar", "8000", "-b:a", "8k").read_bytes()
    hours.write_bytes(minute * 6 * 60)
    with pytest.raises(RecordingRefused) as refusal:
        decode.read(hours, max_seconds=1e6)
    assert refusal.value.code == "too_slow"


@pytest.mark.parametrize("ending", ["wav", "mp3", "m4a", "ogg", "opus", "flac", "webm", "aiff", "mka", "wma"])
def test_any_container_and_codec_gives_its_sound(ending: str, tmp_path: Path) -> None:
    sound = decode.read(tone(tmp_path / f"tone.{ending}", 2.0))
    assert sound.duration_s == pytest.approx(2.0, abs=0.08)  # lossy codecs pad
    spectrum = np.abs(np.fft.rfft(sound.samples[:16_000]))
    assert int(spectrum.argmax()) == pytest.approx(200, abs=1)


def test_the_length_of_a_lossless_recording_is_exact_to_the_sample(tmp_path: Path) -> None:
    path = wave(tmp_path / "odd.wav", np.full(20_011, 0.25))
    sound = decode.read(path)
    assert len(sound.samples) == 20_011
    assert sound.samples.dtype == np.float32
    assert not sound.damaged


def test_the_sound_of_a_video_is_taken(tmp_path: Path) -> None:
    assert decode.read(video(tmp_path / "video.mp4")).duration_s == pytest.approx(3.0, abs=0.05)


def test_a_wrong_extension_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "portrait.jpg"
    path.write_bytes(OWLS.read_bytes())
    assert decode.read(path).duration_s == pytest.approx(6.875)


@pytest.mark.parametrize(
    "name", ["-i -y.wav", "a;rm -rf $HOME|b.wav", "http:evil.wav", "concat:a|b.wav", "%03d\n'\".wav", "ø 音.wav"]
)
def test_hostile_names_are_only_names(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(OWLS.read_bytes())
    assert decode.read(path).duration_s == pytest.approx(6.875)
    decode.write_flac(path, tmp_path / f"{name}.out")
    assert decode.read(tmp_path / f"{name}.out").duration_s == pytest.approx(6.875)


@pytest.mark.parametrize(
    "playlist",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{file}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{file}'\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:9/{file}\n#EXT-X-ENDLIST\n",
    ],
)
def test_a_playlist_cannot_open_another_file_or_the_network(playlist: str, tmp_path: Path) -> None:
    path = tmp_path / "list.m3u8"
    path.write_text(playlist.format(file=OWLS))
    with pytest.raises(RecordingRefused):
        decode.read(path)


def test_what_can_be_read_of_a_damaged_recording_is_kept_and_marked(tmp_path: Path) -> None:
    path = tmp_path / "scratched.flac"
    ffmpeg("-i", OWLS, path)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 3000] = np.random.default_rng(0).bytes(3000)
    path.write_bytes(content)
    sound = decode.read(path)
    assert sound.damaged
    assert sound.duration_s > 3.0


def test_samples_stay_within_full_scale(tmp_path: Path) -> None:
    path = tone(tmp_path / "hot.wav", 2.0, "-af", "volume=40dB", "-c:a", "pcm_f32le")
    assert float(np.abs(decode.read(path).samples).max()) <= 1.0
