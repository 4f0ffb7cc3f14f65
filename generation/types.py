"""The nouns of the engine, as frozen records that pass from stage to stage.

Conventions everywhere in this package
- Pictures are RGB, uint8 unless said; image x grows to the right, y downwards, z away from the camera.
- Left and right in blendshape names are the sitter's own (ARKit).
- Head yaw > 0 turns toward the picture's right, pitch > 0 nods down, roll > 0 tilts the crown toward the
  picture's right. Gaze angles share the signs of yaw and pitch. Degrees.
- One millimetre is the distance between the eye centres / 62.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
Frame = npt.NDArray[np.uint8]  # (height, width, 3) RGB

EMOTIONS = ("neutral", "happy", "sad", "angry", "surprised", "afraid", "disgusted", "contempt")
AUTO = "auto"  # in the place of an emotion: a bounded expression that follows the voice

# The 52 blendshapes of ARKit, in Apple's order.
ARKIT = (
    "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight",
    "cheekPuff", "cheekSquintLeft", "cheekSquintRight",
    "eyeBlinkLeft", "eyeBlinkRight", "eyeLookDownLeft", "eyeLookDownRight", "eyeLookInLeft", "eyeLookInRight",
    "eyeLookOutLeft", "eyeLookOutRight", "eyeLookUpLeft", "eyeLookUpRight", "eyeSquintLeft", "eyeSquintRight",
    "eyeWideLeft", "eyeWideRight",
    "jawForward", "jawLeft", "jawOpen", "jawRight",
    "mouthClose", "mouthDimpleLeft", "mouthDimpleRight", "mouthFrownLeft", "mouthFrownRight", "mouthFunnel",
    "mouthLeft", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthPressLeft", "mouthPressRight", "mouthPucker",
    "mouthRight", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthSmileLeft",
    "mouthSmileRight", "mouthStretchLeft", "mouthStretchRight", "mouthUpperUpLeft", "mouthUpperUpRight",
    "noseSneerLeft", "noseSneerRight",
    "tongueOut",
)  # fmt: skip

# Two motion channels of our own beside ARKit's: lips sealed whatever the portrait's own mouth does, and the
# tongue tip raised behind the teeth (l, n, d, t, th), which ARKit's tongueOut is not.
OWN_CHANNELS = ("lipsSealed", "tongueUp")
CHANNELS = ARKIT + OWN_CHANNELS


@dataclass(frozen=True)
class Progress:
    """One report of a stage at work; `done` and `total` count in `unit`."""

    stage: Literal["portrait", "speech", "motion", "render", "encode", "watch"]
    done: int
    total: int
    unit: str = "steps"


ProgressCallback = Callable[[Progress], None]  # may raise Cancelled


def silent(_: Progress) -> None:
    """The callback of those who do not watch."""


@dataclass(frozen=True)
class Advice:
    """Something in an upload that will work, but less well."""

    code: str  # stable
    message: str  # one sentence for people


@dataclass(frozen=True)
class Face:
    """One face found in a picture."""

    landmarks: FloatArray  # (478, 3) px of the picture it was found in; z in px, smaller is nearer
    blendshapes: dict[str, float]  # 52 ARKit names → 0..1, as measured in the picture
    yaw: float  # degrees, this package's signs
    pitch: float
    roll: float
    box: tuple[float, float, float, float]  # x0, y0, x1, y1 px


@dataclass(frozen=True)
class Portrait:
    """A square crop around one face, with what lies before and behind it."""

    image: Frame  # (s, s, 3) the crop at output size
    texture: Frame  # (k·s, k·s, 3) the same crop at k = 1 or 2, where the source has the pixels
    face: Face  # landmarks in px of `image`
    matte: FloatArray  # (s, s) 0 background .. 1 person
    plate: Frame  # (s, s, 3) the background with the person painted out
    crop: FloatArray  # (2, 3) affine, px of the oriented source picture → px of `image`
    source_size: tuple[int, int]  # width, height of the oriented source picture
    source_sha256: str  # of the file as given

    @property
    def size(self) -> int:
        """Side of the crop in px."""
        return int(self.image.shape[0])


@dataclass(frozen=True)
class Word:
    """A word of the transcript."""

    text: str
    start_s: float
    end_s: float
    probability: float


@dataclass(frozen=True)
class Phone:
    """A phone in IPA with its time."""

    ipa: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Script:
    """A text with the exact times of its phones in the recording that was made from it."""

    text: str
    language: str  # ISO 639-1
    voice: str  # which synthetic voice speaks
    phones: tuple[Phone, ...]
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Speech:
    """All that was heard in a recording. Feature tracks run at FEATURE_RATE Hz."""

    samples: FloatArray  # (n,) mono, 16 kHz, −1..1
    duration_s: float  # of the recording, as encoded into the video
    phones: tuple[Phone, ...]
    words: tuple[Word, ...]
    transcript: str
    language: str  # ISO 639-1, "" when unknown
    method: Literal["transcript", "phones", "energy", "script"]  # which way of docs/speech.md was taken
    evidence: dict[str, float]  # the numbers behind that choice, by name
    activity: FloatArray  # (t,) 0..1 share of voice
    loudness_db: FloatArray  # (t,) dB re full scale
    pitch_hz: FloatArray  # (t,) 0 where unvoiced
    synthetic_voice: bool = False  # nobody spoke: the recording was made from a text
    laughs: tuple[tuple[float, float], ...] = ()  # start and end in seconds; their calls are among the phones
    said: str = ""  # all credible text of the recogniser, also where the lips follow single sounds instead


FEATURE_RATE = 100  # Hz, of Speech.activity, loudness_db and pitch_hz
SAMPLE_RATE = 16_000  # Hz, of Speech.samples


@dataclass(frozen=True)
class Keyframe:
    """What is asked at one moment; what is None here is left to the keyframes before and after."""

    at_s: float
    gaze: tuple[float, float] | None = None  # yaw, pitch in degrees
    distance: float | None = None
    emotion: str | None = None
    emotion_weight: float = 1.0  # 0..1, of `emotion`
    head: tuple[float, float, float] | None = None  # yaw, pitch, roll in degrees, added to the head's own movement
    course: Literal["smooth", "linear"] = "smooth"  # from the keyframe before to this one


@dataclass(frozen=True)
class Controls:
    """What a creator may choose."""

    seed: int = 0
    gaze: tuple[float, float] = (0.0, 0.0)  # yaw, pitch in degrees; 0, 0 looks at the viewer
    distance: float = 1.0  # of the head from the camera, 1 = as in the portrait, 0.8..1.25
    emotion: str = "neutral"  # one of EMOTIONS, or AUTO
    emotion_weight: float = 0.0  # 0..1
    fps: float = 25.0
    expressiveness: float = 1.0  # 0 calm .. 2 vivid: head, brows, glances, lips and what AUTO adds
    still: bool = False  # lips, jaw and blinks only; the head at rest
    timeline: tuple[Keyframe, ...] = ()  # takes the place of gaze, distance and emotion where it names them


@dataclass(frozen=True)
class Motion:
    """The performance: one row per frame."""

    fps: float
    coefficients: FloatArray  # (t, len(CHANNELS)) 0..1, columns in the order of CHANNELS
    head: FloatArray  # (t, 6) yaw, pitch, roll in degrees; x, y, z in mm, relative to the portrait's own pose
    gaze: FloatArray  # (t, 2) yaw, pitch in degrees, eyes in the head frame
    breath: FloatArray  # (t,) −1..1 chest rise

    def __len__(self) -> int:
        return int(self.coefficients.shape[0])


@dataclass(frozen=True)
class RenderReport:
    """What one render did; the JSON of the command line."""

    frames: int
    painted: int  # of the frames; the others were taken from an older film
    fps: float
    width: int
    height: int
    duration_s: float
    seed: int
    engine: str
    seconds: dict[str, float]
    realtime_factor: float
    peak_rss_mb: float
    weights: tuple[dict[str, str], ...] = field(default_factory=tuple)
    speech: dict[str, object] = field(default_factory=dict)  # how the recording was heard: method, evidence, advice
