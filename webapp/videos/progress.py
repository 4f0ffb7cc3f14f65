"""From what a worker says about its stage to one bar and one guess of the time left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

# Share of the whole time that a stage takes, for a 10 s recording on two cores; "start" loads the engine.
SHARES = {"start": 0.16, "portrait": 0.09, "speech": 0.27, "motion": 0.02, "render": 0.44, "encode": 0.02}
DOING = {
    "watch": "watching the film, picture {done}",
    "portrait": "looking at the portrait",
    "speech": "listening to the recording",
    "motion": "planning the performance",
    "render": "painting frame {done} of {total}",
    "encode": "finishing the film",
}
# Of a whole render: so much, and so much more per s of recording; a 10 s recording took 23 s on two busy cores.
START_S, RENDER_FACTOR = 6.0, 1.7
LEAST_TO_JUDGE = 0.25  # share done from which our own pace says more than what is expected


@dataclass(frozen=True)
class Pace:
    """Where a render stands."""

    stage: str
    done: int
    total: int
    progress: float  # 0..1 of the whole
    eta_s: float


def needed_s(recording_s: float, earlier: Sequence[tuple[float, float]] = ()) -> float:
    """What a render of so long a recording takes, after `earlier` ones here: (s of recording, s of render)."""
    guess_s = START_S + recording_s * RENDER_FACTOR
    slowness = [took_s / (START_S + length_s * RENDER_FACTOR) for length_s, took_s in earlier]
    return guess_s * (median(slowness) if slowness else 1.0)


def pace(*, stage: str, done: int, total: int, elapsed_s: float, expected_s: float) -> Pace:
    """One bar from stage and count; time left from `expected_s` for the whole, more and more from our own pace.

    What is still to be done takes its share of `expected_s` at first, however long we have been at it already.
    """
    progress = min(1.0, _share_before(stage) + SHARES.get(stage, 0.0) * (min(1.0, done / total) if total else 0.0))
    own_s = elapsed_s / progress if progress >= LEAST_TO_JUDGE else expected_s  # for the whole
    left_s = (1.0 - progress) * ((1.0 - progress) * max(expected_s, own_s) + progress * own_s)
    return Pace(stage, done, total, round(progress, 4), round(max(1.0, left_s), 1))


def _share_before(stage: str) -> float:
    """Of the stages that are over when `stage` runs; 0 where we don't know it."""
    names = list(SHARES)
    return sum(SHARES[name] for name in names[: names.index(stage)]) if stage in SHARES else 0.0


def doing(stage: str, done: int, total: int) -> str:
    """What happens now, in words."""
    return DOING.get(stage, "getting ready").format(done=done, total=total)


def time_left(eta_s: float | None) -> str:
    """The guess in words; empty where there is none."""
    if eta_s is None:
        return ""
    if eta_s < 60:
        return f"about {_counted(max(1, round(eta_s)), 'second')} left"
    return f"about {_counted(round(eta_s / 60), 'minute')} left"


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
