"""What follows the head instead of moving with it: hair that hangs free comes a little after and swings back.

Hair answers the head like a damped spring. Its answer is taken from the last second of the motion itself, so that
any frame can be painted alone, in any order, and always the same.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from generation.portrait.head import smoothstep
from generation.portrait.rig import Rig
from generation.portrait.topology import FACE_POINTS
from generation.types import FloatArray, Motion

SWING_HZ, DAMPING = 1.9, 0.45  # of hair about a head's length; quick enough to come to rest between two nods
MEMORY_S = 0.8  # after which nothing of a movement is left
CUT_DEG_S = 120.0  # no head turns so fast while it talks: such a jump starts anew instead of flinging the hair
LOOSE_FROM, LOOSE_TO = 0.08, 0.55  # face widths outside the oval between which hair comes free of the skull
LOOSEST = 0.45  # share of the delayed motion that the freest hair takes


class Sway:
    """The loose vertices of one rig and their delay."""

    def __init__(self, rig: Rig) -> None:
        free = smoothstep(LOOSE_FROM, LOOSE_TO, rig.mesh.outside / rig.head.width)
        free[:FACE_POINTS] = 0
        shares = LOOSEST * free
        self.vertices = np.flatnonzero((shares > 0) & (rig.head_weights > 0))
        self.shares = np.asarray(shares[self.vertices], np.float32)[:, None]


def trailing(motion: Motion, index: int) -> FloatArray:
    """Where the head of frame `index` is for loose hair (6,: degrees, mm); where it has rested, the head itself."""
    kernel = _answer(motion.fps)
    past = motion.head[max(0, index + 1 - len(kernel)) : index + 1]
    jumps = np.flatnonzero(np.abs(np.diff(past[:, :3], axis=0)).max(1) > CUT_DEG_S / motion.fps)
    past = past[jumps[-1] + 1 :] if len(jumps) else past
    rested = np.repeat(past[:1], len(kernel) - len(past), 0)
    return np.asarray(kernel @ np.concatenate([rested, past]), np.float32)


@cache
def _answer(fps: float) -> FloatArray:
    """Impulse response of the spring, oldest frame first, with sum 1."""
    t = np.arange(max(2, round(MEMORY_S * fps))) / fps
    omega = 2 * np.pi * SWING_HZ
    ringing = omega * np.sqrt(1 - DAMPING**2)
    answer = np.exp(-DAMPING * omega * t) * np.sin(ringing * (t + 0.5 / fps))
    return np.asarray((answer / answer.sum())[::-1], np.float32)
