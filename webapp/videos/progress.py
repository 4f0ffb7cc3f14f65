"""From what a worker says about its stage to one bar and one guess of the time left."""

from __future__ import annotations

from dataclasses import dataclass

# Share of the whole time that a stage takes, for a 10 s recording on two cores; "start" loads the engine.
SHARES = {"start": 0.16, "portrait": 0.09, "speech": 0.27, "motion": 0.02, "render": 0.44, "encode": 0.02}
DOING = {
    "portrait": "looking at the portrait",
    "speech": "listening to the recording",
    "motion": "planning the performance",
    "render": "painting frame {done} of {total}",
    "encode": "finishing the film",
}
START_S, RENDER_FACTOR = 4.0, 1.1  # s of work before anything is measured: so much, and so much per s of recording
LEAST_TO_JUDGE = 0.25  # share done from which our own pace says more than that guess


@dataclass(frozen=True)
class Pace:
    """Where a render stands."""

    stage: str
    done: int
    total: int
    progress: float  # 0..1 of the whole
    eta_s: float


def pace(*, stage: str, done: int, total: int, elapsed_s: float, recording_s: float) -> Pace:
    """One bar from stage and count; time left from our pace so far, at first from the recording's length."""
    progress = _share_before(stage) + SHARES.get(stage, 0.0) * (min(1.0, done / total) if total else 0.0)
    expected_s = START_S + recording_s * RENDER_FACTOR
    total_s = elapsed_s / progress if progress >= LEAST_TO_JUDGE else max(expected_s, elapsed_s)
    return Pace(stage, done, total, round(min(progress, 1.0), 4), round(max(1.0, total_s - elapsed_s), 1))


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
