"""Live: what is planned while a voice is heard depends on nothing that comes later, and plays."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tracemalloc
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from generation.errors import InputRefused, RecordingRefused
from generation.live import Ahead, joined, motions
from generation.motion.chance import Chance
from generation.motion.clock import TICK_RATE, Clock
from generation.pcm import pieces
from generation.speech import decode, prosody
from generation.speech.activity import VoiceDetector, activity
from generation.speech.live import LOOK_AHEAD_S
from generation.types import CHANNELS, Controls, FloatArray, Motion
from tests.generation.pictures import SAMPLES
from tests.generation.recordings import OWLS

TRACKS = ("coefficients", "head", "gaze", "breath")


def performed(sound: FloatArray, *, piece: int = 4000) -> Motion:
    """The whole motion of a sound that comes in pieces."""
    whole = None
    for block in motions((sound[k : k + piece] for k in range(0, len(sound), piece)), Controls(seed=3)):
        whole = joined(whole, block) if whole else block
    assert whole
    return whole


def test_noise_comes_out_the_same_in_windows_as_at_once() -> None:
    def both(chance: Chance, clock: Clock) -> np.ndarray:
        return np.stack(
            [
                chance.wander("a", clock, settle_s=2.5, soften_s=0.3),
                chance.sway("b", clock, slow_hz=0.45, fast_hz=1.25),
            ]
        )

    whole, live = both(Chance(5), Clock(750, 25.0)), Chance(5)
    for first in range(0, 5800, 160):
        window = both(live, Clock(2, 25.0, first=first // 8, planned=(first - 100, first + 160)))
        there = slice(max(0, first - 100), first + 160)
        np.testing.assert_allclose(window[:, max(0, 100 - first) :], whole[:, there], atol=1e-9)
    assert TICK_RATE == 200


def test_a_voice_is_found_in_pieces_as_at_once() -> None:
    sound = decode.read(OWLS).samples[: 3 * 16_000]
    ear = VoiceDetector()
    parts = np.concatenate([ear.push(sound[k : k + 700]) for k in range(0, len(sound), 700)])
    centres = (np.arange(len(parts)) + 0.5) * 512 / 16_000
    assert np.abs(np.interp(1.5, centres, parts) - activity(sound)[150]) < 0.02


def test_the_memory_of_hearing_pitch_and_loudness_does_not_grow_with_the_recording() -> None:
    def most(seconds: int) -> int:
        sound = np.zeros(seconds * 16_000, np.float32)
        tracemalloc.start()
        prosody.loudness_db(sound)
        activity(sound)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    results = 35 * 100 * 4 * 8  # bytes that the tracks of 35 s more may take
    assert most(70) < most(35) + results


@pytest.mark.slow
def test_no_frame_depends_on_sound_beyond_the_look_ahead() -> None:
    sound = decode.read(OWLS).samples
    turn_s = 3.03
    other = sound.copy()
    other[round(turn_s * 16_000) :] = (
        np.random.default_rng(0).normal(size=len(sound) - round(turn_s * 16_000)) * 0.1
    )
    one, two = performed(sound), performed(other, piece=333)
    same = int((turn_s - LOOK_AHEAD_S) * 25) + 1
    assert len(one) == len(two) == round(len(sound) / 16_000 * 25)
    for name in TRACKS:
        assert getattr(one, name)[:same].tobytes() == getattr(two, name)[:same].tobytes()
    assert np.abs(one.coefficients[same:] - two.coefficients[same:]).max() > 0.1

    lips = {name: one.coefficients[:, CHANNELS.index(name)] for name in ("jawOpen", "lipsSealed")}
    assert lips["jawOpen"].max() > 0.3
    assert lips["lipsSealed"][:5].min() > 0.8
    boy = slice(44, 49)  # its b closes the lips at 1.9 s, its vowel opens them
    assert lips["lipsSealed"][boy].max() > 0.9 > 0.1 > lips["lipsSealed"][50:56].min()
    assert np.abs(np.diff(one.head[:, :3], axis=0)).max() * 25 < 120  # degrees a second


@pytest.mark.slow
def test_a_voice_from_a_pipe_becomes_a_film_that_plays(tmp_path: Path) -> None:
    sound = (decode.read(OWLS).samples[: 2 * 16_000] * 32767).astype("<i2").tobytes()
    film = tmp_path / "v.mp4"
    command = [
        sys.executable,
        "-m",
        "generation",
        "live",
        "--portrait",
        str(SAMPLES / "portrait_b.png"),
        "--out",
        "-",
    ]
    with film.open("wb") as out:
        done = subprocess.run(
            [*command, "--size", "256", "--motion-out", str(tmp_path / "m.jsonl"), "--json"],
            input=sound, stdout=out, stderr=subprocess.PIPE, check=True,
        )  # fmt: skip
    assert json.loads(done.stderr.splitlines()[-1])["frames"] == 50
    assert film.read_bytes().count(b"moof") >= 10
    with av.open(str(film)) as video:
        assert len([*video.decode(video=0)]) == 50
        assert {stream.type for stream in video.streams} == {"video", "audio"}
    lines = (tmp_path / "m.jsonl").read_text().splitlines()
    assert json.loads(lines[0])["channels"] == list(CHANNELS)
    assert [json.loads(line)["frame"] for line in lines[1:]] == list(range(50))


def test_controls_are_refused_before_a_voice_is_heard() -> None:
    with pytest.raises(InputRefused):
        next(motions(iter(()), Controls(distance=3.0)))


def test_raw_samples_and_a_wav_that_grows_are_heard_alike() -> None:
    samples = (np.sin(np.arange(5001) / 9) * 20_000).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as whole:
        whole.setparams((1, 2, 16_000, 0, "NONE", ""))
        whole.writeframes(samples.tobytes())
    for given in (samples.tobytes(), file.getvalue()):
        np.testing.assert_array_equal(np.concatenate([*pieces(io.BytesIO(given))]) * 32768, samples)


def test_a_wav_of_another_kind_and_nothing_at_all_are_refused_in_words() -> None:
    file = io.BytesIO()
    with wave.open(file, "wb") as stereo:
        stereo.setparams((2, 2, 44_100, 0, "NONE", ""))
        stereo.writeframes(b"\0" * 400)
    for given, code in ((file.getvalue(), "pcm_format"), (b"", "empty")):
        with pytest.raises(RecordingRefused) as refusal:
            [*pieces(io.BytesIO(given))]
        assert refusal.value.code == code


def test_work_ahead_hands_on_items_and_faults_in_order() -> None:
    def source() -> object:
        yield from range(5)
        raise ValueError("broken")

    taken = []
    with pytest.raises(ValueError, match="broken"):  # noqa: PT012
        for item in Ahead(source(), limit=2):
            taken.append(item)
    assert taken == list(range(5))
