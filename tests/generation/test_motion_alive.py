"""Head, eyes, lids, brows and breath: what keeps a face alive, and the controls that steer it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from generation.errors import InputRefused
from generation.evaluate.motion_stats import AVERTED_DEG, MotionStats, measure
from generation.motion import plan
from generation.motion.chance import stream
from generation.motion.emotion import MOODS, offsets
from generation.types import CHANNELS, EMOTIONS, Controls, Motion
from tests.generation.speaker import SENTENCE, say, speech

TALK = say(" ".join([SENTENCE] * 4))
SILENCE = speech((), 60.0)


@lru_cache(maxsize=32)
def perform(controls: Controls = Controls(), *, silent: bool = False) -> Motion:  # noqa: B008 (frozen)
    heard = SILENCE if silent else TALK
    return plan(heard, controls, frames=round(heard.duration_s * controls.fps))


@lru_cache(maxsize=32)
def stats(controls: Controls, *, silent: bool = False) -> MotionStats:
    return measure(perform(controls, silent=silent), SILENCE if silent else TALK, controls)


def channel(motion: Motion, name: str) -> np.ndarray:
    return motion.coefficients[:, CHANNELS.index(name)]


def test_the_same_seed_gives_the_same_performance_and_another_seed_another() -> None:
    again = plan(TALK, Controls(), frames=len(perform()))
    for name in ("coefficients", "head", "gaze", "breath"):
        np.testing.assert_array_equal(getattr(perform(), name), getattr(again, name))
    assert np.abs(perform(Controls(seed=1)).head - perform().head).max() > 1


def test_named_streams_of_chance_do_not_disturb_each_other() -> None:
    assert stream(7, "head").random() == stream(7, "head").random()
    assert stream(7, "head").random() != stream(7, "gaze").random()
    assert stream(7, "head").random() != stream(-7, "head").random()


@pytest.mark.parametrize("fps", [24.0, 30.0, 60.0])
def test_the_performance_is_the_same_at_every_frame_rate(fps: float) -> None:
    other = perform(Controls(fps=fps))
    at = (np.arange(len(perform())) + 0.5) / 25
    for k in range(3):
        there = np.interp(at, (np.arange(len(other)) + 0.5) / fps, other.head[:, k])
        assert np.abs(there - perform().head[:, k]).max() < 0.4


def test_tracks_have_their_shapes_types_and_ranges() -> None:
    motion = plan(TALK, Controls(emotion="happy", emotion_weight=1.0), frames=77)
    assert motion.coefficients.shape == (77, len(CHANNELS))
    assert (motion.head.shape, motion.gaze.shape, motion.breath.shape) == ((77, 6), (77, 2), (77,))
    for track in (motion.coefficients, motion.head, motion.gaze, motion.breath):
        assert track.dtype == np.float32
        assert np.isfinite(track).all()
    assert 0 <= motion.coefficients.min() <= motion.coefficients.max() <= 1
    assert np.abs(motion.breath).max() <= 1


@pytest.mark.parametrize("seed", range(4))
def test_a_talking_head_moves_like_a_persons(seed: int) -> None:
    found = stats(Controls(seed=seed))
    assert 9 < found.head_speed_talking < 15
    assert all(3 < speed < 12 for speed in found.head_speed)
    assert found.head_speed_silent < 0.75 * found.head_speed_talking
    for sd, low, high in zip(found.head_sd, (1.5, 1.2, 0.8), (4.5, 3.2, 2.2), strict=True):
        assert low < sd < high


def test_heads_turn_without_jerks() -> None:
    motion = perform()
    speed = np.diff(motion.head[:, :3], axis=0) * motion.fps
    assert np.abs(speed).max() < 60, "degrees a second"
    turned_back = np.abs(np.diff(motion.head[:, :3], n=2, axis=0))
    assert turned_back.max() < 0.8, "degrees of change between two frames' steps"


def test_heads_follow_the_voice() -> None:
    pitch = np.gradient(perform().head[:, 1])
    loud = np.interp(
        (np.arange(len(pitch)) + 0.5) / 25, np.arange(len(TALK.loudness_db)) / 100, TALK.loudness_db
    ) > -40  # fmt: skip
    assert np.abs(pitch[loud]).mean() > 1.15 * np.abs(pitch[~loud]).mean()


@pytest.mark.slow
@pytest.mark.parametrize("silent", [False, True])
def test_blinks_come_as_often_and_last_as_long_as_peoples(silent: bool) -> None:
    rates = [stats(Controls(seed=seed), silent=silent) for seed in range(6)]
    assert 15 < np.mean([r.blinks_per_minute for r in rates]) < 30
    assert 110 < np.mean([r.blink_ms for r in rates]) < 190


def test_no_blink_falls_between_two_frames_and_lids_are_not_quite_together() -> None:
    motion = perform(Controls(seed=2))
    left, right = channel(motion, "eyeBlinkLeft"), channel(motion, "eyeBlinkRight")
    peaks = [left[i - 1 : i + 2].max() for i in range(1, len(left) - 1) if left[i] > 0.5]
    assert np.mean(np.array(peaks) > 0.9) > 0.6
    assert 0 < np.abs(left - right).max() < 0.45


@pytest.mark.parametrize("asked", [(0.0, 0.0), (15.0, -8.0), (-20.0, 5.0)])
def test_the_line_of_sight_rests_on_the_asked_direction_and_the_head_takes_a_quarter(
    asked: tuple[float, float],
) -> None:
    motion = perform(Controls(gaze=asked))
    sight = motion.gaze + motion.head[:, :2]
    resting = np.linalg.norm(sight - asked, axis=1) < AVERTED_DEG
    assert resting.mean() > 0.7
    np.testing.assert_allclose(sight[resting].mean(axis=0), asked, atol=0.3)
    turned = motion.head[:, :2].mean(axis=0) - perform().head[:, :2].mean(axis=0)
    np.testing.assert_allclose(turned, 0.25 * np.array(asked), atol=0.6)


def test_eyes_counter_rotate_the_head() -> None:
    motion = perform()
    sight = motion.gaze + motion.head[:, :2]
    resting = np.linalg.norm(sight, axis=1) < 1.5
    assert resting.mean() > 0.7
    assert np.corrcoef(motion.gaze[resting, 0], motion.head[resting, 0])[0, 1] < -0.9


def test_eyes_look_away_now_and_then() -> None:
    shares = [stats(Controls(seed=seed)).averted_share for seed in range(5)]
    assert 0.04 < np.mean(shares) < 0.25


def test_lids_follow_the_gaze_on_the_sitters_own_sides() -> None:
    motion = perform(Controls(gaze=(20.0, 12.0)))  # toward the picture's right, the sitter's left, and down
    assert channel(motion, "eyeLookOutLeft").mean() > 0.2 > channel(motion, "eyeLookOutRight").mean()
    assert channel(motion, "eyeLookInRight").mean() > 0.2
    assert channel(motion, "eyeLookDownLeft").mean() > 0.15


def test_distance_moves_the_head_away_by_its_share_of_the_portraits() -> None:
    near = perform(Controls(distance=1.1)).head[:, 5] - perform().head[:, 5]
    np.testing.assert_allclose(near, 60.0, atol=0.01)


def test_a_silent_face_stays_alive() -> None:
    motion = perform(silent=True)
    window = 25 * 5
    for start in range(0, len(motion) - window, window):
        part = slice(start, start + window)
        assert np.ptp(motion.head[part, 0]) > 0.3
        assert np.ptp(motion.breath[part]) > 0.3
    assert channel(motion, "eyeBlinkLeft").max() > 0.9
    assert channel(motion, "jawOpen").max() < 0.01


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_an_emotion_shows_with_its_weight(emotion: str) -> None:
    assert set(offsets(MOODS[emotion])) <= set(CHANNELS)
    plain = perform(silent=True)
    half, full = (perform(Controls(emotion=emotion, emotion_weight=w), silent=True) for w in (0.5, 1.0))
    for name, value in offsets(MOODS[emotion]).items():
        if name == "jawOpen" or name.startswith("eyeBlink"):
            continue
        raised = channel(full, name).mean() - channel(plain, name).mean()
        assert raised == pytest.approx(value, rel=0.2, abs=0.03)
        assert channel(half, name).mean() - channel(plain, name).mean() == pytest.approx(
            raised / 2, rel=0.2, abs=0.03
        )


def test_a_chest_rises_before_a_phrase_and_falls_while_talking() -> None:
    spoken = say("a t a k a t a s a t a k a t a", lead_s=1.5)
    motion = plan(spoken, Controls(), frames=round(spoken.duration_s * 25))
    first, last = int(1.45 * 25), int(spoken.phones[-1].end_s * 25)
    assert motion.breath[first] > motion.breath[int(0.8 * 25)] + 0.3
    assert motion.breath[last] < motion.breath[first] - 0.2


@pytest.mark.parametrize(
    ("controls", "code"),
    [
        (Controls(emotion="bored"), "emotion"),
        (Controls(emotion_weight=1.5), "emotion"),
        (Controls(gaze=(60.0, 0.0)), "gaze"),
        (Controls(distance=3.0), "distance"),
        (Controls(fps=1.0), "fps"),
    ],
)
def test_controls_out_of_range_are_refused_in_words(controls: Controls, code: str) -> None:
    with pytest.raises(InputRefused, match=code) as refusal:
        plan(SILENCE, controls, frames=10)
    assert refusal.value.code == f"{code}_out_of_range"
    assert refusal.value.hint
