"""What lips and jaw do with the phones of a recording."""

from __future__ import annotations

import numpy as np
import pytest

from generation.evaluate.motion_stats import ON_TEETH, SHUT, touched
from generation.motion import plan
from generation.motion.clock import Clock
from generation.motion.coarticulation import LOOK_AHEAD_S, articulate, segments
from generation.motion.targets import COLUMN
from generation.types import CHANNELS, Controls, Motion, Phone, Speech
from tests.generation.speaker import say, speech

FRAME_RATES = (24.0, 25.0, 30.0, 60.0)


def perform(spoken: Speech, **controls: object) -> Motion:
    chosen = Controls(**controls)  # type: ignore[arg-type]
    return plan(spoken, chosen, frames=round(spoken.duration_s * chosen.fps))


def channel(motion: Motion, name: str) -> np.ndarray:
    return motion.coefficients[:, CHANNELS.index(name)]


def middles(motion: Motion) -> np.ndarray:
    return (np.arange(len(motion)) + 0.5) / motion.fps


def during(motion: Motion, phone: Phone, name: str) -> np.ndarray:
    t = middles(motion)
    return channel(motion, name)[(t >= phone.start_s) & (t < phone.end_s)]


@pytest.mark.parametrize("fps", FRAME_RATES)
def test_every_p_b_m_closes_the_lips_and_every_f_v_touches_the_teeth(fps: float) -> None:
    spoken = say()
    motion = perform(spoken, fps=fps)
    t = middles(motion)
    assert touched(t, channel(motion, "lipsSealed"), spoken.phones, "PP", SHUT) == 1.0
    assert touched(t, channel(motion, "mouthRollLower"), spoken.phones, "FF", ON_TEETH) == 1.0


@pytest.mark.parametrize("fps", FRAME_RATES)
def test_a_40_ms_closure_is_never_missed_wherever_it_falls_between_frames(fps: float) -> None:
    for offset in np.linspace(0, 1 / fps, 9):
        start = 0.5 + float(offset)
        phones = (
            Phone("a", start - 0.15, start),
            Phone("b", start, start + 0.04),
            Phone("a", start + 0.04, start + 0.2),
        )
        motion = perform(speech(phones, 1.2), fps=fps)
        near = np.abs(middles(motion) - start - 0.02) < 0.08
        closed = channel(motion, "lipsSealed")[near].argmax()
        assert channel(motion, "lipsSealed")[near][closed] > 0.95
        assert channel(motion, "jawOpen")[near][closed] < 0.08


def test_nothing_parts_closed_lips_whatever_the_emotion() -> None:
    spoken = say("ɑ m ɑ m ɑ p ɑ b ɑ m i p u")
    for emotion in ("happy", "surprised", "disgusted", "afraid"):
        motion = perform(spoken, emotion=emotion, emotion_weight=1.0)
        closed = channel(motion, "lipsSealed") > 0.98
        parting = ("mouthUpperUpLeft", "mouthLowerDownRight", "mouthFunnel")
        talking = (middles(motion) > 0.5) & (middles(motion) < spoken.phones[-1].end_s)
        for name in parting:
            assert channel(motion, name)[closed & talking].max() < 0.1


def test_a_short_vowel_between_two_closures_opens() -> None:
    spoken = say("m ɑ m ɑ=0.09 m ɑ m")
    motion = perform(spoken)
    for phone in (p for p in spoken.phones if p.ipa == "ɑ"):
        assert during(motion, phone, "lipsSealed").min() < 0.5


def test_open_vowels_open_wider_than_close_ones_and_rounded_ones_round() -> None:
    spoken = say("d ɑ=0.2 d i=0.2 d u=0.2 d")
    motion = perform(spoken)
    open_, close, rounded = (p for p in spoken.phones if p.ipa in "ɑiu")
    assert during(motion, open_, "jawOpen").max() > 2 * during(motion, close, "jawOpen").max()
    assert during(motion, open_, "jawOpen").max() == pytest.approx(0.45, abs=0.12)
    assert during(motion, close, "mouthStretchLeft").max() > 0.2
    assert during(motion, rounded, "mouthPucker").max() > 0.6 > 0.1 > during(motion, open_, "mouthPucker")[1]


