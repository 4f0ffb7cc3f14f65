"""The look at an uploaded recording: a clean copy and honest advice."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from generation.errors import GenerationError, RecordingRefused
from generation.speech import decode, examine
from tests.generation.recordings import OWLS, ffmpeg, noise, tone, video, wave


def codes(recording: Path, folder: Path) -> list[str]:
    return [advice.code for advice in examine(recording, out=folder / "copy.flac", max_seconds=60).advice]


def test_a_good_recording_is_copied_as_it_is_and_needs_no_advice(tmp_path: Path) -> None:
    out = tmp_path / "copy.flac"
    found = examine(OWLS, out=out, max_seconds=60)
    assert (found.sample_rate, found.channels, found.duration_s) == (24_000, 1, 6.875)
    assert found.voice_share > 0.6
    assert found.advice == ()
    assert out.read_bytes()[:4] == b"fLaC"
    assert np.array_equal(decode.read(out).samples, decode.read(OWLS).samples)


def test_the_copy_carries_no_metadata(tmp_path: Path) -> None:
    tagged, out = tmp_path / "tagged.m4a", tmp_path / "copy.flac"
    ffmpeg("-i", OWLS, "-metadata", "title=GardenOfMine", "-metadata", "location=+52.5+013.4", tagged)
    examine(tagged, out=out, max_seconds=60)
    told = subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-i", out], capture_output=True, text=True).stderr
    assert b"GardenOfMine" in tagged.read_bytes()
    assert b"GardenOfMine" not in out.read_bytes()
    assert "title" not in told
    assert "location" not in told
    assert "encoder" not in told


@pytest.mark.parametrize(
    ("options", "rate", "channels"),
    [
        (("-ar", "96000"), 48_000, 1),
        (("-ar", "8000"), 16_000, 1),
        (("-ac", "6"), 48_000, 2),
        (("-ac", "2"), 48_000, 2),
    ],
)
def test_the_copy_has_a_usual_rate_and_one_or_two_channels(
    options: tuple[str, ...], rate: int, channels: int, tmp_path: Path
) -> None:
    found = examine(tone(tmp_path / "tone.wav", 2.0, *options), out=tmp_path / "copy.flac", max_seconds=60)
    assert (found.sample_rate, found.channels) == (rate, channels)
    assert found.duration_s == pytest.approx(2.0, abs=0.001)


def test_a_video_gives_its_sound(tmp_path: Path) -> None:
    out = tmp_path / "copy.flac"
    assert examine(video(tmp_path / "video.mp4"), out=out, max_seconds=60).duration_s == pytest.approx(
        3.0, abs=0.05
    )
    assert out.stat().st_size < 400_000


def test_a_refused_recording_leaves_no_copy(tmp_path: Path) -> None:
    with pytest.raises(RecordingRefused):
        examine(tone(tmp_path / "tone.wav", 5.0), out=tmp_path / "copy.flac", max_seconds=4)
    assert not (tmp_path / "copy.flac").exists()


def test_a_copy_that_cannot_be_written_is_our_fault_and_not_the_recording_s(tmp_path: Path) -> None:
    with pytest.raises(GenerationError) as fault:
        examine(OWLS, out=tmp_path / "nowhere" / "copy.flac", max_seconds=60)
    assert fault.value.code == "write_failed"
    assert fault.value.exit_code == 1


def test_noise_alone_is_said_to_hold_no_voice(tmp_path: Path) -> None:
    assert codes(noise(tmp_path / "noise.wav"), tmp_path) == ["no_voice"]


def test_a_short_phrase_in_a_long_silence_is_named(tmp_path: Path) -> None:
    speech = decode.read(OWLS).samples
    padded = np.concatenate([speech, np.random.default_rng(0).normal(size=16_000 * 25) * 1e-3])
    assert codes(wave(tmp_path / "waiting.wav", padded), tmp_path) == ["mostly_silent"]


@pytest.mark.parametrize(
    ("filters", "code"), [("volume=25dB", "clipped"), ("volume=-25dB", "quiet")], ids=["clipped", "quiet"]
)
def test_the_level_is_judged(filters: str, code: str, tmp_path: Path) -> None:
    ffmpeg("-i", OWLS, "-af", filters, tmp_path / "level.wav")
    assert code in codes(tmp_path / "level.wav", tmp_path)


def test_a_noisy_background_is_named(tmp_path: Path) -> None:
    speech = decode.read(OWLS).samples
    street = speech + np.random.default_rng(0).normal(size=len(speech)) * 0.12
    assert codes(wave(tmp_path / "street.wav", street), tmp_path) == ["noisy"]


def test_a_damaged_recording_says_that_parts_are_missing(tmp_path: Path) -> None:
    path = tmp_path / "scratched.flac"
    ffmpeg("-i", OWLS, path)
    content = bytearray(path.read_bytes())
    content[80_000:83_000] = bytes(3000)
    path.write_bytes(content)
    assert "damaged" in codes(path, tmp_path)


def test_the_upload_itself_is_left_untouched(tmp_path: Path) -> None:
    upload = tmp_path / "upload.wav"
    shutil.copy(OWLS, upload)
    examine(upload, out=tmp_path / "copy.flac", max_seconds=60)
    assert upload.read_bytes() == OWLS.read_bytes()
