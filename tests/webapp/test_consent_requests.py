"""A sitter without an account is asked by a link that works once, agrees, agrees to less, or refuses."""

from __future__ import annotations

import json
import logging
import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.webapp.factories import make_consent, make_job, make_portrait, make_recording, make_user
from tests.webapp.sitters import agree, answers, choose
from webapp.consent import asking
from webapp.consent.live.models import Challenge, State
from webapp.consent.live.services import decide
from webapp.consent.models import Answer, Consent, Request, Sitter
from webapp.consent.services import default_expiry, give_consent, valid_consent
from webapp.errors_text import Refused
from webapp.videos.models import Status

pytestmark = pytest.mark.django_db
LINK = re.compile(r"/(?:agree|sitter)/link/[\w-]{43}/")


@pytest.fixture
def portrait(creator):
    return make_portrait(creator)


@pytest.fixture
def asked(creator, portrait):
    """A request and the path of its link."""
    request, token = asking.ask(by=creator, portrait=portrait, purpose="A greeting", until=default_expiry())
    return request, reverse("sitter:agree-link", args=[token])


def test_a_creator_gets_a_link_once_that_the_site_itself_does_not_know(log_in, creator, portrait):
    client, address = log_in(creator), reverse("consent:ask", args=[portrait.pk])
    said = {"asked_as": "Grace", "purposes": "family", "purpose": "A greeting"}
    said["until"] = default_expiry().isoformat()
    [link] = set(LINK.findall(client.post(address, said).content.decode()))
    assert LINK.search(client.get(address).content.decode()) is None
    assert link.split("/")[3] not in str(Request.objects.values().get())
    page = Client().get(link, follow=True).content.decode()
    assert "A greeting" in page
    assert "Grace would like to make videos" in page
    assert creator.email not in page


def test_opening_a_link_takes_its_secret_out_of_the_address(client, asked):
    _, link = asked
    answer = client.get(link)
    assert answer["Location"] == reverse("sitter:agree")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert link.split("/")[3] not in str(dict(client.session))
    page = client.get(answer["Location"]).content.decode()
    assert link.split("/")[3] not in page
    assert "http" not in re.sub(r"http://www.w3.org\S+", "", page)  # nothing is asked of anybody else


def test_no_log_line_holds_a_secret(asked, caplog):
    caplog.set_level(logging.DEBUG)
    _, link = asked
    agree(link)
    Client().get(link.replace("link/", "link/x"), follow=True)
    told = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert link.split("/")[3] not in "\n".join(told)


def test_a_sitter_agrees_and_the_portrait_may_speak(asked, portrait):
    request, link = asked
    _, page = agree(link)
    assert LINK.search(page)
    consent = valid_consent(portrait)
    assert (consent.sitter_name, consent.depicted) == ("Ada Lovelace", "SOMEONE_ELSE")
    assert "I, Ada Lovelace, am the person in this picture" in consent.statement
    told = json.loads(consent.receipt.text)
    assert [check["kind"] for check in told["checks"]] == ["typed", "link", "live"]
    assert told["checks"][2]["check"] == str(request.live_checks.get().pk)
    assert told["checks"][1]["request"] == str(request.pk)
    assert told["withdrawal"].endswith("/sitter/")


def test_a_link_works_once(asked):
    _, link = asked
    agree(link)
    _, page = agree(link, full_name="Somebody Else")
    assert "This question is over" in page
    assert [consent.sitter_name for consent in Consent.objects.all()] == ["Ada Lovelace"]


def test_less_than_what_was_asked_is_agreed_to(creator, portrait):
    recording = make_recording(creator)
    _, token = asking.ask(
        by=creator, portrait=portrait, purpose="Anything", until=default_expiry(), recording=recording
    )
    soon = timezone.now().date() + timedelta(days=3)
    agree(reverse("sitter:agree-link", args=[token]), purpose="One toast", until=soon.isoformat(), only_this="on")
    consent = valid_consent(portrait, recording)
    assert (consent.purpose, consent.expires_at.date()) == ("One toast", soon)
    assert not consent.allows(make_recording(creator))


