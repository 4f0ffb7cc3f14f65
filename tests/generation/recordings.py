"""Tiny recordings for the speech tests, made by ffmpeg or by arithmetic."""

from __future__ import annotations

import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

SAMPLES = Path(__file__).parents[2] / "samples"
OWLS = SAMPLES / "portrait_b.wav"  # 6.9 s of a synthetic voice
OWLS_TEXT = "Five wise old owls watch a boy jump over the moon, while four brave puppies bark from far below."


def ffmpeg(*arguments: str | Path) -> None:
    """Run the bundled ffmpeg."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True)


def tone(out: Path, seconds: float = 3.0, *options: str | Path) -> Path:
    """A 200 Hz tone in any format that ffmpeg knows by the name's ending; `options` come before the name."""
    ffmpeg("-f", "lavfi", "-i", f"sine=200:sample_rate=48000:duration={seconds}", *options, out)
    return out


def video(out: Path, seconds: float = 3.0, *, sound: bool = True) -> Path:
    """A grey video, with a tone or mute."""
    picture = ("-f", "lavfi", "-i", f"color=gray:size=64x64:rate=10:duration={seconds}")
    heard = ("-f", "lavfi", "-i", f"sine=200:duration={seconds}") if sound else ()
    ffmpeg(*picture, *heard, "-pix_fmt", "yuv420p", out)
    return out


def wave(out: Path, samples: npt.NDArray[np.floating], rate: int = 16_000) -> Path:
    """(n,) samples in −1..1 as a WAV file."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-f", "f32le", "-ar", str(rate), "-ac", "1"]
    subprocess.run([*command, "-i", "pipe:0", str(out)], input=samples.astype("<f4").tobytes(), check=True)
    return out


def vowel(seconds: float, hz: float = 180.0, formants: tuple[float, ...] = (800.0, 1200.0, 2500.0)) -> npt.NDArray:
    """(n,) a held vowel at 16 kHz: pulses with vibrato through resonances."""
    t = np.arange(round(seconds * 16_000)) / 16_000
    sound = np.diff(np.floor(hz * t + 0.01 * hz / 5.5 / 6.28 * np.sin(6.28 * 5.5 * t)), prepend=0.0)
    for formant in formants:
        decay = np.exp(-np.pi * 90 / 16_000)
        feedback = [1, -2 * decay * np.cos(2 * np.pi * formant / 16_000), decay**2]
        sound = lfilter([1 - decay], feedback, sound)
    return 0.4 * sound / np.abs(sound).max() * np.clip(np.minimum(t, t[-1] - t) / 0.2, 0, 1)


def laughter(calls: int = 8, rate: float = 5.0, hz: float = 260.0) -> npt.NDArray:
    """(n,) a laugh at 16 kHz between two silences: short vowels, each a little lower and softer, and breath."""
    rng, parts = np.random.default_rng(0), [np.zeros(8000)]
    for call in range(calls):
        steady = vowel(0.8, hz * 0.98**call, (750.0, 1250.0, 2600.0))[4000 : 4000 + round(0.55 / rate * 16_000)]
        voice = steady * np.sqrt(np.hanning(len(steady)))
        parts += [voice * 0.85**call, 0.01 * rng.normal(size=round(0.45 / rate * rng.uniform(0.9, 1.1) * 16_000))]
    sound = np.concatenate([*parts, np.zeros(8000)])
    return (sound + 1e-4 * rng.normal(size=len(sound))).astype(np.float32)


def noise(out: Path, seconds: float = 5.0, level: float = 0.1) -> Path:
    """White noise."""
    return wave(out, np.random.default_rng(0).normal(size=round(seconds * 16_000)) * level)
