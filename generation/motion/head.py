"""The head: slow drift, a livelier sway while talking that follows the voice, nods on accents, new postures.

It lifts with the breath before a phrase and settles as the phrase ends.

Yehia, Kuratate & Vatikiotis-Bateson (2002) found head motion and pitch of the voice closely coupled; the shares
and sizes here are ours, set so that a talking head turns at a mean of 10–14 degrees a second, between the 4 of
our first study and the 17 and more (landmark jitter included) of two real clips.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generation.motion.breath import Inhalation
from generation.motion.chance import Chance, stream
from generation.motion.clock import Clock, Track, bump, ease, smooth
from generation.motion.prosody import Accent, Phrase, Prosody
from generation.motion.timeline import Asked

PORTRAIT_DISTANCE_MM = 600.0  # assumed between head and camera
FOLLOWS_GAZE = 0.25  # share of the asked gaze that the head turns
FOLLOWS_GLANCE = 0.12  # share of a look away that it follows, late
GLANCE_DELAY_S, GLANCE_SOFTEN_S = 0.18, 0.15


@dataclass(frozen=True)
class Axis:
    """Sizes for one angle, standard deviations in degrees."""

    drift: float  # wanders over seconds
    sway: float  # 0.5–3 Hz while talking
    voice: float  # follows loudness and pitch
    posture: float  # taken anew at the start of a phrase


YAW = Axis(drift=2.1, sway=0.80, voice=1.1, posture=1.8)
PITCH = Axis(drift=1.6, sway=0.50, voice=1.5, posture=1.0)
ROLL = Axis(drift=1.15, sway=0.42, voice=0.7, posture=0.9)
AXES = {"yaw": YAW, "pitch": PITCH, "roll": ROLL}

DRIFT_SETTLE_S, DRIFT_SOFTEN_S = 2.5, 0.30
SWAY_HZ = (0.45, 1.25)
IN_SILENCE = 0.25  # of the talking sway
VOICE_BAND_S = (0.09, 0.32)  # Gaussians whose difference keeps 0.4–1.5 Hz of the voice's course
POSTURE_S = (0.5, 0.9)
POSTURE_LEAD_S = 0.15

NOD_SHARE = 0.45  # of accents
NOD_DEG = (1.2, 2.8)  # downwards, at strength 1
NOD_FALL_S, NOD_RISE_S = (0.22, 0.32), (0.34, 0.48)
NOD_GAP_S = 0.9  # 46 nods a minute looked too many in our study
SHIFT_MM = (1.6, 1.0, 3.0)  # standard deviations of x, y, z
BREATH_LIFT_DEG, LIFT_FALL_S = 1.3, 0.55  # of a full breath
SETTLE_DEG, FULL_PHRASE_S = 1.5, 2.0  # at the end of a phrase of that length or longer
SETTLE_LEAD_S, SETTLE_FALL_S, SETTLE_RISE_S = 0.35, 0.50, 0.90
ASKED_SOFTEN_S = 0.10  # Gaussian over what a timeline asks: a neck has no corners
TURN_SOFTEN_S = 0.05
TURN_SHIFT_MM_PER_DEG = 0.35  # a turning head also leans: it pivots on the neck, not on its centre


@dataclass(frozen=True)
class Nod:
    """A short nod, `size` degrees downwards."""

    start_s: float
    size: float
    fall_s: float
    rise_s: float


@dataclass(frozen=True)
class Posture:
    """The change from one posture of an axis to the next, of unit size."""

    start_s: float
    length_s: float
    before: float
    after: float


@dataclass(frozen=True)
class Gestures:
    """What the head does once, at its time."""

    nods: tuple[Nod, ...]
    postures: dict[str, tuple[Posture, ...]]  # by axis, never empty
    lifts: tuple[Inhalation, ...]  # breaths that lift it
    bows: tuple[Phrase, ...]  # at whose ends it settles


def liveliness(prosody: Prosody, gestures: Gestures, clock: Clock, chance: Chance) -> npt.NDArray[np.float64]:
    """(n, 6) the head's own movement on the ticks: yaw, pitch, roll in degrees and x, y, z in mm."""
    yaw, pitch, roll = (
        _axis(name, axis, prosody, gestures.postures[name], clock, chance) for name, axis in AXES.items()
    )
    pitch = pitch + _nodding(gestures.nods, clock) + phrasing(gestures.bows, gestures.lifts, clock)
    place = (
        size * chance.wander(f"head.{name}", clock, settle_s=3.0, soften_s=0.4)
        for name, size in zip("xyz", SHIFT_MM, strict=True)
    )
    return np.stack([yaw, pitch, roll, *place], axis=1)


def pose(
    own: npt.NDArray[np.float64], glances: npt.NDArray[np.float64], asked: Asked, clock: Clock
) -> npt.NDArray[np.float64]:
    """(n, 6) the head about the portrait's own pose: its `own` movement and what is `asked` of it.

    `glances` (n, 2) are the line of sight about the asked gaze, degrees.
    """
    whole = own.copy()
    whole[:, :3] += smooth_rows(asked.head, ASKED_SOFTEN_S)
    for axis in (0, 1):
        glance = np.interp(clock.ticks - GLANCE_DELAY_S, clock.ticks, glances[:, axis])
        whole[:, axis] += FOLLOWS_GLANCE * smooth(glance, GLANCE_SOFTEN_S)
        whole[:, axis] += FOLLOWS_GAZE * smooth(asked.gaze[:, axis], GLANCE_SOFTEN_S)
    whole[:, 3] += TURN_SHIFT_MM_PER_DEG * smooth(whole[:, 0], TURN_SOFTEN_S)
    whole[:, 5] += PORTRAIT_DISTANCE_MM * smooth(asked.distance - 1, ASKED_SOFTEN_S)
    return whole