def test_more_than_what_was_asked_is_not(asked, portrait):
    _, link = asked
    _, page = agree(link, until=(default_expiry() + timedelta(days=1)).isoformat())
    assert "not to more" in page
    assert valid_consent(portrait) is None


@pytest.mark.parametrize("missing", ["full_name", "is_me"])
def test_nobody_agrees_without_a_name_and_their_word(asked, portrait, missing):
    _, link = asked
    agree(link, **{missing: ""})
    assert valid_consent(portrait) is None


def test_the_one_who_asks_cannot_answer(log_in, asked, creator, portrait):
    _, link = asked
    client = log_in(creator)
    client.get(link)
    assert "own question" in client.post(reverse("sitter:agree"), answers()).content.decode()
    client.post(reverse("sitter:refuse"))
    assert valid_consent(portrait) is None
    assert portrait.requests.get().answer == Answer.OPEN


def test_a_question_taken_back_or_too_old_is_over(log_in, asked, creator, portrait):
    request, link = asked
    log_in(creator).post(reverse("consent:revoke", args=[portrait.pk]), {"request": str(request.pk)})
    assert "taken it back" in Client().get(link, follow=True).content.decode()
    old, token = asking.ask(by=creator, portrait=portrait, purpose="Again", until=default_expiry())
    Request.objects.filter(pk=old.pk).update(ends_at=timezone.now())
    agree(reverse("sitter:agree-link", args=[token]))
    assert valid_consent(portrait) is None


def test_a_refusal_is_told_and_final(log_in, asked, creator, portrait):
    _, link = asked
    phone = Client()
    phone.get(link)
    phone.post(reverse("sitter:refuse"))
    assert "Refused" in log_in(creator).get(reverse("consent:ask", args=[portrait.pk])).content.decode()
    agree(link)
    assert valid_consent(portrait) is None


def test_a_refusal_for_good_closes_the_picture_for_everybody(asked, creator, portrait):
    _, link = asked
    job = make_job(creator, Status.RUNNING, portrait=portrait, consent=make_consent(portrait))
    phone = Client()
    phone.get(link)
    phone.post(reverse("sitter:refuse"), {"block": "on"})
    job.refresh_from_db()
    assert job.status == Status.CANCELLED
    other = make_portrait(make_user())  # the same bytes
    for refused_to in (portrait, other):
        with pytest.raises(Refused) as refused:
            give_consent(
                created_by=refused_to.owner,
                portrait=refused_to,
                depicted="MYSELF",
                sitter_name="X",
                purpose="X",
                statement="X",
                expires_on=default_expiry(),
            )
        assert refused.value.explanation.code == "portrait_blocked"


def test_the_picture_is_shown_to_whoever_has_the_link_and_to_nobody_else(client, asked):
    _, link = asked
    assert client.get(reverse("sitter:asked-picture")).status_code == 404
    client.get(link)
    assert client.get(reverse("sitter:asked-picture")).status_code == 200


def test_guessing_links_is_slowed_down(client):
    for _ in range(60):
        client.get(reverse("sitter:agree-link", args=["x" * 43]))
    answer = client.get(reverse("sitter:agree-link", args=["x" * 43]))
    assert answer["Location"] == reverse("sitter:too-often")


def test_an_address_gets_the_private_link_by_mail(asked, mailoutbox, django_capture_on_commit_callbacks):
    _, link = asked
    with django_capture_on_commit_callbacks(execute=True):
        _, page = agree(link, email="ada@example.org")
    [letter] = mailoutbox
    assert letter.to == ["ada@example.org"]
    assert LINK.search(letter.body)[0] == LINK.search(page)[0]
    assert Sitter.objects.get().email == "ada@example.org"


