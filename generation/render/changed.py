"""Which frames of two motions look different."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generation.render.speaking import seal_while_speaking
from generation.render.sway import trailing
from generation.types import Motion


def changed(old: Motion, new: Motion) -> npt.NDArray[np.bool_]:
    """(t,) whether a renderer takes anything else from two motions of one length, whatever portrait it paints.

    That is a frame's own rows, the lips' seal of portraits with open mouths, which looks 0.7 s around, and the way
    of the head in the 0.8 s before, which loose hair follows.
    """
    differs = np.zeros(len(new), bool)
    for open_mouth in (False, True):
        one, other = (seal_while_speaking(motion, open_mouth=open_mouth) for motion in (old, new))
        differs |= (one.coefficients != other.coefficients).any(1)
    for before, after in ((old.head, new.head), (old.gaze, new.gaze)):
        differs |= (before != after).any(1)
    differs |= old.breath != new.breath
    trails = [np.array_equal(trailing(old, row), trailing(new, row)) for row in range(len(new))]
    return np.asarray(differs | ~np.array(trails), bool)
