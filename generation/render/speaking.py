"""Portraits that smile with open lips: how they speak.

At rest such a portrait is left as it is. While it speaks its lips rest closed, as a speaker's do between sounds,
and part as far as jaw and lips are driven; otherwise every sound would be spoken through the same smile.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from generation.types import CHANNELS, FloatArray, Motion

ONSET = 0.12  # of summed mouth coefficients at which a frame counts as fully speaking
MEMORY = 0.35  # s for which speech is felt before and after
JAW_RELEASE, LIP_RELEASE = 1.1, 0.35  # how far jawOpen and mouthLowerDown loosen the seal
SPEAKING = ("jawOpen", "mouthFunnel", "mouthPucker", "mouthLowerDownLeft", "mouthClose", "mouthRollLower")


def seal_while_speaking(motion: Motion, *, open_mouth: bool) -> Motion:
    """The same motion with `lipsSealed` raised where an open-mouthed portrait speaks."""
    if not open_mouth or not len(motion):
        return motion
    coefficients = motion.coefficients.copy()
    column = {name: coefficients[:, CHANNELS.index(name)] for name in (*SPEAKING, "lipsSealed")}
    effort = np.sum([column[name] for name in SPEAKING], axis=0) + column["lipsSealed"]
    voice = _held(np.clip(effort / ONSET, 0, 1), max(1, round(MEMORY * motion.fps)))
    opening = JAW_RELEASE * column["jawOpen"] + LIP_RELEASE * column["mouthLowerDownLeft"]
    rest = voice * np.clip(1 - opening, 0, 1)
    coefficients[:, CHANNELS.index("lipsSealed")] = np.maximum(column["lipsSealed"], rest)
    return replace(motion, coefficients=coefficients)


def _held(track: FloatArray, reach: int) -> FloatArray:
    """Greatest value within `reach` frames, then averaged over the same reach: rises before and falls after."""
    padded = np.pad(track, reach)
    held = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(1)
    padded = np.pad(held, reach, mode="edge")
    result: FloatArray = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).mean(1).astype(np.float32)
    return result