def test_what_was_chosen_waits_for_a_reviewer_and_is_finished_in_another_browser(
    asked, portrait, reviewer, mailoutbox, django_capture_on_commit_callbacks
):
    request, link = asked
    choose(link, purpose="One toast", email="ada@example.org")
    live = make_unsure(request)
    other = Client()
    page = other.get(link, follow=True).content.decode()
    assert "A person looks at your film" in page
    other.post(reverse("sitter:finish"))
    assert valid_consent(portrait) is None
    with django_capture_on_commit_callbacks(execute=True):
        decide(Challenge.objects.get(), by=reviewer, passes=True, reason="It is her.")
    assert [letter.to for letter in mailoutbox] == [["ada@example.org"]]
    assert "says that it is you" in mailoutbox[0].body
    assert "Do you agree?" in other.get(reverse("sitter:agree")).content.decode()
    assert "You agreed" in other.post(reverse("sitter:finish")).content.decode()
    consent = valid_consent(portrait)
    assert (consent.purpose, consent.live_check) == ("One toast", live)
    assert json.loads(consent.receipt.text)["checks"][-1]["by"] == "reviewer"
    request.refresh_from_db()
    assert request.terms == {}


def test_who_agrees_to_less_keeps_the_live_check_that_passed(asked, portrait):
    request, link = asked
    phone, _ = choose(link)
    live = make_unsure(request)
    Challenge.objects.update(state=State.PASSED)
    phone.post(reverse("sitter:agree"), answers(own_voice="on"))
    phone.post(reverse("sitter:finish"))
    assert (valid_consent(portrait).own_voice_only, valid_consent(portrait).live_check) == (True, live)


@pytest.mark.parametrize(
    "other",
    [{"purpose": "Anything at all"}, {"own_voice": ""}, {"email": "asker@example.org"}, {"full_name": "Bob"}],
    ids=lambda other: next(iter(other)),
)
@pytest.mark.parametrize("state", [State.OPEN, State.UNSURE, State.PASSED])
def test_nobody_with_the_link_puts_other_terms_under_a_yes_before_the_camera(asked, portrait, state, other):
    """The asker knows the link, and logs out."""
    request, link = asked
    said = {"purpose": "One toast", "own_voice": "on", "email": "ada@example.org"}
    choose(link, **said)
    live = make_unsure(request)
    Challenge.objects.update(state=state)
    asker, page = choose(link, **(said | other))
    assert "before the camera anew" in page
    asker.post(reverse("sitter:finish"))
    assert valid_consent(portrait) is None
    live.refresh_from_db()
    assert (live.state, live.clip.name) == (State.READY, "")


def test_terms_stay_as_they_are_while_a_film_is_looked_at(asked):
    request, link = asked
    choose(link, purpose="One toast")
    Challenge.objects.update(state=State.CHECKING, drawn_at=timezone.now())
    _, page = choose(link, purpose="Anything at all")
    assert "This check has been answered." in page
    request.refresh_from_db()
    assert request.terms["purpose"] == "One toast"


def test_a_refusal_after_the_camera_forgets_the_film(asked, portrait):
    request, link = asked
    phone, _ = choose(link)
    live = make_unsure(request)
    phone.post(reverse("sitter:refuse"))
    assert not default_storage.exists(live.clip.name)
    assert valid_consent(portrait) is None


def test_the_one_who_asks_is_not_let_before_the_camera(log_in, asked, creator):
    request, link = asked
    choose(link)
    live = request.live_checks.get()
    log_in(creator).post(reverse("live:draw", args=[live.pk]), {"is_adult": "on"})
    live.refresh_from_db()
    assert live.state == State.READY


def test_who_names_a_minor_s_age_is_stopped_with_kind_words(asked):
    _, link = asked
    _, page = choose(link, full_name="Ada, I am 15")
    assert "under 18" in page
    assert not Challenge.objects.exists()


def make_unsure(request: Request) -> Challenge:
    """The request's live check, with a film that waits for a reviewer."""
    live = request.live_checks.get()
    live.clip.save("clip", ContentFile(b"film"), save=False)
    live.state, live.drawn_at, live.finished_at = State.UNSURE, timezone.now(), timezone.now()
    live.save()
    return live
