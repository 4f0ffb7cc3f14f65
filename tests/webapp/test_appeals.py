"""A reviewer's no can be appealed against once, and somebody else answers."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.webapp.acts import ask_for_video, refusal
from tests.webapp.factories import make_consent, make_job, make_portrait, make_user
from webapp.accounts.models import Role
from webapp.audit.models import Kind, LedgerEntry
from webapp.consent.models import Depicted
from webapp.consent.services import withdraw_consent
from webapp.moderation.appeals import appeal, grant, uphold
from webapp.moderation.models import Answer, Appeal
from webapp.moderation.services import refuse
from webapp.review.services import reject
from webapp.videos.models import Status
from webapp.videos.rendering import claim

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(db: None):
    return make_user(Role.REVIEWER)


@pytest.fixture
def refused(creator, reviewer):
    """A request that a reviewer did not let pass."""
    consent = make_consent(make_portrait(creator), depicted=Depicted.NOBODY_LIVING)
    job = ask_for_video(consent)
    refuse(job=job, reviewer=reviewer, reason="A photograph.")
    return job


@pytest.fixture
def rejected(creator, reviewer):
    """A finished video that a reviewer did not approve."""
    job = make_job(creator, Status.IN_REVIEW)
    reject(job=job, reviewer=reviewer, reason="Too loud.")
    return job


def test_a_granted_appeal_lets_a_refused_request_be_painted(
    creator, other, refused, django_capture_on_commit_callbacks
):
    appeal(job=refused, by=creator, words="It is a painting of 1665.")
    with django_capture_on_commit_callbacks() as after:
        grant(job=refused, reviewer=other, reason="A painting indeed.")
    assert (refused.status, len(after)) == (Status.QUEUED, 1)
    assert claim(str(refused.pk), worker="w")
    kinds = LedgerEntry.objects.filter(object=str(refused.pk)).order_by("index").values_list("kind", flat=True)
    assert list(kinds) == [Kind.REQUEST, Kind.HOLD, Kind.RULING, Kind.APPEAL, Kind.RULING]


def test_a_granted_appeal_publishes_a_finished_video(log_in, creator, other, rejected):
    appeal(job=rejected, by=creator, words="It is not loud.")
    grant(job=rejected, reviewer=other)
    assert rejected.status == Status.PUBLISHED
    assert LedgerEntry.objects.filter(object=str(rejected.pk), kind=Kind.PUBLISH).exists()
    page = log_in(creator).get(reverse("videos:video", args=[rejected.pk])).content.decode()
    assert "another reviewer agreed with you" in page
    assert "Too loud." not in page


def test_an_upheld_appeal_is_the_end(log_in, creator, other, rejected):
    appeal(job=rejected, by=creator, words="It is not loud.")
    assert refusal(uphold, job=rejected, reviewer=other, reason=" ") == "refusal_reason_missing"
    uphold(job=rejected, reviewer=other, reason="It is.")
    assert refusal(appeal, job=rejected, by=creator, words="Once more.") == "appeal_made"
    assert refusal(grant, job=rejected, reviewer=make_user(Role.REVIEWER)) == "too_late"
    rejected.refresh_from_db()
    assert rejected.status == Status.REJECTED
    assert "this stands" in log_in(creator).get(reverse("videos:video", args=[rejected.pk])).content.decode()


@pytest.mark.parametrize("what", ["refused", "rejected"])
def test_whoever_said_no_does_not_answer_the_appeal(creator, reviewer, request, what):
    job = request.getfixturevalue(what)
    appeal(job=job, by=creator, words="Please look again.")
    assert refusal(grant, job=job, reviewer=reviewer) == "appeal_same_reviewer"
    assert refusal(uphold, job=job, reviewer=reviewer, reason="No.") == "appeal_same_reviewer"


def test_nobody_answers_an_appeal_of_their_own(other):
    job = make_job(other, Status.IN_REVIEW)
    reject(job=job, reviewer=make_user(Role.REVIEWER), reason="No.")
    appeal(job=job, by=other, words="Yes.")
    assert refusal(grant, job=job, reviewer=other) == "own_video"


def test_an_appeal_brings_nothing_back_that_its_sitter_withdrew(creator, other, rejected, refused):
    for job in (rejected, refused):
        appeal(job=job, by=creator, words="Please.")
        withdraw_consent(consent=job.consent, by=None)
        job.refresh_from_db()
        assert refusal(grant, job=job, reviewer=other) == "consent_withdrawn"


def test_there_is_nothing_to_appeal_where_nobody_said_no(creator):
    assert refusal(appeal, job=make_job(creator, Status.PUBLISHED), by=creator, words="Why?") == "appeal_made"


def test_what_was_written_and_answered_stays(creator, other, rejected):
    appeal(job=rejected, by=creator, words="It is not loud.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.update(words="Something else")
    uphold(job=rejected, reviewer=other, reason="It is.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.update(answer=Answer.GRANTED)


@pytest.mark.parametrize("what", ["refused", "rejected"])
def test_an_appeal_goes_its_way_over_http(log_in, creator, reviewer, other, request, what):
    job = request.getfixturevalue(what)
    own, first, second = log_in(creator), log_in(reviewer), log_in(other)
    page = own.get(reverse("videos:video", args=[job.pk])).content.decode()
    assert "You can appeal once" in page
    own.post(reverse("videos:appeal", args=[job.pk]), {"words": "Long. " * 200})
    assert not Appeal.objects.exists()
    own.post(reverse("videos:appeal", args=[job.pk]), {"words": "Look again <b>please</b>."})
    assert "You appealed" in own.get(reverse("videos:video", args=[job.pk])).content.decode()

    address = reverse("moderation:appeal", args=[job.pk])
    assert address in second.get(reverse("moderation:queue")).content.decode()
    assert "Another reviewer has to answer" in first.get(address).content.decode()
    page = second.get(address).content.decode()
    assert "Look again &lt;b&gt;please&lt;/b&gt;." in page
    assert ("Too loud." if what == "rejected" else "A photograph.") in page
    answer = reverse("moderation:answer", args=[job.pk])
    assert "needs a reason" in second.post(answer, {"answer": "UPHELD"}).content.decode()
    assert second.post(answer, {"answer": "GRANTED"})["Location"] == reverse("moderation:queue")
    job.refresh_from_db()
    assert job.status == (Status.PUBLISHED if what == "rejected" else Status.QUEUED)
