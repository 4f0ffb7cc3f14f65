"""The whole story: a film and a portrait become numbers."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from generation.errors import RecordingRefused
from generation.evaluate.life import filled
from generation.evaluate.lips import Fit, fit
from generation.presence.events import Event, events
from generation.presence.face import face_of
from generation.presence.watching import MOST_S, Watched, bending_mm, watch
from generation.speech import listen
from generation.types import FloatArray, ProgressCallback, Speech, silent

FRONTAL_DEG = 15.0  # of yaw as read; beyond it SFace knows nobody well
UNHEARD = ("no_audio", "silence")  # refusals of a recording that say what it is


@dataclass(frozen=True)
class Presence:
    """Numbers of one film beside one portrait; None where it could not be measured."""

    duration_s: float
    fps: float
    face_share: float  # 0..1 of the frames in which a face was found
    most_faces: int  # of similar size, in one frame
    company_share: float  # 0..1 of the frames searched that show more than one
    likeness: float  # cosine of the embeddings, −1..1: median over frames that look at the camera
    likeness_best: float
    likeness_worst: float
    likeness_turned: float | None  # median over the other frames
    likeness_stranger: float  # of the portrait with the nearest face that is known to be somebody else's
    bending_mm: float | None  # generation.presence.watching.bending_mm
    opening_mm: float  # between the 5th and the 95th percentile of the mouth's opening
    events: tuple[Event, ...]
    yaw_deg: tuple[float, float]  # least and most
    pitch_deg: tuple[float, float]
    sound: bool  # whether anything is to be heard
    voice_share: float  # 0..1 of the time
    language: str  # ISO 639-1, "" where nothing was understood
    words: tuple[str, ...]
    lips: Fit | None  # opening against the voice's phones, at the lag that fits best
    embedding_sha256: str  # of the portrait's embedding, 128 numbers of 32 bits

    def as_json(self) -> dict[str, Any]:
        """The same as plain data."""
        return asdict(self)


def measure(
    film: Path,
    portrait: bytes,
    *,
    face_index: int | None = None,
    language: str | None = None,
    progress: ProgressCallback = silent,
) -> Presence:
    """Measure a film of up to a minute against the face of a portrait.

    `language` is what is spoken, else it is recognised; `face_index` names one of several faces of the portrait.
    Raises PortraitRefused, InputRefused as generation.presence.watching.watch does, RecordingRefused where the
    sound is damaged, MissingOnMachine, and whatever `progress` raises.
    """
    face = face_of(portrait, face_index)
    wanted = face.embedding
    watched = watch(film, progress)
    speech = _hear(film, language, progress)
    frontal, turned = _likeness(watched, wanted)
    opening = filled(watched.opening)
    times = np.asarray((np.arange(len(opening)) + 0.5) / watched.fps, np.float64)
    low, high = np.percentile(opening, (5, 95))
    yaw, pitch = filled(watched.head[:, 0]), filled(watched.head[:, 1])
    return Presence(
        duration_s=watched.seconds,
        fps=watched.fps,
        face_share=float(watched.found.mean()),
        most_faces=max(watched.company),
        company_share=float(np.mean([number > 1 for number in watched.company])),
        likeness=float(np.median(frontal)),
        likeness_best=float(frontal.max()),
        likeness_worst=float(frontal.min()),
        likeness_turned=float(np.median(turned)) if len(turned) else None,
        likeness_stranger=face.stranger,
        bending_mm=bending_mm(watched.shape),
        opening_mm=float(high - low),
        events=events(watched),
        yaw_deg=(float(yaw.min()), float(yaw.max())),
        pitch_deg=(float(pitch.min()), float(pitch.max())),
        sound=speech is not None,
        voice_share=speech.evidence["voice"] if speech else 0.0,
        language=speech.language if speech else "",
        words=tuple(word.text for word in speech.words) if speech else (),
        lips=fit(opening, times, speech.phones) if speech else None,
        embedding_sha256=hashlib.sha256(wanted.tobytes()).hexdigest(),
    )


def _hear(film: Path, language: str | None, progress: ProgressCallback) -> Speech | None:
    try:
        return listen(film, language=language, progress=progress, max_seconds=MOST_S + 1)
    except RecordingRefused as refusal:
        if refusal.code in UNHEARD:
            return None
        raise


def _likeness(watched: Watched, wanted: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Cosines of the frames that look at the camera (at least the most frontal one), and of the others."""
    yaw = np.abs([watched.head[index, 0] for index, _ in watched.embeddings])
    cosines = np.array([found @ wanted for _, found in watched.embeddings], np.float32)
    frontal = yaw <= max(FRONTAL_DEG, float(yaw.min()))
    return cosines[frontal], cosines[~frontal]
