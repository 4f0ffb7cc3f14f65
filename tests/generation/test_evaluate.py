"""Measures on made-up tracks, whose truth is known, and on one short render."""

import json
from dataclasses import replace

import numpy as np
import pytest

from generation.__main__ import main
from generation.errors import InputRefused
from generation.evaluate import life, lips, quality, steadiness, suite
from generation.evaluate.card import WIDTH, card
from generation.evaluate.identity import only_first_input, similarity
from generation.evaluate.references import REFERENCES
from generation.evaluate.watch import Moment, Sight
from generation.types import CHANNELS, Face, Motion, Phone
from tests.generation.sitters import SAMPLES

FPS = 25.0
SYLLABLE = 0.24  # s
GREY = np.full((240, 240, 3), 120, np.uint8)


def babble(count=24, start=0.5):
    """m a m o m a … : closed, open and rounded lips in turn."""
    phones = []
    for k in range(count):
        at = start + k * SYLLABLE
        phones += [Phone("m", at, at + SYLLABLE / 2), Phone("ao"[k % 2], at + SYLLABLE / 2, at + SYLLABLE)]
    return phones


def sight(late_s=0.0, seconds=7.0, **changes):
    """A face that speaks `babble`, `late_s` after the sound."""
    times = (np.arange(round(seconds * FPS)) + 0.5) / FPS - late_s
    opening, width = np.zeros(len(times)), np.full(len(times), 50.0)
    for phone in babble():
        inside = (times >= phone.start_s) & (times < phone.end_s)
        opening[inside] = 0 if phone.ipa == "m" else 10
        width[inside] = 45 if phone.ipa == "o" else 50
    still = Sight(
        fps=FPS,
        size=(240, 240),
        opening=opening.astype(np.float32),
        width=width.astype(np.float32),
        lids=np.full((len(times), 2), 0.35, np.float32),
        head=np.zeros((len(times), 3), np.float32),
        brightness=np.full((len(times), 8, 8), 120, np.float32),
        moments=(),
    )
    return replace(still, **changes)


def test_lips_that_say_what_is_heard_agree_fully():
    found = lips.measure(sight(), babble(), None)
    assert found.viseme_accuracy > 0.9
    assert found.bilabial_recall == 1
    assert abs(found.lag_ms) <= 20
    assert set(found.why) == {"lips.opening_r"}


@pytest.mark.parametrize("late_s", [-0.12, 0.08, 0.2])
def test_the_lag_of_the_lips_is_found(late_s):
    base = lips.measure(sight(), babble(), None).lag_ms
    assert lips.measure(sight(late_s), babble(), None).lag_ms - base == pytest.approx(1000 * late_s, abs=15)


def test_lips_of_another_speech_are_told():
    opening = np.abs(np.sin(np.arange(175) * 0.11)).astype(np.float32) * 10
    found = lips.measure(sight(opening=opening), babble(), None)
    assert found.lag_ms is None
    assert "does not move with this sound" in found.why["lips.lag_ms"]
    assert found.viseme_accuracy < 0.6


def test_a_resting_mouth_and_a_silent_video_say_why_there_is_no_number():
    still = lips.measure(sight(opening=np.zeros(175, np.float32)), babble(), None)
    silent = lips.measure(sight(), None, None, "There is no sound.")
    assert still.bilabial_recall is None
    assert still.why["lips.bilabial_recall"] == lips.NO_MOTION
    assert silent.why["lips.lag_ms"] == "There is no sound."


def test_the_intended_opening_counts_the_seal():
    coefficients = np.zeros((3, len(CHANNELS)), np.float32)
    coefficients[1:, CHANNELS.index("jawOpen")] = 0.5
    coefficients[2, CHANNELS.index("lipsSealed")] = 1
    motion = Motion(FPS, coefficients, np.zeros((3, 6)), np.zeros((3, 2)), np.zeros(3))
    rest, opened, sealed = lips.intended_mm(motion)
    assert rest == sealed == 0
    assert 10 < opened < 25


def test_blinks_are_counted_and_timed_between_frames():
    openness = np.ones(250)
    for start in (40, 120, 200):
        openness[start : start + 5] = (0.75, 0.25, 0.0, 0.25, 0.75)
    durations = life.blinks(openness, FPS)
    assert durations == pytest.approx([0.12] * 3)


def test_a_long_closure_and_one_cut_by_the_end_are_no_blinks():
    openness = np.ones(100)
    openness[20:60] = 0
    openness[97:] = 0
    assert life.blinks(openness, FPS) == []


def test_the_head_s_speed_and_range_are_those_of_its_swing():
    times = np.arange(250) / FPS
    head = np.stack([10 * np.sin(2 * np.pi * 0.5 * times), 0 * times, 0 * times], 1).astype(np.float32)
    speed, span = life.head(sight(seconds=10, head=head))
    assert speed[0] == pytest.approx(20, rel=0.05)
    assert span[0] == pytest.approx(20, rel=0.05)
    assert speed[1:] == span[1:] == (0, 0)


def moments(count=12, change=lambda picture, k: picture):
    grain = np.random.default_rng(1)
    face = Face(np.zeros((478, 3), np.float32), {}, 0, 0, 0, (60.0, 60.0, 160.0, 180.0))
    pictures = (GREY + grain.integers(-2, 3, GREY.shape) for _ in range(count))
    return tuple(
        Moment(change(p.astype(np.int16), k).clip(0, 255).astype(np.uint8), face) for k, p in enumerate(pictures)
    )


