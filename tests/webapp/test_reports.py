"""Anybody reports a video; urgent reports hide it; a reviewer who did not make it answers them all."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.contrib.admin.sites import site
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from provenance.fingerprints import Prints
from tests.webapp.factories import make_consent, make_job, make_portrait, make_user, png
from webapp.accounts.models import Role, User
from webapp.audit.models import Kind, LedgerEntry
from webapp.errors_text import Refused
from webapp.lookup.models import LookUp
from webapp.lookup.models import State as LookUpState
from webapp.lookup.traces import keep_trace
from webapp.moderation import appeals
from webapp.reports import deciding, services
from webapp.reports.copies import copies_of
from webapp.reports.finding import meant
from webapp.reports.models import PERSONAL, Outcome, Report
from webapp.reports.services import Said
from webapp.review.services import publish, reject
from webapp.videos.models import Job, Status
from webapp.videos.services import stop_for_consent

pytestmark = pytest.mark.django_db

PRIVATE = {"words": "That is my face and my name is Ada.", "contact": "ada@example.net"}


@pytest.fixture
def job(creator: User) -> Job:
    return make_job(creator, Status.PUBLISHED)


def report(job: Job | None = None, *wrong: str, **said: Any) -> Report:
    """One that came in; without a video it tells of a copy elsewhere."""
    told = {"stands": "MYSELF", "wrong": wrong or ("DECEIVES",), "elsewhere": "On a poster in the town"} | said
    return services.send_report(said=Said(video=job.code_hex if job else "", **told), pages="https://x/")[0]


def post(client: Client, job: Job, **said: Any) -> Any:
    filled = {"video": job.code_hex, "stands": "MYSELF", "wrong": ["NOT_AGREED"]} | said
    return client.post("/report/", filled)


def status_of(job: Job) -> str:
    job.refresh_from_db()
    return job.status


def test_anybody_reports_and_reads_on_a_private_page_what_becomes_of_it(client, job, reviewer):
    sent = post(client, job, **PRIVATE)
    assert sent.status_code == 201
    [address] = re.findall(r"http://testserver(/report/mine/link/[\w-]+/)", sent.content.decode())
    assert status_of(job) == Status.PUBLISHED  # nothing urgent

    later = Client()
    assert "Open your link again" in later.get("/report/mine/").content.decode()
    assert "is being looked at" in later.get(address, follow=True).content.decode()
    deciding.take_down(job=job, copies=[], by=reviewer, reason="Its sitter did not agree.")
    page = later.get("/report/mine/").content.decode()
    assert "It was taken down" in page
    assert "Its sitter did not agree." in page
    for private in (job.owner.email, job.owner.pseudonym, job.title, job.consent.sitter_name, str(job.pk)):
        assert private not in page
        assert private not in sent.content.decode()


@pytest.mark.parametrize(
    ("wrong", "status"), [("SEXUAL", "HIDDEN"), ("CHILD", "HIDDEN"), ("DECEIVES", "PUBLISHED")]
)
def test_what_cannot_wait_hides_the_video_at_once(client, log_in, job, wrong, status):
    post(client, job, wrong=[wrong, "OTHER"])
    assert status_of(job) == status
    answers = log_in(job.owner).get(reverse("videos:download", args=[job.pk])).status_code
    assert answers == (404 if status == "HIDDEN" else 200)


def test_a_kept_video_comes_back_and_is_not_hidden_the_same_way_again(job, reviewer):
    first = report(job, "SEXUAL")
    deciding.keep(job=job, seen=[first.pk], by=reviewer, reason="A portrait in a coat.")
    assert status_of(job) == Status.PUBLISHED
    assert job.message == ""
    again = report(job, "SEXUAL")
    assert (status_of(job), again.outcome) == (Status.PUBLISHED, Outcome.OPEN)


def test_a_video_stays_hidden_while_an_urgent_report_is_unread(job, reviewer):
    seen = report(job, "SEXUAL")
    unseen = report(job, "CHILD")
    deciding.keep(job=job, seen=[seen.pk], by=reviewer, reason="It is not.")
    unseen.refresh_from_db()
    assert (status_of(job), unseen.outcome) == (Status.HIDDEN, Outcome.OPEN)


def test_a_decision_answers_all_reports_of_a_video_and_of_its_copies(job, reviewer):
    copy = make_job(make_user(), Status.PUBLISHED, portrait=job.portrait, consent=make_consent(job.portrait))
    reports = [report(job), report(job, "SEXUAL"), report(copy)]
    deciding.take_down(job=job, copies=[copy], by=reviewer, reason="The same picture, no consent.")
    assert [status_of(job), status_of(copy)] == [Status.TAKEN_DOWN] * 2
    for told in reports:
        told.refresh_from_db()
        assert (told.outcome, told.decided_by) == (Outcome.TAKEN_DOWN, reviewer)


def test_makers_and_reporters_are_told_nothing_of_each_other(job, reviewer, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        report(job, "SEXUAL", name="Ada Private", formal=True, **PRIVATE)
        deciding.take_down(job=job, copies=[], by=reviewer, reason="No consent.")
    to_maker = [letter.body for letter in mail.outbox if letter.to == [job.owner.email]]
    to_reporter = [letter.body for letter in mail.outbox if letter.to == [PRIVATE["contact"]]]
    assert (len(to_maker), len(to_reporter)) == (2, 2)  # hidden, taken down; the link, the answer
    assert not any(private in body for body in to_maker for private in ("Ada", "ada@", "That is my face"))
    assert not any(private in body for body in to_reporter for private in (job.owner.email, job.title))
    assert "No consent." in to_maker[1]
    assert "No consent." in to_reporter[1]


def test_nobody_answers_or_reads_reports_of_a_video_of_their_own(log_in):
    maker = make_user(Role.REVIEWER)
    job = make_job(maker, Status.PUBLISHED)
    report(job, **PRIVATE)
    with pytest.raises(Refused, match="your own video"):
        deciding.take_down(job=job, copies=[], by=maker, reason="Mine.")
    with pytest.raises(Refused, match="your own video"):
        deciding.take_down(job=make_job(status=Status.PUBLISHED), copies=[job], by=maker, reason="Mine.")
    client = log_in(maker)
    assert client.get(reverse("cases:case", args=[job.pk])).status_code == 404
    page = client.get(reverse("cases:waiting")).content.decode()
    assert "A video of yours" in page
    assert "It deceives people" not in page


def test_urgent_reports_come_first_then_the_oldest_with_their_clock(log_in, reviewer):
    old, new, urgent = (make_job(status=Status.PUBLISHED, title=title) for title in ("Old", "New", "Urgent"))
    for reported, wrong, hours in ((new, "OTHER", 1), (old, "OTHER", 50), (urgent, "CHILD", 0), (old, "OTHER", 2)):
        made = report(reported, wrong)
        Report.objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(hours=hours, minutes=5))
    items = log_in(reviewer).get(reverse("cases:waiting")).context["items"]
    assert [item["case"].job for item in items] == [urgent, old, new]
    assert len(items[1]["case"].reports) == 2
    assert items[1]["clock"].startswith("Late by 2")
    assert items[2]["clock"].endswith("left")


def test_a_reviewer_decides_over_http_on_the_video_and_its_like(log_in, job, reviewer):
    copy = make_job(make_user(), Status.PUBLISHED, portrait=job.portrait, consent=make_consent(job.portrait))
    made = report(job, "SEXUAL", **PRIVATE)
    client, address = log_in(reviewer), reverse("cases:case", args=[job.pk])
    page = client.get(address).content.decode()
    assert PRIVATE["words"] in page
    assert "The same picture and the same recording" in page
    said = {"verdict": "TAKE_DOWN", "seen": [made.pk], "copies": [copy.pk]}
    assert "needs a reason" in client.post(address, said | {"reason": ""}).content.decode()
    assert client.post(address, said | {"reason": "No consent."}).status_code == 302
    assert [status_of(job), status_of(copy)] == [Status.TAKEN_DOWN] * 2
    assert job.consent.looks.filter(by=reviewer).exists()


def test_copies_are_found_by_the_portraits_bytes_and_by_how_they_look(job):
    chance = np.random.default_rng(5)
    pictures, other_face = (np.tile(chance.integers(0, 256, 32, np.uint8), (8, 1)) for _ in range(2))
    words, other_words = (chance.integers(0, 2**32, 40, np.uint32) for _ in range(2))

    def video(pictures: Any, words: Any, shade: int, **fields: Any) -> Job:
        made = (
            make_job(status=Status.PUBLISHED, **fields)
            if "portrait" in fields
            else make_job(
                (owner := make_user()), Status.PUBLISHED, portrait=make_portrait(owner, content=png(shade=shade))
            )
        )
        keep_trace(job=made, manifest=b"", prints=Prints(pictures, words).as_bytes())
        return made

    keep_trace(job=job, manifest=b"", prints=Prints(pictures, words).as_bytes())
    said_else = video(pictures, other_words, 1)
    film = video(pictures, words, 2)
    video(other_face, words, 3)
    same_bytes = make_job(status=Status.PUBLISHED, portrait=job.portrait, consent=job.consent)
    make_job(status=Status.TAKEN_DOWN, portrait=job.portrait, consent=job.consent)
    assert {copy.job.pk: copy.why for copy in copies_of(job)} == {
        same_bytes.pk: "The same picture and the same recording",
        film.pk: "The same film, by look and sound",
        said_else.pk: "A picture that looks the same",
    }


def test_a_report_of_a_copy_elsewhere_waits_for_its_video_or_is_none_of_ours(log_in, job, reviewer):
    client = log_in(reviewer)
    unknown, found = report(), report(None, "CHILD")
    assert "report" in client.get(reverse("cases:loose", args=[unknown.pk])).content.decode()
    wrong = client.post(reverse("cases:loose", args=[found.pk]), {"video": "0000000000"})
    assert "no finished video" in wrong.content.decode()
    client.post(reverse("cases:loose", args=[found.pk]), {"video": job.code_hex.lower()})
    found.refresh_from_db()
    assert (found.job, status_of(job)) == (job, Status.HIDDEN)
    client.post(reverse("cases:loose", args=[unknown.pk]), {"reason": "Our marks are not in it."})
    unknown.refresh_from_db()
    assert unknown.outcome == Outcome.NOT_OURS


def test_a_video_is_named_by_its_number_its_address_or_a_look_up(job):
    asked = LookUp.objects.create(state=LookUpState.DONE, job=job)
    unfinished = make_job(status=Status.RUNNING)
    assert meant(f" {job.code_hex.lower()} ") == job
    assert meant(f"https://site.example/videos/{job.pk}/") == job
    assert meant(f"https://site.example/look-up/{asked.pk}/") == job
    assert meant(unfinished.code_hex) is None
    assert meant("the one with the hat, 2026-11-23, call 0123456789012") is None


def test_a_formal_notice_is_signed_and_says_where_to_answer(client, job):
    notice = {"formal": "on", "name": "Ada Private", "contact": "ada@example.net", "good_faith": "on"}
    for missing in ("name", "contact", "good_faith"):
        page = post(client, job, **{key: value for key, value in notice.items() if key != missing})
        assert "needs your name, an e-mail address and the statement" in page.content.decode()
    post(client, job, **notice)
    assert Report.objects.values_list("formal", "name").get() == (True, "Ada Private")


def test_a_report_says_which_video_and_what_is_wrong(client):
    page = client.post("/report/", {"stands": "OTHER", "wrong": ["OTHER"], "words": "Please stop it"})
    assert "We need to know which video you mean" in page.content.decode()
    assert "Please stop it" in page.content.decode()
    assert client.get("/report/?video=ABCDEF0123").context["form"]["video"].value() == "ABCDEF0123"
    assert not Report.objects.exists()


def test_five_reports_an_hour_come_from_one_place_and_slips_are_not_counted(client, job):
    for _ in range(6):
        client.post("/report/", {})
    assert [post(client, job).status_code for _ in range(6)] == [201] * 5 + [429]
    assert Report.objects.count() == 5


def test_the_ledger_tells_of_report_and_answer_and_nothing_of_people(job, reviewer):
    made = report(job, "SEXUAL", name="Ada Private", formal=True, **PRIVATE)
    deciding.keep(job=job, seen=[made.pk], by=reviewer, reason="It is a coat.")
    told = LedgerEntry.objects.filter(object=str(job.pk)).order_by("index")
    assert list(told.values_list("kind", flat=True)) == [Kind.SEAL, Kind.REPORT, Kind.DECISION, Kind.PUBLISH]
    assert told[1].data == {"report": str(made.pk), "urgent": True, "hidden": True}
    assert told[2].data == {"verdict": "KEPT", "reports": [str(made.pk)]}
    assert told[2].told["reason"] == "It is a coat."
    assert not any("Ada" in str(entry.data) + str(entry.told) for entry in told)


def test_who_reported_is_forgotten_after_ninety_days_or_when_they_ask(client, job, reviewer):
    waiting, made = report(), report(job, **PRIVATE)
    assert not services.erase(made, by="reporter")  # needed for the answer
    deciding.keep(job=job, seen=[made.pk], by=reviewer, reason="It stands.")
    services.forget_old()
    made.refresh_from_db()
    assert made.words
    Report.objects.filter(pk=made.pk).update(decided_at=timezone.now() - timedelta(days=91))
    services.forget_old()
    made.refresh_from_db()
    waiting.refresh_from_db()
    assert {getattr(made, name) for name in PERSONAL} == {""}
    assert (made.token_hash, made.answer) == (None, "It stands.")
    assert waiting.elsewhere

    post(client, job, **PRIVATE)
    client.post("/report/mine/erase/")
    assert Report.objects.latest("created_at").words == PRIVATE["words"]
    deciding.take_down(job=job, copies=[], by=reviewer, reason="Now it does not.")
    client.post("/report/mine/erase/")
    assert Report.objects.latest("created_at").words == ""
    assert "Open your link again" in client.get("/report/mine/").content.decode()


def test_a_report_is_answered_once_and_never_before_the_review(job, reviewer):
    made = report(job)
    deciding.keep(job=job, seen=[made.pk], by=reviewer, reason="Fine.")
    for again in (
        lambda: deciding.keep(job=job, seen=[made.pk], by=reviewer, reason="Fine."),
        lambda: deciding.take_down(job=job, copies=[], by=reviewer, reason="Not fine."),
    ):
        with pytest.raises(Refused, match="Somebody else has answered"):
            again()
    waiting = make_job(status=Status.IN_REVIEW)
    report(waiting, "CHILD")
    with pytest.raises(Refused, match="still waits for its review"):
        deciding.take_down(job=waiting, copies=[], by=reviewer, reason="No.")
    assert status_of(waiting) == Status.IN_REVIEW


def test_nothing_is_published_over_an_urgent_report_that_nobody_answered(creator, reviewer):
    waiting = make_job(creator, Status.IN_REVIEW)
    made = report(waiting, "CHILD")
    with pytest.raises(Refused, match="can't wait"):
        publish(job=waiting, reviewer=reviewer)
    deciding.keep(job=waiting, seen=[made.pk], by=reviewer, reason="She is fifty.")
    publish(job=waiting, reviewer=reviewer)
    assert status_of(waiting) == Status.PUBLISHED


def test_no_appeal_brings_out_what_a_report_was_upheld_of(creator, reviewer):
    rejected = make_job(creator, Status.IN_REVIEW)
    reject(job=rejected, reviewer=reviewer, reason="Who is it?")
    report(rejected, "CHILD")
    deciding.take_down(job=Job.objects.get(pk=rejected.pk), copies=[], by=reviewer, reason="It is a child.")
    appeals.appeal(job=rejected, by=creator, words="It is me.")
    with pytest.raises(Refused, match="was upheld"):
        appeals.grant(job=rejected, reviewer=make_user(Role.REVIEWER))


def test_a_withdrawn_consent_takes_a_hidden_video_down_and_nothing_puts_it_back(job, reviewer):
    made = report(job, "SEXUAL")
    stop_for_consent(consent=job.consent, by=None)
    deciding.keep(job=job, seen=[made.pk], by=reviewer, reason="It is a coat.")
    assert status_of(job) == Status.TAKEN_DOWN


def test_administrators_see_in_the_admin_that_there_was_a_report_and_not_whose():
    shown = site.get_model_admin(Report)
    assert {*PERSONAL, "token_hash"} <= set(shown.exclude)
