"""What the rules find, what they leave alone, and how a slip in their files is told."""

from __future__ import annotations

import tomllib
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.webapp.factories import make_consent, make_portrait, make_recording
from webapp.moderation import elections, rules
from webapp.moderation.checks import rules_can_be_read
from webapp.moderation.findings import undecided
from webapp.moderation.listening import heard, pieces, text_of
from webapp.moderation.matching import BadPattern, compiled, find
from webapp.moderation.models import Hold
from webapp.moderation.services import allow
from webapp.uploads.models import Hearing
from webapp.videos.models import Status
from webapp.videos.services import request_video

FILE = Path(__file__).with_name("moderation_sentences.toml")
SENTENCES = tomllib.loads(FILE.read_text("utf-8"))
QUIET = date(2026, 11, 23)  # no vote is near
RULES = rules.load(settings.MODERATION_RULES)
CALENDAR = elections.load(settings.MODERATION_ELECTIONS)


def found(text: str, language: str, day: date = QUIET) -> list[str]:
    return [rule.id for rule, _ in RULES.matches(text, language, CALENDAR.voting(day))]


def marked(text: str, pattern: str, **lists: list[str]) -> list[list[str]]:
    return [[text[a:b] for a, b in spans] for spans in find(text, [compiled(pattern, lists)])]


@pytest.mark.parametrize("language", SENTENCES["must"])
def test_each_rule_finds_what_it_is_for(language):
    for rule, sentences in SENTENCES["must"][language].items():
        for sentence in sentences:
            assert rule in found(sentence, language), sentence


@pytest.mark.parametrize("language", SENTENCES["ordinary"])
def test_ordinary_talk_goes_through(language):
    held = {sentence: found(sentence, language) for sentence in SENTENCES["ordinary"][language]}
    assert not {sentence: rules for sentence, rules in held.items() if rules}


def test_of_sentences_that_the_rules_were_not_written_for_most_are_found_and_few_wrongly():
    out = StringIO()
    call_command("check_rules", measure=FILE, stdout=out)
    numbers = {line.split()[0]: float(line.split()[1]) for line in out.getvalue().splitlines() if "0." in line}
    assert numbers["recall"] >= 0.5
    assert numbers["precision"] >= 0.85


def test_what_is_said_in_an_unknown_language_is_tried_against_all():
    assert found("Überweisen Sie das Geld.", "") == ["money"]
    assert found("Überweisen Sie das Geld.", "nl") == ["money"]
    assert found("Überweisen Sie das Geld.", "en") == []


def test_before_a_vote_its_languages_are_looked_at_more_closely():
    before = date(2027, 3, 20)
    assert [vote.country for vote in CALENDAR.near(before)] == ["FR", "GB"]
    assert found("Le vote est un droit.", "fr") == []
    assert found("Le vote est un droit.", "fr", before) == ["election"]
    assert found("Die Wahl ist ein Recht.", "de", before) == []
    assert found("Le vote est un droit.", "fr", date(2027, 5, 8)) == []


def test_patterns_forgive_case_accents_and_compounds():
    assert marked("Bitte UEBERWEISEN, dann die Überweisung.", "überweis*") == [["UEBERWEISEN"], ["Überweisung"]]
    assert marked("Send BitCoin or bit coin", "bit coin") == [["BitCoin"], ["bit coin"]]
    assert marked("Mes e\u0301lections d’hier", "d'hier") == [["d’hier"]]
    assert marked("the bank's office", "bank") == [["bank"]]
    assert marked("embankment", "bank") == []


def test_patterns_reach_over_a_few_words_and_no_further():
    assert marked("send it to me in bitcoin", "send … bitcoin") == [["send", "bitcoin"]]
    assert marked("send it to me and then buy bitcoin", "send … bitcoin") == []
    assert marked("bitcoin is what you send", "send + bitcoin") == [["bitcoin", "send"]]
    assert marked("send it\nbitcoin", "send … bitcoin") == []
    assert marked("dear old Senator Ada", "old <office>", office=["senator", "mayor"]) == [["old Senator"]]


