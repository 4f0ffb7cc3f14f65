"""The eight emotions as faces: ARKit offsets under speech that never fight a closing mouth."""

from __future__ import annotations

from dataclasses import dataclass, field

from generation.motion.chance import Chance
from generation.motion.clock import Clock, Track
from generation.motion.mouth import YIELDS_TO_CLOSURE, Mouth
from generation.types import CHANNELS

BOTH_SIDES = ("Left", "Right")
BREATHES = 0.08  # standard deviation of an expression's strength about its mean: a held face looks dead
# A smile and rounded lips exclude each other; the rounding wins by this share.
SMILE_YIELDS_TO_ROUNDING = 0.6
SMILING = ("mouthSmileLeft", "mouthSmileRight", "mouthDimpleLeft", "mouthDimpleRight")


@dataclass(frozen=True)
class Mood:
    """What one emotion does at weight 1. Names without side mean both sides."""

    face: dict[str, float] = field(default_factory=dict)  # ARKit offsets
    pitch_deg: float = 0.0  # the head bows (> 0) or lifts
    roll_deg: float = 0.0
    energy: float = 1.0  # of head movement and brows
    blink_rate: float = 1.0


# Action units after Ekman & Friesen's EMFACS prototypes, as recalled; the strengths are ours, tuned on
# faces rendered at full weight: what shows faintly (browDown, eyeSquint) is asked for in full, and the head helps.
MOODS: dict[str, Mood] = {
    "neutral": Mood(),
    "happy": Mood(
        {"mouthSmile": 0.80, "cheekSquint": 0.70, "eyeSquint": 0.20, "mouthDimple": 0.20, "mouthUpperUp": 0.12,
         "browInnerUp": 0.05, "browOuterUp": 0.10},
        pitch_deg=-1.5, roll_deg=1.2, energy=1.15,
    ),
    "sad": Mood(
        {"browInnerUp": 1.00, "mouthFrown": 0.90, "mouthShrugLower": 0.45, "eyeSquint": 0.15, "eyeBlink": 0.20},
        pitch_deg=4.5, roll_deg=2.5, energy=0.65, blink_rate=1.15,
    ),
    "angry": Mood(
        {"browDown": 1.00, "eyeSquint": 0.70, "noseSneer": 0.12, "mouthPress": 0.60, "mouthFrown": 0.45,
         "mouthShrugLower": 0.20, "jawForward": 0.30},
        pitch_deg=5.5, energy=1.2, blink_rate=0.8,
    ),
    "surprised": Mood(
        {"browInnerUp": 0.90, "browOuterUp": 0.90, "eyeWide": 0.60, "jawOpen": 0.14, "mouthFunnel": 0.10},
        pitch_deg=-3.0, energy=1.05, blink_rate=0.8,
    ),
    "afraid": Mood(
        {"browInnerUp": 0.95, "browDown": 0.25, "browOuterUp": 0.15, "eyeWide": 0.70, "mouthStretch": 0.75,
         "mouthFrown": 0.25, "mouthLowerDown": 0.16},
        pitch_deg=-2.0, energy=0.9, blink_rate=1.3,
    ),
    "disgusted": Mood(
        {"noseSneer": 0.45, "mouthUpperUp": 0.08, "browDown": 0.80, "cheekSquint": 0.50, "eyeSquint": 0.65,
         "mouthFrown": 0.60, "mouthShrugLower": 0.45, "eyeBlink": 0.10},
        pitch_deg=-3.0, roll_deg=2.5, energy=0.9,
    ),
    "contempt": Mood(
        {"mouthSmileLeft": 0.60, "mouthDimpleLeft": 0.50, "cheekSquintLeft": 0.30, "eyeSquint": 0.20,
         "eyeBlink": 0.12, "browOuterUpRight": 0.55, "browDownLeft": 0.40, "mouthPress": 0.15},
        pitch_deg=-3.5, roll_deg=-2.5, energy=0.8, blink_rate=0.9,
    ),
}  # fmt: skip


def offsets(mood: Mood) -> dict[str, float]:
    """The mood's face with both sides spelled out, under the names of CHANNELS."""
    spelled: dict[str, float] = {}
    for name, value in mood.face.items():
        for full in (name,) if name in CHANNELS else (name + side for side in BOTH_SIDES):
            spelled[full] = value
    return spelled


def mixture(moods: dict[str, Track], quality: str) -> Track | float:
    """One number of the moods (pitch_deg, roll_deg, or energy about 1), mixed by their (n,) weights."""
    usual: float = getattr(MOODS["neutral"], quality)
    mixed: Track | float = usual
    for name, weight in moods.items():
        mixed = mixed + weight * (getattr(MOODS[name], quality) - usual)
    return mixed


def express(
    mouth: Mouth, moods: dict[str, Track], clock: Clock, chance: Chance, *, lives: bool = True
) -> dict[str, Track]:
    """(frames,) what the moods, by their weights on the ticks, add to each channel while `mouth` speaks."""
    life = chance.wander("emotion", clock, settle_s=3.0, soften_s=0.5).clip(-2.5, 2.5)
    breathing = 1 + BREATHES * clock.sample(life) * lives
    rounded = (mouth.tracks["mouthPucker"] + mouth.tracks["mouthFunnel"]).clip(0.0, 1.0)
    added: dict[str, Track] = {}
    for mood, weight in moods.items():
        strength = clock.sample(weight) * breathing
        for name, value in offsets(MOODS[mood]).items():
            added[name] = added.get(name, 0.0) + strength * value
    for name in added:
        added[name] = added[name] * (1 - YIELDS_TO_CLOSURE.get(name, 0.0) * mouth.closed)
        if name in SMILING:
            added[name] = added[name] * (1 - SMILE_YIELDS_TO_ROUNDING * rounded)
    return added
