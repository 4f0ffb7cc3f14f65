"""One bar, one guess, plain words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.webapp.factories import make_job, make_recording, make_user
from webapp.videos.attempts import Watch, earlier_renders
from webapp.videos.models import Status
from webapp.videos.progress import SHARES, doing, needed_s, pace, time_left


def at(stage: str, done: int = 0, total: int = 1, elapsed_s: float = 5.0):
    return pace(stage=stage, done=done, total=total, elapsed_s=elapsed_s, expected_s=needed_s(10.0))


def test_the_stages_make_a_whole():
    assert sum(SHARES.values()) == pytest.approx(1.0)


def test_the_bar_only_grows():
    steps = [at("start"), *(at(stage, done, 4) for stage in list(SHARES)[1:] for done in range(5))]
    shares = [step.progress for step in steps]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)


def test_an_unknown_stage_is_the_beginning():
    assert at("").progress == 0.0


def test_the_time_left_follows_the_pace_once_there_is_one():
    slow, fast = at("render", 3, 4, elapsed_s=60.0), at("render", 3, 4, elapsed_s=6.0)
    assert slow.eta_s > 5 * fast.eta_s


def test_the_first_guess_is_what_the_recording_needs():
    assert at("", elapsed_s=0.0).eta_s == needed_s(10.0) >= 20.0


def test_the_time_left_does_not_shrink_while_nothing_gets_done():
    assert at("portrait", elapsed_s=30.0).eta_s == at("portrait", elapsed_s=1.0).eta_s > 15.0


def test_the_time_left_goes_down_step_by_step_when_all_goes_as_expected():
    whole = needed_s(10.0)
    steps = [at("render", done, 20, elapsed_s=whole * (0.54 + 0.44 * done / 20)).eta_s for done in range(21)]
    assert steps == sorted(steps, reverse=True)
    assert steps[0] == pytest.approx(whole * 0.46, rel=0.05)


def test_earlier_renders_tell_how_fast_this_machine_is():
    usual = needed_s(10.0)
    assert needed_s(10.0, [(10.0, 2 * usual)]) == pytest.approx(2 * usual)
    assert needed_s(10.0, [(10.0, usual / 2), (10.0, usual / 2), (10.0, 100 * usual)]) == pytest.approx(usual / 2)


@pytest.mark.django_db
def test_the_sites_own_films_set_the_pace():
    now = timezone.now()
    recording = make_recording(owner := make_user(), duration_s=10.0)
    for took_s in (30, 40, 50):
        times = {"started_at": now - timedelta(seconds=took_s), "rendered_at": now}
        make_job(owner, Status.SEALING, recording=recording, **times)
    make_job(owner, Status.RUNNING, recording=recording, started_at=now)
    assert sorted(earlier_renders()) == [(10.0, 30.0), (10.0, 40.0), (10.0, 50.0)]
    assert Watch(make_job(owner, recording=recording)).expected_s == pytest.approx(40.0)


def test_a_stage_without_a_count_divides_by_nothing():
    assert at("speech", 0, 0).progress == at("speech", 0, 4).progress


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (0.2, "about 1 second left"),
        (42.4, "about 42 seconds left"),
        (70.0, "about 1 minute left"),
        (200.0, "about 3 minutes left"),
    ],
)
def test_the_time_left_is_said_in_words(seconds, words):
    assert time_left(seconds) == words


def test_what_happens_is_said_in_words():
    assert doing("render", 120, 248) == "painting frame 120 of 248"
    assert doing("", 0, 0) == "getting ready"
