"""Does a planned performance move like a person? Blinks, head, gaze and lip closures in numbers.

`python -m generation.evaluate.motion_stats RECORDING [--motion M.json] [--transcript TEXT] [--seed N] [--fps F]`
listens, plans (or reads the motion that a render wrote) and prints them; the tests hold them within their bounds.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from generation import motion_file
from generation.evaluate import coupling
from generation.motion import plan
from generation.speech.visemes import classes
from generation.types import CHANNELS, Controls, FloatArray, Motion, Phone, Speech

BLINK_HALF = 0.5  # of full closure; a blink lasts while its lid is at least that far down
SHUT = 0.9  # of lipsSealed counts as closed lips
ON_TEETH = 0.6  # of mouthRollLower counts as the lower lip on the teeth
AVERTED_DEG = 3.0  # of the line of sight from the asked gaze


@dataclass(frozen=True)
class MotionStats:
    """Angles in degrees, speeds in degrees a second, (yaw, pitch, roll)."""

    seconds: float
    blinks_per_minute: float
    blink_ms: float  # mean, at half closure
    head_sd: tuple[float, float, float]
    head_speed: tuple[float, float, float]  # mean, of each angle alone
    head_speed_talking: float  # mean, of the three together
    head_speed_silent: float
    head_lively: tuple[float, float, float]  # root mean square speed within LIVELY_HZ, while talking
    head_voice: float  # how well the voice explains the talking head within LIVELY_HZ, 0..1 (multiple correlation)
    head_voice_shuffled: float  # the same with the voice of other moments: 95 % of such shuffles stay below
    averted_share: float  # of the frames
    bilabials_closed: float  # share of p b m with a closed frame
    labiodentals_touching: float  # share of f v with a frame on the teeth
    jaw_talking: float  # mean
    jaw_p95: float
    largest_step: dict[str, float]  # channel → greatest change between two frames, of the five that jump most


def measure(motion: Motion, speech: Speech, controls: Controls) -> MotionStats:
    """The numbers of one performance of `speech`."""
    frames = len(motion)
    middles = (np.arange(frames, dtype=np.float64) + 0.5) / motion.fps
    talking = _talking(middles, speech.phones)
    channel = {name: motion.coefficients[:, k] for k, name in enumerate(CHANNELS)}
    starts, lengths = _runs(channel["eyeBlinkLeft"] > BLINK_HALF)
    velocity = np.abs(np.gradient(motion.head[:, :3], 1 / motion.fps, axis=0))  # (t, 3)
    together = np.linalg.norm(velocity, axis=1)
    sight = motion.gaze + motion.head[:, :2] - np.array(controls.gaze)
    coupled = coupling.head_and_voice(motion, speech)
    steps = np.abs(np.diff(motion.coefficients, axis=0)).max(axis=0, initial=0.0)
    jumpy = sorted(zip(CHANNELS, steps, strict=True), key=lambda pair: -pair[1])[:5]
    return MotionStats(
        seconds=frames / motion.fps,
        blinks_per_minute=60 * len(starts) * motion.fps / frames,
        blink_ms=1000 * float(lengths.mean()) / motion.fps if len(lengths) else 0.0,
        head_sd=_triple(motion.head[:, :3].std(axis=0)),
        head_speed=_triple(velocity.mean(axis=0)),
        head_speed_talking=_mean(together[talking]),
        head_speed_silent=_mean(together[~talking]),
        head_lively=_triple(coupling.lively(motion, talking)),
        head_voice=coupled.found,
        head_voice_shuffled=coupled.by_chance,
        averted_share=float((np.linalg.norm(sight, axis=1) > AVERTED_DEG).mean()),
        bilabials_closed=touched(middles, channel["lipsSealed"], speech.phones, "PP", SHUT),
        labiodentals_touching=touched(middles, channel["mouthRollLower"], speech.phones, "FF", ON_TEETH),
        jaw_talking=_mean(channel["jawOpen"][talking]),
        jaw_p95=float(np.percentile(channel["jawOpen"], 95)),
        largest_step={name: round(float(step), 3) for name, step in jumpy},
    )


def touched(
    middles: npt.NDArray[np.float64], channel: FloatArray, phones: tuple[Phone, ...], viseme: str, level: float
) -> float:
    """Share of the phones of `viseme` during which, or one frame beside which, `channel` reaches `level`."""
    beside = 0.5 * float(middles[1] - middles[0])
    spoken = [p for p in phones if viseme in classes(p.ipa) and p.start_s < middles[-1]]
    reached = [
        channel[(middles >= p.start_s - beside) & (middles <= p.end_s + beside)].max(initial=0.0) >= level
        for p in spoken
    ]
    return float(np.mean(reached)) if reached else 1.0


def _talking(middles: npt.NDArray[np.float64], phones: tuple[Phone, ...]) -> npt.NDArray[np.bool_]:
    inside = np.zeros(len(middles), bool)
    for phone in phones:
        inside |= (middles >= phone.start_s) & (middles < phone.end_s)
    return inside


def _runs(flags: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Starts and lengths of the runs of true frames."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return edges[::2], edges[1::2] - edges[::2]


def _triple(values: FloatArray | npt.NDArray[np.float64]) -> tuple[float, float, float]:
    return float(values[0]), float(values[1]), float(values[2])


def _mean(values: FloatArray) -> float:
    return float(values.mean()) if len(values) else 0.0


def _readable(value: float | tuple[float, ...] | dict[str, float]) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {number:.2f}" for name, number in value.items())
    return "  ".join(f"{number:.2f}" for number in (value if isinstance(value, tuple) else (value,)))


def main(arguments: list[str] | None = None) -> int:
    """Print the statistics of one recording's performance."""
    from generation.speech import listen  # loads the recognisers

    parser = argparse.ArgumentParser(prog="python -m generation.evaluate.motion_stats", description=__doc__)
    parser.add_argument("recording", type=Path)
    parser.add_argument("--motion", type=Path, help="a file of `render --motion-out`, instead of a new plan")
    parser.add_argument("--transcript")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fps", type=float, default=25.0)
    options = parser.parse_args(arguments)
    speech = listen(options.recording, transcript=options.transcript)
    controls = Controls(seed=options.seed, fps=options.fps)
    if options.motion:
        motion = motion_file.read(options.motion)
    else:
        motion = plan(speech, controls, frames=round(speech.duration_s * options.fps))
    for name, value in asdict(measure(motion, speech, controls)).items():
        sys.stdout.write(f"{name:22} {_readable(value)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
