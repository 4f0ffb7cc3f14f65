"""How often the comparison of voices errs: docs/voice.md quotes what this prints.

    python -m scripts.voice_rates NAME=FILE[,FILE…] NAME=FILE …

Every speaker's recordings are cut into pieces of about four seconds; every piece, plain and spoiled as named, is
compared with every plain piece of the same speaker and of all others.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from generation.speech import decode
from generation.speech.speaker import embed, similarity
from generation.types import SAMPLE_RATE, FloatArray
from webapp.videos.same_voice import SAME_VOICE

PIECE_S = 4.0
SPOILT: dict[str, Callable[[FloatArray], FloatArray]] = {
    "plain": lambda sound: sound,
    "20 dB quieter": lambda sound: sound / 10,
    "noise at 20 dB": lambda sound: _noisy(sound, 20),
    "noise at 10 dB": lambda sound: _noisy(sound, 10),
    "telephone, 300–3400 Hz": lambda sound: _band(sound, 300, 3400),
    "laptop, above 200 Hz": lambda sound: _band(sound, 200, 8000),
}


def main(arguments: list[str]) -> None:
    """One row for each way to spoil: pairs, and how many pass."""
    pieces = [
        (name, piece)
        for name, _, files in (argument.partition("=") for argument in arguments)
        for file in files.split(",")
        for piece in _pieces(decode.read(Path(file)).samples)
    ]
    names = [name for name, _ in pieces]
    plain = [embed(piece) for _, piece in pieces]
    print(f"{len(set(names))} speakers, {len(pieces)} pieces, same from {SAME_VOICE:.2f} on")
    print("| | same voice: pass | 5 % | median | another: pass | 99 % | highest |\n|---|---|---|---|---|---|---|")
    for how, spoil in SPOILT.items():
        print(_row(how, names, plain, [embed(spoil(piece)) for _, piece in pieces]))


def _pieces(sound: FloatArray) -> list[FloatArray]:
    return np.array_split(sound, max(1, round(len(sound) / SAMPLE_RATE / PIECE_S)))


def _row(how: str, names: list[str], plain: list[FloatArray | None], spoilt: list[FloatArray | None]) -> str:
    same, other = [], []
    for i, one in enumerate(spoilt):
        for j, known in enumerate(plain):
            if i != j and one is not None and known is not None:
                (same if names[i] == names[j] else other).append(similarity(one, known))
    low, middle = np.quantile(same, [0.05, 0.5])
    high = np.quantile(other, 0.99)
    found = [
        how,
        _passing(same),
        f"{low:.2f}",
        f"{middle:.2f}",
        _passing(other),
        f"{high:.2f}",
        f"{max(other):.2f}",
    ]
    return f"| {' | '.join(found)} |"


def _passing(found: list[float]) -> str:
    return f"{sum(value >= SAME_VOICE for value in found)} of {len(found)}"


def _noisy(sound: FloatArray, decibel: float) -> FloatArray:
    level = float(np.sqrt((sound**2).mean())) * 10 ** (-decibel / 20)
    return (sound + np.random.default_rng(0).normal(0, level, len(sound))).astype(np.float32)


def _band(sound: FloatArray, low: float, high: float) -> FloatArray:
    spectrum, hertz = np.fft.rfft(sound), np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)
    spectrum[(hertz < low) | (hertz > high)] = 0
    return np.fft.irfft(spectrum, len(sound)).astype(np.float32)


if __name__ == "__main__":
    main(sys.argv[1:])
