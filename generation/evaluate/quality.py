"""How good is a talking video, ours or not, seen beside its sound and what it was made from?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generation import motion_file
from generation.errors import RecordingRefused
from generation.evaluate import life, likeness, lips, steadiness
from generation.evaluate.references import REFERENCES
from generation.evaluate.watch import Sight, watch
from generation.speech import listen
from generation.types import Motion, ProgressCallback, Speech, silent

DIGITS = 3
FEW_PICTURES = "The video is too short, or everything in it moves."


@dataclass(frozen=True)
class Quality:
    """The numbers of one video by their dotted names, and what they were taken from."""

    values: dict[str, float | tuple[float, float, float] | None]
    why: dict[str, str]  # for every None
    sight: Sight
    speech: Speech | None
    motion: Motion | None

    def as_json(self) -> dict[str, Any]:
        """The object of the command-line contract, with the reference of every number."""
        answer: dict[str, Any] = {}
        for name, value in self.values.items():
            group, _, key = name.partition(".")
            place = answer.setdefault(group, {}) if key else answer
            place[key or group] = _rounded(value)
        references = {name: reference.as_json() for name, reference in REFERENCES.items()}
        return answer | {"why": self.why, "reference": references}

    def as_lines(self) -> dict[str, object]:
        """The same for a person: each number with its range and that range's source, or why there is none."""
        lines: dict[str, object] = {}
        for name, value in self.single().items():
            reference = REFERENCES[name]
            group = name.rpartition(".")[0] if name.startswith("head.") else name
            if value is None:
                lines[name] = f"not measured. {self.why[group]}"
            else:
                good = "" if reference.holds(value) else ", outside"
                lines[name] = f"{value:.3g} ({reference}{good}: {reference.source})"
        return lines

    def single(self) -> dict[str, float | None]:
        """Every number by the name of its reference, triples taken apart."""
        flat: dict[str, float | None] = {}
        for name, value in self.values.items():
            if name.startswith("head."):
                parts = value if isinstance(value, tuple) else (None,) * 3
                flat |= {f"{name}.{axis}": part for axis, part in zip(("yaw", "pitch", "roll"), parts, strict=True)}
            else:
                assert not isinstance(value, tuple)
                flat[name] = value
        return flat


def evaluate(
    video: Path,
    *,
    audio: Path | None = None,
    motion: Path | None = None,
    portrait: bytes | None = None,
    progress: ProgressCallback = silent,
) -> Quality:
    """Measure a video. `audio` takes the place of its own sound track; `motion` and `portrait` are what it was made
    from. What cannot be measured is None and has its reason in `why`.

    Raises InputRefused (video_missing, video_unreadable, no_face, motion_unreadable), RecordingRefused for an
    `audio` that cannot be heard, PortraitRefused, MissingOnMachine.
    """
    played = motion_file.read(motion) if motion else None
    sight = watch(video, progress)
    speech, silence = _hear(video, audio, progress)
    return judge(sight, speech, motion=played, portrait=portrait, no_speech=silence)


def judge(
    sight: Sight,
    speech: Speech | None,
    *,
    motion: Motion | None = None,
    portrait: bytes | None = None,
    no_speech: str = lips.NO_PHONES,
) -> Quality:
    """The same for what was watched and heard already."""
    mouth = lips.measure(sight, speech.phones if speech else None, motion, no_speech)
    alive = life.measure(sight)
    same = likeness.measure(sight.moments, portrait)
    values: dict[str, float | tuple[float, float, float] | None] = {
        "lips.viseme_accuracy": mouth.viseme_accuracy,
        "lips.bilabial_recall": mouth.bilabial_recall,
        "lips.lag_ms": mouth.lag_ms,
        "lips.opening_r": mouth.opening_r,
        "blinks.per_min": alive.blinks_per_min,
        "blinks.duration_ms": alive.blink_ms,
        "head.speed_deg_s": alive.speed_deg_s,
        "head.range_deg": alive.range_deg,
        "identity.mean": same.identity_mean,
        "identity.max": same.identity_max,
        "seam": steadiness.seam(sight.moments),
        "flicker": steadiness.flicker(sight.brightness, sight.fps),
        "sharpness": same.sharpness,
    }
    why = mouth.why | alive.why | same.why
    why |= {name: FEW_PICTURES for name in ("seam", "flicker") if values[name] is None}
    return Quality(values, why, sight, speech, motion)


def _hear(video: Path, audio: Path | None, progress: ProgressCallback) -> tuple[Speech | None, str]:
    """The speech, or None and the reason; a sound that was named by the user must be heard."""
    if audio is not None:
        return listen(audio, progress=progress), lips.NO_PHONES
    try:
        return listen(video, progress=progress), lips.NO_PHONES
    except RecordingRefused as refusal:
        return None, f"{refusal.message} Give the sound with --audio."


def _rounded(value: float | tuple[float, float, float] | None) -> float | list[float] | None:
    if isinstance(value, tuple):
        return [round(part, DIGITS) for part in value]
    return None if value is None else round(value, DIGITS)
