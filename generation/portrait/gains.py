"""By how much a portrait's motion is strengthened or weakened so that it is seen as it was meant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generation.types import CHANNELS, FloatArray

JAW = [CHANNELS.index(name) for name in ("jawOpen", "mouthClose")]  # the second undoes the first


@dataclass(frozen=True)
class Gains:
    """Factors, 1 for a portrait that moves as meant; generation/portrait/calibration.py measures them."""

    jaw: float = 1.0
    yaw: float = 1.0
    pitch: float = 1.0

    def applied(self, coefficients: FloatArray, head: FloatArray) -> tuple[FloatArray, FloatArray]:
        """One row of a motion, (channels,) and (6,), strengthened."""
        if self == UNCALIBRATED:
            return coefficients, head
        stronger = coefficients.copy()
        stronger[JAW] *= self.jaw
        return stronger, head * np.array((self.yaw, self.pitch, 1, 1, 1, 1), np.float32)


UNCALIBRATED = Gains()
