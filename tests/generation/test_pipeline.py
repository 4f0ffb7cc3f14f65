import numpy as np
import pytest

from generation.errors import Cancelled
from generation.pipeline import perform, render
from generation.types import Controls
from tests.generation.pictures import SAMPLES, spoken

pytestmark = pytest.mark.slow
PORTRAIT = (SAMPLES / "portrait_b.png").read_bytes()
STAGES = ["portrait", "speech", "motion", "render"]


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    return spoken(tmp_path_factory.mktemp("recording") / "short.wav", 1.2)


def test_a_performance_paints_only_when_frames_are_taken(recording):
    reports = []
    performance = perform(PORTRAIT, recording, Controls(), size=256, progress=reports.append)
    assert performance.frame_count == 30
    assert {"name", "sha256"} == set(performance.weights[0])
    assert not [report for report in reports if report.stage == "render"]
    frames = list(performance.frames)
    assert len(frames) == 30
    assert all(frame.shape == (256, 256, 3) and frame.dtype == np.uint8 for frame in frames)
    assert not np.array_equal(frames[10], frames[20])
    seen = [report.stage for report in reports]
    assert [stage for i, stage in enumerate(seen) if i == 0 or seen[i - 1] != stage][:4] == STAGES
    assert performance.seconds["render"] > 0


def test_the_same_seed_gives_the_same_frames(recording):
    first, second = (
        list(perform(PORTRAIT, recording, Controls(seed=5), size=256).frames) for _ in range(2)
    )  # fmt: skip
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("stage", STAGES)
def test_cancelling_at_any_stage_leaves_no_file(recording, tmp_path, stage):
    def stop(report):
        if report.stage == stage and (stage != "render" or report.done == 7):
            raise Cancelled

    def make():
        performance = perform(PORTRAIT, recording, Controls(), size=256, progress=stop)
        render(performance, recording, tmp_path / "v.mp4", progress=stop)

    with pytest.raises(Cancelled):
        make()
    assert not list(tmp_path.iterdir())
