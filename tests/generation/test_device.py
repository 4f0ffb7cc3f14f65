"""Painting in batches on a device: the same pictures, on any device, and torch only where one is."""

import subprocess
import sys

import numpy as np
import pytest

from generation import device
from generation.errors import MissingOnMachine
from generation.evaluate.sheet import motion
from generation.render import Renderer
from generation.types import Motion
from tests.generation.sitters import renderer, rig

NEAR = 2  # levels of 255 by which two ways to reckon the same picture may differ

PERFORMANCE = (
    {},
    {"yaw": 14, "pitch": 5, "jawOpen": 0.4, "tongueUp": 0.6},
    {"yaw": -18, "roll": 6, "jawOpen": 0.15, "mouthSmile": 0.6, "mouthUpperUp": 0.3, "gaze_yaw": 10},
    {"eyeBlink": 0.5, "browInnerUp": 0.8, "browOuterUp": 0.6},
    {"eyeBlink": 1.0, "lipsSealed": 1.0, "z": -60},
    {"eyeWide": 0.5, "jawOpen": 0.06, "mouthRollLower": 1.0, "pitch": -9},
)


def _apart(one: np.ndarray, other: np.ndarray) -> int:
    return int(np.abs(one.astype(int) - other).max())


@pytest.mark.slow
@pytest.mark.parametrize("name", ["portrait_a", "portrait_b", "astronaut"])
def test_a_device_paints_what_the_processor_paints(name: str) -> None:
    performance = motion(PERFORMANCE)
    here = renderer(name).frames(performance)
    there = Renderer(rig(name), "cpu").frames(performance)
    apart = [_apart(a, b) for a, b in zip(here, there, strict=True)]
    assert len(apart) == len(PERFORMANCE)
    assert max(apart) <= NEAR


@pytest.mark.slow
def test_a_frame_hardly_depends_on_the_batch_it_is_painted_in() -> None:
    performance: Motion = motion(PERFORMANCE)
    painter = Renderer(rig(), "cpu")
    whole = list(painter.frames(performance))
    some = list(painter.frames(performance, rows=[4, 1]))
    assert max(_apart(whole[4], some[0]), _apart(whole[1], some[1])) <= 1


def test_torch_is_loaded_only_where_a_graphics_card_may_be() -> None:
    code = "import sys; from generation.device import chosen; chosen('auto'); print('torch' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == str(device.driver_is_here())


def test_a_card_that_is_not_there_is_missed_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "DRIVER", "no-such-driver.so")
    assert device.chosen("auto") is None
    assert device.chosen("cpu") is None
    with pytest.raises(MissingOnMachine, match="no graphics card"):
        device.chosen("cuda")


@pytest.mark.slow
def test_nothing_leaves_the_device_before_the_frames_are_finished() -> None:
    # Torch's "meta" device reckons shapes and places alone: whatever looks at a value, or mixes devices, fails.
    frames = Renderer(rig(), "meta").frames(motion(PERFORMANCE))
    with pytest.raises(NotImplementedError, match="Cannot copy out of meta tensor"):
        next(frames)