@pytest.mark.parametrize("pattern", ["send …", "+ bitcoin", "a + b + c", "<nobody>", "(send|give)", "*"])
def test_a_pattern_that_means_nothing_is_told(pattern):
    with pytest.raises(BadPattern):
        compiled(pattern, {})


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("[[rule]]\nid = ", "is not TOML"),
        ("", "has no [[rule]]"),
        ('[[rule]]\nid = "a"\nname = "A"\n[rule.words]\nen = ["x"]', "rule a has no why"),
        ('[[rule]]\nid = "a"\nname = "A"\nwhy = "B"\n', "rule a has no words"),
        ('[[rule]]\nid = "a"\nname = "A"\nwhy = "B"\n[rule.words]\nen = ["<x>"]', "there is no list <x>"),
        ('[[rule]]\nid = "a"\nname = "A"\nwhy = "B"\nwhen = 1\n[rule.words]\nen = ["x"]', "when is not known"),
        ('[[rule]]\nid = "a"\nname = "A"\nwhy = "B"\n[rule.words]\nEN = ["x"]', "EN is no language"),
        ('[rule]\nid = "a"\nname = "A"\nwhy = "B"\n[rule.words]\nen = ["x"]', "begins with [[rule]]"),
    ],
)
def test_a_slip_in_the_rules_is_found_when_the_site_starts(settings, tmp_path, written, told):
    settings.MODERATION_RULES = tmp_path / "rules.toml"
    settings.MODERATION_RULES.write_text(written)
    [error] = rules_can_be_read(None)
    assert told in error.msg


VOTE = 'country = "XX"\nwhat = "A vote"\nfrom = 2027-01-01\nto = 2027-01-01\n'


@pytest.mark.parametrize(
    "changed",
    [
        "weeks_before = -1",
        'weeks_before = 2\n[[election]]\ncountry = "XX"',
        f'weeks_before = 2\n[[election]]\n{VOTE}languages = "en"',
        f'weeks_before = 2\n[[election]]\n{VOTE}languages = ["EN"]',
        f'weeks_before = 2\n[[elections]]\n{VOTE}languages = ["en"]',
    ],
)
def test_a_slip_in_the_calendar_is_found_too(settings, tmp_path, changed):
    settings.MODERATION_ELECTIONS = tmp_path / "elections.toml"
    settings.MODERATION_ELECTIONS.write_text(changed)
    assert len(rules_can_be_read(None)) == 1


def test_the_marked_words_are_those_that_were_found():
    text = "Now send the Bitcoin to me."
    [(_, spans)] = RULES.matches(text, "en", frozenset())
    assert [piece.text for piece in pieces(text, list(spans)) if piece.marked] == ["send", "Bitcoin"]
    assert "".join(piece.text for piece in pieces(text, list(spans))) == text


@pytest.mark.django_db
def test_what_its_owner_wrote_counts_beside_what_was_heard(creator):
    recording = make_recording(
        creator, said="Hello there", transcript="1\n00:00:00,000 --> 00:00:02,000\nI'll kill you"
    )
    assert text_of(recording) == "Hello there\nI'll kill you"
    assert [reason.code for reason in heard(recording, QUIET)] == ["threat"]


@pytest.mark.django_db
@pytest.mark.parametrize("hearing", [Hearing.NOT_YET, Hearing.FAILED])
def test_a_recording_that_nobody_could_hear_is_listened_to_by_a_person(creator, hearing):
    assert [reason.code for reason in heard(make_recording(creator, hearing=hearing), QUIET)] == ["not_heard"]
    assert heard(make_recording(creator), QUIET) == []  # heard, and there were no words


@pytest.mark.django_db
def test_rules_that_cannot_be_read_hold_everything(creator, settings, tmp_path):
    settings.MODERATION_RULES = tmp_path / "gone.toml"
    assert [reason.code for reason in heard(make_recording(creator), QUIET)] == ["no_rules"]


@pytest.mark.django_db
def test_words_that_a_rule_finds_hold_the_request_and_allowing_them_counts_for_this_recording_only(
    log_in, creator, reviewer
):
    consent = make_consent(make_portrait(creator))
    said = make_recording(creator, said="Please send the bitcoin now.", language="en")
    again = {"owner": creator, "portrait": consent.portrait, "consent": consent, "choices": {}}
    job = request_video(recording=said, **again)
    assert job.status == Status.HELD
    page = log_in(reviewer).get(f"/review/held/{job.pk}/").content.decode()
    assert "<mark>send</mark> the <mark>bitcoin</mark>" in page
    assert "bitcoin" not in str(Hold.objects.get().findings)  # what is kept of the words is where they stand
    allow(job=job, reviewer=reviewer)
    assert request_video(recording=said, **again).status == Status.QUEUED
    other = make_recording(creator, said="Please send the bitcoin now.", language="en")
    assert request_video(recording=other, **again).status == Status.HELD


@pytest.mark.django_db
def test_what_was_seen_in_a_portrait_holds_each_request_until_it_was_allowed(creator, reviewer):
    portrait = make_portrait(creator, findings=[{"code": "nudity", "number": 0.93}])
    consent, recording = make_consent(portrait), make_recording(creator)
    [finding] = undecided(portrait, recording, consent)
    assert (finding.name, finding.number) == ("Nudity", 0.93)
    job = request_video(owner=creator, portrait=portrait, recording=recording, consent=consent, choices={})
    allow(job=job, reviewer=reviewer)
    assert undecided(portrait, make_recording(creator), consent) == ()
