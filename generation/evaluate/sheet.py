"""Contact sheets: frames of a video, or named poses of a portrait, side by side with their names.

python -m generation.evaluate.sheet PORTRAIT SHEET.png   draws the poses that tell good from bad
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path

import cv2
import numpy as np

from generation.types import CHANNELS, FloatArray, Frame, Motion

Setting = Mapping[str, float]  # channel without side for both sides, or yaw, pitch, roll, x, y, z, gaze_yaw, …

POSES: dict[str, Setting] = {
    "neutral": {},
    "jaw .3": {"jawOpen": 0.3},
    "a": {"jawOpen": 0.45, "mouthUpperUp": 0.1, "mouthLowerDown": 0.15},
    "i": {"jawOpen": 0.08, "mouthStretch": 0.3, "mouthSmile": 0.28, "mouthUpperUp": 0.25, "mouthLowerDown": 0.4},
    "o": {"jawOpen": 0.25, "mouthFunnel": 0.7, "mouthPucker": 0.25},
    "u": {"jawOpen": 0.08, "mouthPucker": 0.75, "mouthFunnel": 0.25},
    "m": {"lipsSealed": 1.0, "mouthPress": 0.5},
    "f": {"jawOpen": 0.06, "mouthRollLower": 1.0, "mouthUpperUp": 0.25},
    "l": {"jawOpen": 0.18, "mouthUpperUp": 0.15, "mouthLowerDown": 0.25, "tongueUp": 0.9},
    "smile": {"mouthSmile": 0.6},
    "laugh": {"mouthSmile": 0.6, "mouthUpperUp": 0.35, "jawOpen": 0.12, "cheekSquint": 0.5},
    "frown": {"mouthFrown": 0.7, "browDown": 0.8},
    "brows up": {"browInnerUp": 0.8, "browOuterUp": 0.6, "eyeWide": 0.4},
    "half blink": {"eyeBlink": 0.5},
    "blink": {"eyeBlink": 1.0},
    "look right": {"gaze_yaw": 15},
    "look down": {"gaze_pitch": 12, "eyeLookDown": 0.4},
    "yaw 12": {"yaw": 12, "jawOpen": 0.3},
    "yaw -12": {"yaw": -12},
    "yaw 20": {"yaw": 20},
    "pitch 10": {"pitch": 10},
    "pitch -10": {"pitch": -10, "jawOpen": 0.2},
    "roll 8": {"roll": 8},
    "nearer": {"z": -60},
}

CAPTION = 26  # px, height of the darkened strip behind a name

_HEAD = ("yaw", "pitch", "roll", "x", "y", "z")
_GAZE = ("gaze_yaw", "gaze_pitch")


def motion(settings: Iterable[Setting], fps: float = 25.0) -> Motion:
    """One row per setting. Raises KeyError for a name that is no channel."""
    rows = list(settings)
    coefficients = np.zeros((len(rows), len(CHANNELS)), np.float32)
    head, gaze = np.zeros((len(rows), 6), np.float32), np.zeros((len(rows), 2), np.float32)
    for i, setting in enumerate(rows):
        for name, value in setting.items():
            if name in _HEAD:
                head[i, _HEAD.index(name)] = value
            elif name in _GAZE:
                gaze[i, _GAZE.index(name)] = value
            else:
                coefficients[i, channels(name)] = value
    return Motion(fps, coefficients, head, gaze, np.zeros(len(rows), np.float32))


def channels(name: str) -> list[int]:
    """Columns of a channel, or of both its sides."""
    names = [name] if name in CHANNELS else [f"{name}Left", f"{name}Right"]
    if names[0] not in CHANNELS:
        raise KeyError(f"{name} is no channel of a motion")
    return [CHANNELS.index(n) for n in names]


def contact_sheet(frames: Iterable[Frame], names: Iterable[str], *, columns: int = 6, side: int = 384) -> Frame:
    """Lay frames (h, w, 3) out in rows, each `side` px wide with its name in the corner."""
    tiles = []
    for frame, name in zip(frames, names, strict=True):
        height = round(side * frame.shape[0] / frame.shape[1])
        tile = np.asarray(cv2.resize(frame, (side, height), interpolation=cv2.INTER_AREA), np.uint8)
        tile[:CAPTION] //= 2
        cv2.putText(tile, name, (7, CAPTION - 7), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255, 255, 255), 1, cv2.LINE_AA)
        tiles.append(tile)
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % columns)
    return np.concatenate([np.concatenate(tiles[i : i + columns], 1) for i in range(0, len(tiles), columns)])


def face_window(landmarks: FloatArray, size: int, reach: float = 0.78) -> tuple[slice, slice]:
    """Rows and columns around a face, `reach` face heights to each side of its middle."""
    points = landmarks[:, :2]
    half = reach * float(points[:, 1].max() - points[:, 1].min())
    low = np.clip(points.mean(0) - half, 0, size).astype(int)
    high = np.clip(points.mean(0) + half, 0, size).astype(int)
    return slice(low[1], high[1]), slice(low[0], high[0])


def main() -> None:
    from generation.portrait import analyse
    from generation.portrait.rig import build
    from generation.render import Renderer

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("portrait", type=Path)
    parser.add_argument("sheet", type=Path)
    arguments = parser.parse_args()
    portrait = analyse(arguments.portrait.read_bytes())
    where = face_window(portrait.face.landmarks, portrait.size)
    frames = (frame[where] for frame in Renderer(build(portrait)).frames(motion(POSES.values())))
    sheet = contact_sheet(frames, POSES)
    cv2.imwrite(str(arguments.sheet), sheet[..., ::-1])


if __name__ == "__main__":
    main()