def test_a_pasted_square_is_seen_and_a_plain_picture_is_not():
    def flickering_square(picture, k):
        picture[40:200, 30:210] += 4 * (-1) ** k
        return picture

    assert steadiness.seam(moments()) < 0.5
    assert steadiness.seam(moments(change=flickering_square)) > 3


def test_flicker_is_told_from_a_slow_change_of_light():
    slow = np.linspace(100, 102, 200)[:, None, None] * np.ones((1, 8, 8))
    trembling = slow + 0.5 * (-1.0) ** np.arange(200)[:, None, None]
    assert steadiness.flicker(slow.astype(np.float32), FPS) < 0.01
    assert steadiness.flicker(trembling.astype(np.float32), FPS) == pytest.approx(1.0, rel=0.05)


def test_faces_are_aligned_by_turn_scale_and_shift():
    points = np.array(((0, 0), (1, 0), (0, 2)), np.float32)
    affine = similarity(points, points @ np.array(((0, 3), (-3, 0)), np.float32) + (5, 7))
    assert affine == pytest.approx(np.array(((0, -3, 5), (3, 0, 7))), abs=1e-5)


def test_a_model_keeps_its_first_input_only():
    named = [bytes((0x5A, 2 + 1, 0x0A, 1, ord(name))) for name in "xw"]  # GraphProto.input: ValueInfoProto.name
    node = bytes((0x0A, 2, 0x0A, 0))
    graph = node + named[0] + named[1]
    model = bytes((0x08, 9, 0x3A, len(graph))) + graph
    kept = node + named[0]
    assert only_first_input(model) == bytes((0x08, 9, 0x3A, len(kept))) + kept


def test_the_answer_has_the_contracted_keys_and_a_reason_for_every_null():
    answer = quality.judge(sight(), None).as_json()
    assert set(answer) == {
        "lips", "blinks", "head", "identity", "seam", "flicker", "sharpness", "why", "reference",
    }  # fmt: skip
    assert set(answer["lips"]) == {"viseme_accuracy", "bilabial_recall", "lag_ms", "opening_r"}
    assert set(answer["blinks"]) == {"per_min", "duration_ms"}
    assert len(answer["head"]["speed_deg_s"]) == len(answer["head"]["range_deg"]) == 3
    nulls = {
        f"{group}.{key}"
        for group in ("lips", "blinks", "identity")
        for key in answer[group]
        if answer[group][key] is None
    }
    nulls |= {name for name in ("seam", "flicker", "sharpness") if answer[name] is None}
    assert nulls == set(answer["why"])


def test_every_number_has_a_reference_with_a_source():
    found = quality.judge(sight(), None)
    assert set(found.single()) == set(REFERENCES)
    assert all(reference.source for reference in REFERENCES.values())


def test_a_card_is_drawn_for_whatever_could_be_measured():
    found = quality.judge(sight(moments=moments()), None)
    assert card(found, "a video with a name that is much longer than any heading should ever be.mp4").width == WIDTH


def test_the_suite_s_page_keeps_its_prose(tmp_path):
    page = tmp_path / "quality.md"
    page.write_text("# Mine\n\nprose above\n<!-- suite: x -->\nold\n<!-- end of suite -->\nprose below\n")
    rows = [suite.Row("p", "v", quality.judge(sight(), None))]
    suite.keep(rows, page)
    suite.keep(rows, page)
    text = page.read_text()
    assert text.startswith("# Mine\n\nprose above\n<!-- suite")
    assert text.count("| p | v |") == text.count("prose below") == text.count("`lips.lag_ms`") == 1
    assert "old\n<!-- end of before -->" in text


def test_a_folder_without_portraits_is_refused(tmp_path):
    with pytest.raises(InputRefused):
        suite.found([tmp_path])


def test_what_is_no_video_is_refused(capsys, tmp_path):
    words = tmp_path / "words.mp4"
    words.write_text("not a video")
    for name, code in (("words.mp4", "video_unreadable"), ("nowhere.mp4", "video_missing")):
        assert main(["evaluate", str(tmp_path / name), "--json"]) == 2
        assert json.loads(capsys.readouterr().out)["error"]["code"] == code


@pytest.mark.slow
def test_our_own_render_is_measured_as_what_it_is(capsys, tmp_path):
    video, motion, plot = (str(tmp_path / name) for name in ("v.mp4", "m.json", "card.png"))
    portrait, voice = str(SAMPLES / "portrait_b.png"), str(SAMPLES / "portrait_b.wav")
    assert main(["render", "--portrait", portrait, "--audio", voice, "--out", video, "--motion-out", motion]) == 0
    capsys.readouterr()
    assert main(["evaluate", video, "--motion", motion, "--portrait", portrait, "--plot", plot, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["why"] == {}
    assert abs(found["lips"]["lag_ms"]) <= 30
    assert found["lips"]["bilabial_recall"] > 0.9
    assert found["lips"]["viseme_accuracy"] > 0.75
    assert found["lips"]["opening_r"] > 0.9
    assert found["identity"]["max"] < 0.3
    assert 0.85 < found["sharpness"] < 1.2
    assert (tmp_path / "card.png").stat().st_size > 10_000