def test_lips_round_before_the_rounded_vowel_begins_but_not_beyond_the_look_ahead() -> None:
    spoken = say("a=0.3 s t u=0.2")
    clock = Clock(round(spoken.duration_s * 100), 100.0)
    course = articulate(segments(spoken.phones), clock, np.ones(len(clock.ticks)))[:, COLUMN["pucker"]]
    start = spoken.phones[-1].start_s
    assert course[clock.span(start - 0.05, start)].min() > 0.1
    assert course[clock.span(0.0, start - LOOK_AHEAD_S - 0.02)].max() < 1e-9


def test_louder_syllables_open_the_jaw_wider() -> None:
    spoken = say("t a=0.15 t a=0.15 t a=0.15 t")
    soft, _, loud = (p for p in spoken.phones if p.ipa == "a")
    t = np.arange(len(spoken.loudness_db)) / 100
    spoken.loudness_db[(t >= loud.start_s) & (t < loud.end_s)] += 6
    spoken.loudness_db[(t >= soft.start_s) & (t < soft.end_s)] -= 6
    motion = perform(spoken)
    assert during(motion, loud, "jawOpen").max() > 1.3 * during(motion, soft, "jawOpen").max()


def test_a_held_note_holds_the_jaw_still_under_vibrato() -> None:
    spoken = say("l a=2.0 l i=1.0")
    t = np.arange(len(spoken.loudness_db)) / 100
    vibrato = np.sin(2 * np.pi * 5.5 * t)
    spoken.loudness_db[:] += 3 * vibrato
    spoken.pitch_hz[:] *= 2 ** (0.7 * vibrato / 12)
    motion = perform(spoken)
    held = during(motion, spoken.phones[1], "jawOpen")[8:-8]
    assert held.min() > 0.35
    assert np.abs(np.diff(held)).max() < 0.02
    assert during(motion, spoken.phones[3], "jawOpen").max() > 0.14, "a sung /i/ opens"


def test_lips_rest_sealed_in_silence_and_part_for_the_breath_before_a_phrase() -> None:
    spoken = say("a t a k a .  .  .  .  . a t a", lead_s=2.0)
    motion = perform(spoken)
    t, sealed, jaw = middles(motion), channel(motion, "lipsSealed"), channel(motion, "jawOpen")
    assert sealed[t < 1.0].min() > 0.98
    assert jaw[t < 1.0].max() < 0.01
    assert 0.02 < jaw[(t > 1.6) & (t < 1.9)].max() < 0.12
    assert sealed[(t > 1.7) & (t < 1.9)].min() < 0.7


def test_without_phones_the_mouth_follows_loudness_and_stays_shut_without_a_voice() -> None:
    voice = say("a=1.0 . . a=1.0", method="energy")
    motion = perform(voice)
    t, jaw = middles(motion), channel(motion, "jawOpen")
    assert jaw[(t > 0.8) & (t < 1.3)].mean() > 0.12
    assert jaw[(t > 1.8) & (t < 2.4)].max() < 0.08
    music = speech((), 3.0, "energy")
    music.loudness_db[:] = -15
    quiet = perform(music)
    assert channel(quiet, "jawOpen").max() < 0.01
    assert channel(quiet, "lipsSealed").min() > 0.98


def test_channels_other_than_closures_and_lids_never_jump() -> None:
    motion = perform(say())
    fast = {"lipsSealed", "mouthClose", "tongueUp", "mouthRollLower", "eyeBlinkLeft", "eyeBlinkRight"}
    fast |= {name for name in CHANNELS if name.startswith("eyeLook")}  # saccades
    steps = dict(zip(CHANNELS, np.abs(np.diff(motion.coefficients, axis=0)).max(axis=0), strict=True))
    assert {name: step for name, step in steps.items() if step > 0.42 and name not in fast} == {}
