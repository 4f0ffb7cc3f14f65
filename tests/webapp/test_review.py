"""Reviewers decide; never on their own, never without a reason, never past the ledger."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from provenance import development_chain, keys
from tests.webapp.factories import make_job, make_user
from webapp.accounts.models import Role
from webapp.accounts.services import suspend
from webapp.audit.models import Kind, LedgerEntry
from webapp.errors_text import Refused
from webapp.review.models import Decision
from webapp.review.services import publish, reject
from webapp.videos import certificate
from webapp.videos.models import Job, Status

pytestmark = pytest.mark.django_db


def test_approval_publishes_and_is_written_down(creator, reviewer):
    job = make_job(creator, Status.IN_REVIEW)
    publish(job=job, reviewer=reviewer)
    assert job.status == Status.PUBLISHED
    kinds = LedgerEntry.objects.filter(object=str(job.pk)).order_by("index").values_list("kind", flat=True)
    assert list(kinds) == [Kind.SEAL, Kind.DECISION, Kind.PUBLISH]


def test_a_rejection_reaches_its_maker_with_the_reason(log_in, creator, reviewer):
    job = make_job(creator, Status.IN_REVIEW)
    reject(job=job, reviewer=reviewer, reason="The voice is a known person's.")
    page = log_in(creator).get(reverse("videos:video", args=[job.pk])).content.decode()
    assert "The voice is a known person" in page


def test_what_a_reviewer_writes_when_approving_reaches_its_maker_too(log_in, creator, reviewer):
    job = make_job(creator, Status.IN_REVIEW)
    publish(job=job, reviewer=reviewer, reason="Fine; say aloud that it is made by a computer.")
    page = log_in(creator).get(reverse("videos:video", args=[job.pk])).content.decode()
    assert "say aloud that it is made by a computer" in page


def test_a_label_calls_its_maker_you_and_tells_others_a_pseudonym(log_in, creator, reviewer):
    job = make_job(creator, Status.IN_REVIEW)
    own = log_in(creator).get(reverse("videos:video", args=[job.pk]))
    assert own.context["label"].maker == "you"
    client = log_in(reviewer)
    for address in (reverse("review:video", args=[job.pk]), reverse("review:queue")):
        page = client.get(address).content.decode()
        assert f"account {creator.pseudonym}" in page
        assert creator.email.partition("@")[0] not in page


def test_a_rejection_needs_a_reason(creator, reviewer):
    job = make_job(creator, Status.IN_REVIEW)
    with pytest.raises(Refused) as refused:
        reject(job=job, reviewer=reviewer, reason="  ")
    assert refused.value.explanation.code == "reason_missing"
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(job=job, reviewer=reviewer, verdict="REJECTED", reason="")


def test_nobody_decides_on_a_video_of_their_own(log_in, reviewer):
    job = make_job(reviewer, Status.IN_REVIEW)
    page = log_in(reviewer).post(reverse("review:decide", args=[job.pk]), {"verdict": "APPROVED"})
    assert "your own video" in page.content.decode()
    job.refresh_from_db()
    assert job.status == Status.IN_REVIEW


def test_a_video_is_decided_once(creator, reviewer):
    job = make_job(creator, Status.IN_REVIEW)
    publish(job=job, reviewer=reviewer)
    with pytest.raises(Refused):
        reject(job=job, reviewer=reviewer, reason="Too late")
    assert Decision.objects.count() == 1


def test_the_database_publishes_nothing_that_is_not_in_the_ledger(creator):
    job = make_job(creator, Status.IN_REVIEW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(status=Status.PUBLISHED, ledger_entry=None)
    job.ledger_entry = None
    with pytest.raises(Refused) as refused:
        publish(job=job, reviewer=make_user())
    assert refused.value.explanation.code == "not_in_ledger"


def test_the_queue_shows_the_longest_wait_first_and_why(log_in, creator, reviewer):
    new = make_job(creator, Status.IN_REVIEW, title="New one")
    old = make_job(creator, Status.IN_REVIEW, title="Old one")
    Job.objects.filter(pk=old.pk).update(sealed_at=timezone.now() - timedelta(hours=3))
    page = log_in(reviewer).get(reverse("review:queue"))
    assert [item["job"].pk for item in page.context["items"]] == [old.pk, new.pk]
    assert "3 hours" in page.context["items"][0]["why"].replace("\xa0", " ")
    assert page.context["items"][1]["why"] == "Just arrived"


def test_an_empty_queue_tells_what_waits_in_the_other_lists(log_in, creator, reviewer):
    make_job(creator, Status.HELD)
    page = log_in(reviewer).get(reverse("review:queue")).content.decode()
    assert "No finished video waits" in page
    assert "Before they are made (1)" in page


def test_a_reviewer_watches_reads_and_decides_over_http(log_in, creator, reviewer):
    job = make_job(creator, Status.IN_REVIEW)
    client = log_in(reviewer)
    page = client.get(reverse("review:video", args=[job.pk])).content.decode()
    assert job.portrait.sha256 in page
    assert job.consent.statement in page
    answer = client.post(reverse("review:decide", args=[job.pk]), {"verdict": "REJECTED", "reason": ""})
    assert "needs a reason" in answer.content.decode()
    client.post(reverse("review:decide", args=[job.pk]), {"verdict": "APPROVED"})
    job.refresh_from_db()
    assert job.status == Status.PUBLISHED


def test_a_suspended_reviewer_reviews_nothing(log_in, creator, reviewer):
    job = make_job(creator, Status.IN_REVIEW)
    suspend(user=reviewer, reason="Left the team", by=None)
    assert log_in(reviewer).get(reverse("review:video", args=[job.pk])).status_code == 404


def test_reviewers_are_told_a_month_ahead_that_the_signers_certificate_ends(log_in, monkeypatch, tmp_path):
    reviewer = log_in(make_user(Role.REVIEWER))
    certificate.look(settings.KEYS)  # a fresh one, as the seal worker does every hour
    assert "The certificate that signs videos ends" not in reviewer.get("/review/").content.decode()

    nearly_over = timedelta(days=development_chain.SIGNER_DAYS - 20)
    monkeypatch.setattr(development_chain, "BACKDATE", nearly_over)
    ends = certificate.look(keys.create(tmp_path / "keys").folder)
    page = reviewer.get("/review/").content.decode()
    assert f"The certificate that signs videos ends on {ends:%-d %B %Y}." in page
