"""Expressiveness, stillness, a mood that follows the voice, and controls that change in time."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from generation.errors import InputRefused
from generation.evaluate.motion_stats import SHUT, measure, touched
from generation.motion import changed_windows, plan
from generation.motion.affect import MOST, affect
from generation.motion.clock import Clock
from generation.motion.prosody import hear
from generation.types import AUTO, CHANNELS, Controls, Keyframe, Motion, Speech
from tests.generation.speaker import SENTENCE, say

LIPS = ("jaw", "mouth", "lips", "tongue", "eyeBlink", "cheekSquint")


def voice(*, tune: float = 0.35, level_db: float = 0.0, seed: int = 3) -> Speech:
    """The made-up talker with a contour that never repeats; `tune` is its pitch range in octaves."""
    spoken = say(" ".join([SENTENCE] * 3))
    rng = np.random.default_rng(seed)
    t = np.arange(len(spoken.pitch_hz)) / 100
    contour = sum(
        np.sin(2 * np.pi * (f * t + rng.random())) for f in rng.uniform(0.15, 1.6, 7)
    ) / 2.6  # fmt: skip
    pitch = np.where(spoken.pitch_hz > 0, 120 * 2 ** (tune * contour), 0.0).astype(np.float32)
    loudness = np.where(spoken.activity > 0, spoken.loudness_db + level_db + 5 * contour, spoken.loudness_db)
    return replace(spoken, pitch_hz=pitch, loudness_db=loudness.astype(np.float32))


TALK = voice()


@lru_cache(maxsize=32)
def perform(controls: Controls = Controls()) -> Motion:  # noqa: B008 (frozen)
    return plan(TALK, controls, frames=round(TALK.duration_s * controls.fps))


def channel(motion: Motion, name: str) -> np.ndarray:
    return motion.coefficients[:, CHANNELS.index(name)]


def head_speed(motion: Motion) -> float:
    return float(np.linalg.norm(np.diff(motion.head[:, :3], axis=0), axis=1).mean() * motion.fps)


def test_still_moves_lips_jaw_and_blinks_only() -> None:
    motion = perform(Controls(still=True, emotion="happy", emotion_weight=0.6))
    assert np.ptp(motion.head, axis=0).max() == 0
    assert np.ptp(motion.gaze, axis=0).max() == 0
    assert np.ptp(motion.breath) == 0
    moving = {name for k, name in enumerate(CHANNELS) if np.ptp(motion.coefficients[:, k]) > 1e-6}
    assert {name for name in moving if not name.startswith(LIPS)} == set()
    assert channel(motion, "jawOpen").max() > 0.3
    assert channel(motion, "eyeBlinkLeft").max() > 0.9


def test_expressiveness_scales_head_and_brows_and_never_a_closure() -> None:
    calm, usual, vivid = (perform(Controls(expressiveness=e)) for e in (0.0, 1.0, 2.0))
    assert head_speed(calm) < 0.4 * head_speed(usual)
    assert 1.3 * head_speed(usual) < head_speed(vivid) < 1.8 * head_speed(usual)
    assert channel(calm, "browInnerUp").max() < 0.4 * channel(usual, "browInnerUp").max()
    assert channel(vivid, "browInnerUp").max() > channel(usual, "browInnerUp").max()
    middles = (np.arange(len(calm)) + 0.5) / 25
    for motion in (calm, usual, vivid):
        assert touched(middles, channel(motion, "lipsSealed"), TALK.phones, "PP", SHUT) == 1.0


@pytest.mark.parametrize("seed", range(3))
def test_the_head_goes_with_the_voice_more_than_with_a_shuffled_one(seed: int) -> None:
    controls = Controls(seed=seed)
    found = measure(perform(controls), TALK, controls)
    assert found.head_voice > found.head_voice_shuffled + 0.1
    assert all(3 < speed < 14 for speed in found.head_lively)


def test_the_automatic_mood_is_bounded_smooth_and_away_in_silence() -> None:
    spoken = voice(tune=0.7)
    clock = Clock(round(spoken.duration_s * 25), 25.0)
    found = affect(hear(spoken, clock))
    together = sum(found.values())
    assert min(track.min() for track in found.values()) >= 0
    assert together.max() <= MOST + 1e-9
    assert np.abs(np.diff(together)).max() * 200 < 1.0, "of a mood's face, a second"
    silent = say("a t a . . . . . . . . . . . . a t a")
    clock = Clock(round(silent.duration_s * 25), 25.0)
    assert sum(affect(hear(silent, clock)).values())[clock.span(3.5, 4.5)].max() < 0.06


def test_a_lively_voice_smiles_more_and_a_flat_one_is_more_subdued() -> None:
    def mean(tune: float) -> dict[str, float]:
        spoken = voice(tune=tune)
        clock = Clock(round(spoken.duration_s * 25), 25.0)
        return {mood: float(track.mean()) for mood, track in affect(hear(spoken, clock)).items()}

    lively, flat = mean(0.7), mean(0.05)
    assert lively["happy"] > 1.5 * flat["happy"]
    assert flat["sad"] > lively["sad"]


def test_following_the_voice_adds_to_the_face_and_keeps_every_closure() -> None:
    plain, following = perform(), perform(Controls(emotion=AUTO, emotion_weight=1.0))
    assert channel(following, "mouthSmileLeft").mean() > channel(plain, "mouthSmileLeft").mean() + 0.03
    middles = (np.arange(len(plain)) + 0.5) / 25
    assert touched(middles, channel(following, "lipsSealed"), TALK.phones, "PP", SHUT) == 1.0


# ---- timelines -------------------------------------------------------------------------------------------------

BEATS = (
    Keyframe(2.0, gaze=(0.0, 0.0), emotion="neutral", head=(0.0, 0.0, 0.0)),
    Keyframe(4.0, gaze=(14.0, -4.0), emotion="happy", emotion_weight=0.8),
    Keyframe(6.0, head=(6.0, 2.0, -3.0), distance=1.1, course="linear"),
    Keyframe(10.0, gaze=(0.0, 0.0), emotion="sad", emotion_weight=0.5),
    Keyframe(20.0, emotion=AUTO),
)


def test_keyframes_steer_gaze_emotion_head_and_distance() -> None:
    plain, steered = perform(), perform(Controls(timeline=BEATS))
    t = (np.arange(len(plain)) + 0.5) / 25
    sight = (steered.gaze + steered.head[:, :2]) - (plain.gaze + plain.head[:, :2])
    np.testing.assert_allclose(sight[np.argmin(np.abs(t - 4))], (14.0, -4.0), atol=0.3)
    np.testing.assert_allclose(sight[t > 10.1], 0.0, atol=0.3)
    assert channel(steered, "mouthSmileLeft")[np.abs(t - 4) < 0.5].mean() > 0.3
    roll = steered.head[:, 2] - plain.head[:, 2]
    assert abs(roll[t > 7].mean() + 3) < 2
    assert (steered.head[:, 5] - plain.head[:, 5])[t > 6.5].mean() == pytest.approx(60, abs=6)


@pytest.mark.parametrize(
    "beat",
    [
        replace(BEATS[1], gaze=(-10.0, 5.0)),
        replace(BEATS[1], emotion="angry"),
        replace(BEATS[2], head=(-6.0, 0.0, 3.0)),
        replace(BEATS[2], distance=0.9),
    ],
)
@pytest.mark.parametrize("fps", [24.0, 30.0])
def test_a_changed_keyframe_changes_the_motion_in_its_windows_alone(beat: Keyframe, fps: float) -> None:
    changed = tuple(beat if beat.at_s == one.at_s else one for one in BEATS[:4])
    last = Keyframe(9.0, head=(0.0, 0.0, 0.0), distance=1.0)
    old, new = (
        Controls(timeline=tuple(sorted((*beats, last), key=lambda k: k.at_s)), fps=fps)
        for beats in (BEATS[:4], changed)
    )
    windows = changed_windows(old, new, TALK.duration_s)
    before, after = perform(old), perform(new)
    t = (np.arange(len(before)) + 0.5) / fps
    inside = np.any([(start <= t) & (t <= end) for start, end in windows], axis=0)
    assert 0.05 < inside.mean() < 0.5
    for name in ("coefficients", "head", "gaze", "breath"):
        np.testing.assert_array_equal(getattr(before, name)[~inside], getattr(after, name)[~inside])
    assert (
        np.abs(before.head - after.head)[inside].max() + np.abs(before.coefficients - after.coefficients).max()
        > 0.1
    )


def test_windows_tell_what_changed() -> None:
    plain = Controls()
    assert changed_windows(plain, plain, 10.0) == ()
    assert changed_windows(plain, replace(plain, seed=2), 10.0) == ((0.0, 10.0),)
    late = replace(plain, timeline=tuple(Keyframe(t, gaze=(yaw, 0.0)) for t, yaw in ((0, 0.0), (6, 0.0), (7, 9.0))))
    ((start, end),) = changed_windows(plain, late, 10.0)
    assert 4.5 < start < 6.0
    assert end == 10.0


@pytest.mark.parametrize(
    "frame",
    [
        Keyframe(-1.0),
        Keyframe(float("nan")),
        Keyframe(1.0, gaze=(50.0, 0.0)),
        Keyframe(1.0, gaze=(float("nan"), 0.0)),
        Keyframe(1.0, distance=3.0),
        Keyframe(1.0, emotion="bored"),
        Keyframe(1.0, emotion="sad", emotion_weight=2.0),
        Keyframe(1.0, head=(0.0, 40.0, 0.0)),
    ],
)
def test_impossible_keyframes_are_refused_in_words(frame: Keyframe) -> None:
    with pytest.raises(InputRefused) as refusal:
        plan(TALK, Controls(timeline=(frame,)), frames=10)
    assert refusal.value.code == "timeline_out_of_range"
    assert "Keyframe 1" in refusal.value.message
    assert refusal.value.hint


def test_keyframes_out_of_order_are_refused() -> None:
    with pytest.raises(InputRefused, match="does not come after"):
        plan(TALK, Controls(timeline=(Keyframe(2.0), Keyframe(1.0))), frames=10)