def smooth_rows(rows: npt.NDArray[np.float64], sigma_s: float) -> npt.NDArray[np.float64]:
    """(n, k) every column under a Gaussian of `sigma_s` seconds."""
    return np.stack([smooth(column, sigma_s) for column in rows.T], axis=1)


def _axis(
    name: str, axis: Axis, prosody: Prosody, postures: tuple[Posture, ...], clock: Clock, chance: Chance
) -> Track:
    """(n,) degrees: everything about one angle that chance and the voice decide."""
    drift = chance.wander(f"head.{name}.drift", clock, settle_s=DRIFT_SETTLE_S, soften_s=DRIFT_SOFTEN_S)
    lively = chance.sway(f"head.{name}.sway", clock, slow_hz=SWAY_HZ[0], fast_hz=SWAY_HZ[1])
    talking = IN_SILENCE + (1 - IN_SILENCE) * smooth(prosody.talking, 0.25)
    return (
        axis.drift * drift
        + axis.sway * talking * lively
        + axis.voice * _voice(prosody, stream(chance.seed, f"head.{name}.voice"))
        + axis.posture * _posed(postures, clock)
    )


def _voice(prosody: Prosody, rng: np.random.Generator) -> Track:
    """(n,) the voice's own movement, about unit size: high and loud lifts or turns the head."""
    contour = -(0.6 * prosody.melody + 0.8 * prosody.emphasis) * (1 if rng.random() < 0.8 else -1)
    return 2.5 * (smooth(contour, VOICE_BAND_S[0]) - smooth(contour, VOICE_BAND_S[1]))


def first_posture(rng: np.random.Generator) -> Posture:
    """Where an axis begins."""
    place = float(rng.normal())
    return Posture(-1.0, 1.0, place, place)


def next_posture(last: Posture, start_s: float, rng: np.random.Generator) -> Posture:
    """Where an axis goes as a phrase begins, by chance."""
    target, length = float(np.clip(rng.normal(), -2.0, 2.0)), float(rng.uniform(*POSTURE_S))
    return Posture(start_s, length, last.after, target)


def postures(phrases: tuple[Phrase, ...], seed: int) -> dict[str, tuple[Posture, ...]]:
    """A new posture of every axis for every phrase."""
    found: dict[str, tuple[Posture, ...]] = {}
    for name in AXES:
        rng = stream(seed, f"head.{name}.posture")
        one = [first_posture(rng)]
        for phrase in phrases:
            new = next_posture(one[-1], phrase.start_s - POSTURE_LEAD_S, rng)
            one += [new] if new.start_s > 0 else []
        found[name] = tuple(one)
    return found


def _posed(changes: tuple[Posture, ...], clock: Clock) -> Track:
    """(n,) unit size: one posture after the other."""
    course = np.full(len(clock.ticks), changes[0].before)
    for one in changes:
        later = clock.span(one.start_s, np.inf)
        course[later] += (one.after - one.before) * ease((clock.ticks[later] - one.start_s) / one.length_s)
    return course


def nods(accents: tuple[Accent, ...], seed: int) -> tuple[Nod, ...]:
    """Short nods on some of the accents."""
    rng = stream(seed, "head.nods")
    found: list[Nod] = []
    last = -NOD_GAP_S
    for accent in accents:
        nod = nod_on(accent, rng)
        if nod and accent.time_s - last >= NOD_GAP_S:
            found.append(nod)
            last = accent.time_s
    return tuple(found)


def nod_on(accent: Accent, rng: np.random.Generator) -> Nod | None:
    """A nod whose deepest point lies near the accent, or none, by chance."""
    chosen, size = rng.random() < NOD_SHARE, float(rng.uniform(*NOD_DEG)) * min(accent.strength, 1.2)
    fall, rise = float(rng.uniform(*NOD_FALL_S)), float(rng.uniform(*NOD_RISE_S))
    return Nod(accent.time_s - fall / 2, size, fall, rise) if chosen else None


def _nodding(nods: tuple[Nod, ...], clock: Clock) -> Track:
    """(n,) degrees, downwards."""
    course = np.zeros(len(clock.ticks))
    for nod in nods:
        near = clock.span(nod.start_s, nod.start_s + nod.fall_s + nod.rise_s)
        course[near] += nod.size * bump(clock.ticks[near] - nod.start_s, nod.fall_s, 0.0, nod.rise_s)
    return course


def phrasing(phrases: tuple[Phrase, ...], breaths: tuple[Inhalation, ...], clock: Clock) -> Track:
    """(n,) degrees, downwards: up with the breath before a phrase, down as the phrase ends, then back."""
    course = np.zeros(len(clock.ticks))
    for breath in breaths:
        rise = breath.end_s - breath.start_s
        near = clock.span(breath.start_s, breath.end_s + LIFT_FALL_S)
        course[near] -= (
            BREATH_LIFT_DEG * breath.depth * bump(clock.ticks[near] - breath.start_s, rise, 0.0, LIFT_FALL_S)
        )
    for phrase in phrases:
        start = phrase.end_s - SETTLE_LEAD_S
        size = SETTLE_DEG * min(1.0, (phrase.end_s - phrase.start_s) / FULL_PHRASE_S)
        near = clock.span(start, start + SETTLE_FALL_S + SETTLE_RISE_S)
        course[near] += size * bump(clock.ticks[near] - start, SETTLE_FALL_S, 0.0, SETTLE_RISE_S)
    return course
