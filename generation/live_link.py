"""Motion as the CSV of Epic's Live Link Face: what Unreal's importer and Blender's face add-ons read.

One row per frame: Timecode (hours:minutes:seconds:frame.thousandths), BlendShapeCount 61, ARKit's 52 weights in
that app's order, then angles in radians of the head and of both eyes. Columns of our own follow, which others
pass over: the head's place in mm, the chest, LipsSealed, TongueUp and the exact frame rate. Signs are our own.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import numpy.typing as npt

from generation.types import ARKIT, CHANNELS, OWN_CHANNELS, FloatArray, Motion

_SIDES = ("Left", "Right")
_EYE = ("eyeBlink", "eyeLookDown", "eyeLookIn", "eyeLookOut", "eyeLookUp", "eyeSquint", "eyeWide")
_JAW = ("jawForward", "jawRight", "jawLeft", "jawOpen")
_LIPS = ("mouthClose", "mouthFunnel", "mouthPucker", "mouthRight", "mouthLeft")
_LIP_PAIRS = ("mouthSmile", "mouthFrown", "mouthDimple", "mouthStretch")
_ROLLS = ("mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper")
_LATE_PAIRS = ("mouthPress", "mouthLowerDown", "mouthUpperUp", "browDown")


def _pairs(*names: str) -> list[str]:
    return [name + side for name in names for side in _SIDES]


WEIGHTS = (
    *(name + side for side in _SIDES for name in _EYE), *_JAW, *_LIPS, *_pairs(*_LIP_PAIRS), *_ROLLS,
    *_pairs(*_LATE_PAIRS), "browInnerUp", *_pairs("browOuterUp"), "cheekPuff", *_pairs("cheekSquint", "noseSneer"),
    "tongueOut",
)  # fmt: skip
HEAD = ("HeadYaw", "HeadPitch", "HeadRoll")
EYES = tuple(f"{side}Eye{axis}" for side in _SIDES for axis in ("Yaw", "Pitch", "Roll"))
PLACE = ("HeadX", "HeadY", "HeadZ")  # mm
OURS = (*PLACE, "Chest", *(name[0].upper() + name[1:] for name in OWN_CHANNELS), "FrameRate")
HEADER = ("Timecode", "BlendShapeCount", *(name[0].upper() + name[1:] for name in WEIGHTS), *HEAD, *EYES, *OURS)
COUNT = len(ARKIT) + len(HEAD) + len(EYES)  # 61
DIGITS = 6  # after the point


def write(motion: Motion, place: Path) -> None:
    """Write one row per frame of `motion`."""
    weight = {name: motion.coefficients[:, k] for k, name in enumerate(CHANNELS)}
    head, gaze = np.radians(motion.head[:, :3]), np.radians(motion.gaze)
    eye = np.column_stack([gaze, np.zeros(len(motion))])
    table = np.column_stack(
        [*(weight[name] for name in WEIGHTS), head, eye, eye, motion.head[:, 3:], motion.breath]
        + [weight[name] for name in OWN_CHANNELS]
    )
    with place.open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(HEADER)
        for frame, values in enumerate(np.round(table.astype(float), DIGITS).tolist()):
            rows.writerow([timecode(frame, motion.fps), COUNT, *values, motion.fps])


def read(place: Path) -> Motion:
    """Read what `write` or the app wrote; columns are matched by name, absent ones rest at 0.

    Raises ValueError or KeyError for what is no such file, OSError.
    """
    with place.open(newline="", encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    if not rows:
        raise ValueError("it has no rows")
    column = {name.strip().lower(): [row[name] for row in rows] for name in rows[0] if name}
    if "timecode" not in column:
        raise ValueError("it has no column Timecode")
    if not any(name.lower() in column for name in ARKIT):
        raise ValueError("none of its columns is a blendshape of ARKit")

    def numbers(name: str) -> FloatArray:
        found = column.get(name.lower())
        return np.zeros(len(rows), np.float32) if found is None else np.array(found, np.float32)

    eyes = [(numbers(f"LeftEye{axis}") + numbers(f"RightEye{axis}")) / 2 for axis in ("Yaw", "Pitch")]
    return Motion(
        fps=float(column["framerate"][0]) if "framerate" in column else _rate(column["timecode"]),
        coefficients=np.column_stack([numbers(name) for name in CHANNELS]),
        head=np.column_stack([*(np.degrees(numbers(name)) for name in HEAD), *(numbers(name) for name in PLACE)]),
        gaze=np.degrees(np.column_stack(eyes)),
        breath=numbers("Chest"),
    )


def timecode(frame: int, fps: float) -> str:
    """hours:minutes:seconds:frame.thousandths of a frame, the frame counted at the nearest whole rate."""
    nominal = round(fps)
    seconds, rest = divmod(round(frame / fps * nominal * 1000), nominal * 1000)
    minutes, hours = seconds // 60, seconds // 3600
    return f"{hours:02d}:{minutes % 60:02d}:{seconds % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def _rate(timecodes: list[str]) -> float:
    """Frames per second of a recording that does not say: its frames' numbers begin anew every second."""
    parts = np.array([[float(part) for part in code.replace(";", ":").split(":")] for code in timecodes])
    if parts.shape[1] != 4 or len(parts) < 2:
        raise ValueError("its timecodes do not tell the frame rate")
    nominal = next((rate for rate in (24, 25, 30, 48, 50, 60, 120) if rate > parts[:, 3].max()), 0)
    clock: npt.NDArray[np.float64] = parts @ np.array([3600.0, 60.0, 1.0, 1 / nominal if nominal else np.nan])
    return round(float((len(clock) - 1) / (clock[-1] - clock[0])), 3)
