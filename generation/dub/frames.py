"""The frames of a film, kept on disk so that they can be shown in any order."""

from __future__ import annotations

import tempfile

import cv2
import numpy as np

from generation.types import Frame

QUALITY = 97  # JPEG; 46 dB and more against what was decoded, below the film's own losses


class Frames:
    """Frames in one nameless file, which goes when this does. One thread at a time."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="sitter-film-")  # noqa: SIM115  # lives as long as this
        self._places: list[tuple[int, int]] = []

    def append(self, frame: Frame) -> None:
        """Keep one more frame (h, w, 3)."""
        whole, packed = cv2.imencode(
            ".jpg", cv2.cvtColor(frame, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY]
        )
        assert whole
        self._places.append((self._file.seek(0, 2), len(packed)))
        self._file.write(packed.tobytes())

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, index: int) -> Frame:
        start, length = self._places[index]
        self._file.seek(start)
        packed = np.frombuffer(self._file.read(length), np.uint8)
        return np.asarray(cv2.cvtColor(cv2.imdecode(packed, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB), np.uint8)


def back_and_forth(count: int, wanted: int) -> list[int]:
    """Which of `count` frames is shown at each of `wanted` moments: to the end, back to the beginning, and on."""
    if count == 1:
        return [0] * wanted
    turn = 2 * (count - 1)
    return [min(step % turn, turn - step % turn) for step in range(wanted)]
