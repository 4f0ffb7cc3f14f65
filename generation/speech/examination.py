"""Look at an uploaded recording before anyone waits for it, and keep a clean copy of its sound."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from generation.speech import decode
from generation.speech.activity import VOICED, activity, voice_share
from generation.speech.prosody import loudness_db
from generation.types import Advice, FloatArray

BoolArray = npt.NDArray[np.bool_]

SELDOM = 0.25  # share of the time with a voice, below which the portrait mostly waits
QUIET_DB = -38.0  # level of a voice below which one should come closer; a usual one has -25
NOISY_DB = 8.0  # by which a voice must stand out from what else is heard
ENOUGH = 0.05  # share of the time with or without a voice that makes its level worth naming
NO_VOICE = 0.02  # share of the time; less than a word
FULL_SCALE = 0.985  # of the range; above, the converter was at its end
CLIPPED = 1e-3  # share of samples at full scale that can be heard


@dataclass(frozen=True)
class RecordingExamination:
    """A recording that can drive a portrait; its clean copy lies where the caller asked for it."""

    duration_s: float
    sample_rate: int  # Hz, of the clean copy
    channels: int  # 1 or 2
    voice_share: float  # 0..1 of the time
    advice: tuple[Advice, ...]


def examine(recording: Path, *, out: Path, max_seconds: float) -> RecordingExamination:
    """Decode a stranger's recording or video, write its sound to `out` as FLAC, and judge it without recognisers.

    The copy is mono or stereo at the recording's own rate, 48 kHz at most, and carries no tags, pictures or names.
    Nothing is left at `out` when the recording is refused. Raises RecordingRefused as `decode.read` does.
    """
    sound = decode.read(recording, max_seconds=max_seconds)
    decode.write_flac(recording, out)
    sample_rate, channels, length = _stream_info(out)
    voice = activity(sound.samples)
    return RecordingExamination(
        duration_s=length / sample_rate,
        sample_rate=sample_rate,
        channels=channels,
        voice_share=voice_share(voice),
        advice=tuple(_advice(sound, voice)),
    )


def _advice(sound: decode.Sound, voice: FloatArray) -> list[Advice]:
    level = loudness_db(sound.samples)
    speaking = voice >= VOICED
    found = []
    if sound.damaged:
        found.append(Advice("damaged", "Parts of this recording could not be read and are missing."))
    if speaking.mean() < NO_VOICE:
        found.append(Advice("no_voice", "No voice was heard. The portrait's mouth will hardly move."))
    elif speaking.mean() < SELDOM:
        found.append(Advice("mostly_silent", "Nobody speaks in most of this recording; the portrait will wait."))
    if (np.abs(sound.samples) >= FULL_SCALE).mean() > CLIPPED:
        found.append(
            Advice("clipped", "This recording is overdriven. A little further from the microphone is better.")
        )
    found += _levels(level, speaking)
    return found


def _levels(level: FloatArray, speaking: BoolArray) -> list[Advice]:
    """Advice on how loud the voice is, by itself and against the rest."""
    if speaking.mean() < ENOUGH:
        return []
    voice = float(np.median(level[speaking]))
    if voice < QUIET_DB:
        return [Advice("quiet", "The voice is very quiet. Closer to the microphone is better.")]
    if (~speaking).mean() >= ENOUGH and voice - float(np.median(level[~speaking])) < NOISY_DB:
        return [Advice("noisy", "The background is almost as loud as the voice, so the lips may be less exact.")]
    return []


def _stream_info(flac: Path) -> tuple[int, int, int]:
    """Sample rate, channels and samples per channel of a FLAC file: RFC 9639, section 8.2."""
    with flac.open("rb") as stream:
        packed = int.from_bytes(stream.read(26)[18:26], "big")
    return packed >> 44, (packed >> 41 & 0b111) + 1, packed & (1 << 36) - 1
