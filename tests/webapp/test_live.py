"""The live check without its engine: words, moves and thresholds; single use, the pause, who decides."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from tests.webapp.factories import make_live_check, make_portrait
from webapp.consent.live import moves, phrases, services
from webapp.consent.live.hearing import share_heard
from webapp.consent.live.judge import Asked, judge
from webapp.consent.live.keeping import forget_unused_films
from webapp.consent.live.models import Challenge, State
from webapp.consent.live.standing import by_account
from webapp.errors_text import Refused

PHRASE = ["maple", "seven", "river", "two", "garden", "nine"]
MOVES: list[moves.Move] = [{"kind": "turn_left", "at_s": 2.5}, {"kind": "nod", "at_s": 7.0}]
SEEN = {
    "duration_s": 12.0,
    "company_share": 0.0,
    "likeness": 0.8,
    "likeness_worst": 0.6,
    "likeness_stranger": 0.2,
    "bending_mm": 4.0,
    "opening_mm": 12.0,
    "sound": True,
    "voice_share": 0.7,
    "words": [*phrases.TONGUES["en"].statement.split(), "Maple,", "7", *PHRASE[1:]],
    "events": [
        {"kind": "turn_left", "at_s": 3.6},
        {"kind": "blink", "at_s": 4.4},
        {"kind": "nod", "at_s": 8.1},
    ],
    "lips": {"r": 0.6, "lag_s": 0.05},
}


def found(*, timed: bool = True, repeats: bool = False, earlier: tuple[list[str], ...] = (), **changes: object):
    """Name → outcome of every check that did not pass, and the worst."""
    asked = Asked(language="en", phrase=PHRASE, earlier=earlier, moves=MOVES, timed=timed)
    judged = judge(SEEN | changes, asked, repeats=repeats)
    return {one.name: one.outcome for one in judged.checks if one.outcome != "pass"}, judged.outcome


def test_a_clear_film_passes():
    assert found() == ({}, "pass")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"likeness": 0.2}, {"face": "fail"}),
        ({"likeness": 0.4}, {"face": "unsure"}),
        ({"likeness_worst": 0.1}, {"face": "unsure"}),
        ({"likeness": 0.73, "likeness_stranger": 0.71}, {"face": "fail"}),
        ({"company_share": 0.5}, {"alone": "fail"}),
        ({"bending_mm": 0.4}, {"alive": "fail"}),
        ({"words": ["hello", "there"]}, {"phrase": "fail", "statement": "fail"}),
        ({"sound": False}, {"sound": "fail"}),
        ({"events": SEEN["events"][:2]}, {"moves": "fail"}),
        ({"events": [{"kind": "nod", "at_s": 2.5}, {"kind": "turn_left", "at_s": 8.0}]}, {"moves": "fail"}),
        ({"lips": {"r": 0.1, "lag_s": 0.0}}, {"lips": "fail"}),
        ({"lips": None}, {"lips": "unsure"}),
        ({"words": ["I'm", "fifteen.", *SEEN["words"]]}, {"age": "fail"}),
    ],
)
def test_each_fault_is_found_by_its_own_check(changes, expected):
    assert found(**changes)[0] == expected


def test_a_film_from_elsewhere_is_left_to_a_reviewer_and_a_repeated_one_to_nobody():
    assert found(timed=False) == ({"moves": "unsure"}, "unsure")
    assert found(repeats=True) == ({"fresh": "fail"}, "fail")


def test_a_young_face_is_left_to_a_reviewer():
    asked = Asked(language="en", phrase=PHRASE, earlier=(), moves=MOVES, timed=True, looks_young=True)
    judged = judge(SEEN, asked, repeats=False)
    assert (judged.outcome, judged.said_minor) == ("unsure", False)


def test_somebody_else_s_age_does_not_close_a_portrait():
    asked = Asked(language="en", phrase=PHRASE, earlier=(), moves=MOVES, timed=True)
    young = SEEN | {"words": ["I", "am", "12.", *SEEN["words"]]}
    assert judge(young, asked, repeats=False).said_minor
    assert not judge(young | {"likeness": 0.1}, asked, repeats=False).said_minor


def test_an_earlier_phrase_is_named_as_such():
    old = ["silver", "one", "tiger", "four", "bottle", "six"]
    asked = Asked(language="en", phrase=PHRASE, earlier=[old], moves=MOVES, timed=True)
    words = [*phrases.TONGUES["en"].statement.split(), *old]
    (phrase,) = (one for one in judge(SEEN | {"words": words}, asked, repeats=False).checks if one.name == "phrase")
    assert (phrase.outcome, phrase.sentence[:10]) == ("fail", "An earlier")


def test_words_are_matched_in_order_and_forgive_spelling():
    assert share_heard(["island", "three", "rabbit", "seven"], ["Island", "III-Rabbit", "7."]) == 1
    assert share_heard(["fenêtre", "forty-two"], ["Fenetre,", "fourty", "two."]) == 1
    assert share_heard(PHRASE, PHRASE[::-1]) < 0.5
    assert share_heard(PHRASE, []) == 0


@pytest.mark.parametrize("tongue", phrases.TONGUES.values(), ids=phrases.TONGUES)
def test_no_word_of_a_language_is_taken_for_another(tongue):
    words = [*tongue.words.split(), *tongue.digits.split()]
    assert not [(one, other) for one, other in itertools.combinations(words, 2) if share_heard([one], [other])]


@pytest.mark.parametrize("language", phrases.TONGUES)
def test_phrases_and_moves_are_never_twice_the_same(language):
    chance = random.Random(0)
    drawn = [phrases.phrase(language, chance) for _ in range(12)]
    assert len({tuple(phrase) for phrase in drawn}) == 12
    assert max(share_heard(one, other) for one in drawn for other in drawn if one is not other) < 1
    for _ in range(50):
        first, second = moves.draw(chance)
        assert first["kind"] != second["kind"]
        assert second["at_s"] - first["at_s"] > 4


@pytest.fixture
def challenge(creator) -> Challenge:
    return services.begin(make_portrait(creator), "en", by=creator)


def film() -> ContentFile[bytes]:
    return ContentFile(b"film", name="me.webm")


def fail(challenge: Challenge, *, said_minor: bool = False) -> None:
    services.draw(challenge, is_adult=True)
    services.receive(challenge, film=film(), timed=True)
    services.settle(challenge, State.FAILED, [], said_minor=said_minor)
    challenge.refresh_from_db()


def test_a_phrase_is_answered_once_and_within_five_minutes(challenge):
    services.draw(challenge, is_adult=True)
    services.receive(challenge, film=film(), timed=True)
    with pytest.raises(Refused, match="taken once"):
        services.receive(challenge, film=film(), timed=True)
    services.give_back(challenge)
    services.draw(challenge, is_adult=True)
    Challenge.objects.update(drawn_at=timezone.now() - timedelta(minutes=6))
    with pytest.raises(Refused, match="five minutes"):
        services.receive(challenge, film=film(), timed=True)


def test_three_failures_pause_the_portrait_and_films_are_forgotten(challenge):
    films = []
    for number in range(3):
        fail(challenge)
        films.append(challenge.clip.name)
        assert len(challenge.earlier) == number
    assert [default_storage.exists(name) for name in films] == [False, False, True]
    forget_unused_films()
    assert default_storage.exists(films[2])  # for an hour, so that a person can be asked
    Challenge.objects.update(finished_at=timezone.now() - timedelta(hours=2))
    forget_unused_films()
    assert not default_storage.exists(films[2])
    for other in (challenge, services.begin(challenge.portrait, "en")):
        with pytest.raises(Refused, match="Three tries"):
            services.draw(other, is_adult=True)
    challenge.attempts.update(created_at=timezone.now() - timedelta(hours=2))
    services.draw(challenge, is_adult=True)
    assert challenge.state == State.OPEN


def test_reviewers_decide_what_is_unsure_and_nobody_on_themselves(challenge, reviewer, log_in):
    services.draw(challenge, is_adult=True)
    services.receive(challenge, film=film(), timed=False)
    services.settle(challenge, State.UNSURE, [{"name": "moves", "outcome": "unsure", "sentence": "?", "again": ""}])
    challenge.refresh_from_db()
    assert default_storage.exists(challenge.clip.name)
    address = f"/live/{challenge.pk}/"
    assert Client().get(f"{address}clip/").status_code == 302
    assert log_in(challenge.portrait.owner).get(f"{address}clip/").status_code == 404
    browser = log_in(reviewer)
    browser.post(f"{address}open/", {"reason": "To decide"})
    assert b"".join(browser.get(f"{address}clip/")) == b"film"
    assert browser.get(f"{address}review/").status_code == 200
    assert f"{address}review/" in browser.get("/live/waiting/").content.decode()
    with pytest.raises(Refused):
        services.decide(challenge, by=challenge.portrait.owner, passes=True, reason="It is me.")
    assert "needs a reason" in browser.post(f"{address}review/", {"verdict": "pass"}).content.decode()
    assert browser.post(f"{address}review/", {"verdict": "pass", "reason": "Seen."}).status_code == 302
    assert by_account(challenge.portrait, challenge.portrait.owner).first() == challenge


def test_no_reviewer_opens_the_film_of_a_sitter_whom_they_asked_themselves(reviewer, log_in):
    live = make_live_check(make_portrait(reviewer), state=State.UNSURE)
    browser = log_in(reviewer)
    browser.post(f"/live/{live.pk}/open/", {"reason": "To see it"})
    assert browser.get(f"/live/{live.pk}/clip/").status_code == 404


def test_who_failed_wrongly_can_ask_a_person(challenge, client, reviewer, log_in):
    for _ in range(3):
        fail(challenge)
    address = f"/live/{challenge.pk}/"
    assert "Ask a person to look" in client.get(address).content.decode()
    assert "Tell the reviewer why" in client.post(f"{address}appeal/", follow=True).content.decode()
    client.post(f"{address}appeal/", {"reason": "I had an operation."})
    assert "You asked for it" in client.get(address).content.decode()
    browser = log_in(reviewer)
    for page in ("/live/waiting/", f"{address}review/"):
        assert "I had an operation." in browser.get(page).content.decode()
    browser.post(f"{address}open/", {"reason": "She asked for it"})
    browser.post(f"{address}review/", {"verdict": "pass", "reason": "It is her."})
    assert by_account(challenge.portrait, challenge.begun_by).first() == challenge


def test_a_film_that_is_gone_cannot_be_appealed(challenge):
    fail(challenge)
    Challenge.objects.update(finished_at=timezone.now() - timedelta(hours=2))
    with pytest.raises(Refused, match="not here any more"):
        services.appeal(challenge, reason="It is me.")


def test_who_says_that_they_are_a_minor_ends_every_check_until_a_person_knows_better(challenge, reviewer, client):
    fail(challenge, said_minor=True)
    assert "Nobody under 18" in client.get(f"/live/{challenge.pk}/").content.decode()
    with pytest.raises(Refused, match="under 18"):
        services.draw(challenge)
    with pytest.raises(Refused, match="under 18"):
        services.begin(challenge.portrait, "en")
    services.appeal(challenge, reason="I said fifty.")
    services.decide(challenge, by=reviewer, passes=True, reason="She says fifty.")
    services.begin(challenge.portrait, "en")


def test_whoever_began_it_can_go_on_with_their_phone(challenge, client, log_in):
    address = f"/live/{challenge.pk}/"
    assert "Use your phone" in log_in(challenge.begun_by).get(address).content.decode()
    assert "Use your phone" not in client.get(address).content.decode()


def test_nobody_begins_without_saying_that_they_are_an_adult(challenge, client):
    assert "18 or older" in client.get(f"/live/{challenge.pk}/").content.decode()
    assert "Only people who are 18" in client.post(f"/live/{challenge.pk}/draw/", follow=True).content.decode()
    challenge.refresh_from_db()
    assert challenge.state == State.READY


def test_the_page_needs_no_account_and_tells_every_state(challenge, client):
    address = f"/live/{challenge.pk}/"
    assert "only you can say yes" in client.get(address).content.decode()
    assert client.post(f"{address}draw/", {"is_adult": "on"}).status_code == 302
    challenge.refresh_from_db()
    page = client.get(address).content.decode()
    assert challenge.text in page
    assert "camera app" in page
    answer = client.post(f"{address}film/", {"film": film(), "timed": "on"}, headers={"accept": "application/json"})
    assert answer.json() == {"next": address}
    assert "Comparing faces" in client.get(address).content.decode()
    failed = {"name": "face", "outcome": "fail", "sentence": "It is not the face.", "again": "More light."}
    services.settle(Challenge.objects.get(), State.FAILED, [failed])
    page = client.get(address).content.decode()
    assert "It is not the face." in page
    assert "2 more times" in page
