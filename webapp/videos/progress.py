"""From what a worker says about its stage to one bar and one guess of the time left."""

from __future__ import annotations

from dataclasses import dataclass

# Share of the whole time that a stage takes, for a 10 s recording on two cores.
SHARES = {"portrait": 0.07, "speech": 0.25, "motion": 0.03, "render": 0.62, "encode": 0.03}
DOING = {
    "portrait": "looking at the portrait",
    "speech": "listening to the recording",
    "motion": "planning the performance",
    "render": "painting frame {done} of {total}",
    "encode": "finishing the film",
}
RENDER_FACTOR = 1.6  # seconds of work per second of recording before anything is measured, two cores
LEAST_TO_JUDGE = 0.05  # share done before our own pace says more than the factor


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
    before = 0.0
    for name, share in SHARES.items():
        if name == stage:
            before += share * min(1.0, done / total if total else 0.0)
            break
        before += share
    else:
        before = 0.0
    expected = recording_s * RENDER_FACTOR
    total_s = elapsed_s / before if before >= LEAST_TO_JUDGE else max(expected, elapsed_s)
    return Pace(stage, done, total, round(min(before, 1.0), 4), round(max(1.0, total_s - elapsed_s), 1))


def doing(stage: str, done: int, total: int) -> str:
    """What happens now, in words."""
    return DOING.get(stage, "getting ready").format(done=done, total=total)


def time_left(eta_s: float | None) -> str:
    """The guess in words; empty where there is none."""
    if eta_s is None:
        return ""
    if eta_s < 60:
        return f"about {max(1, round(eta_s))} seconds left"
    minutes = round(eta_s / 60)
    return f"about {minutes} minute{'s' if minutes > 1 else ''} left"
