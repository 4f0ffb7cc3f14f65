"""Several people and workers at the same moment, each in a thread with its own connection to the database."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from tests.webapp.factories import make_job, make_user
from webapp.accounts.models import Role
from webapp.audit.models import Kind, LedgerEntry
from webapp.consent.services import withdraw_consent
from webapp.errors_text import Refused
from webapp.review.models import Decision
from webapp.review.services import publish, reject
from webapp.videos.models import Job, Status
from webapp.videos.rendering import claim
from webapp.videos.services import cancel_video

pytestmark = pytest.mark.usefixtures("committed_db")

WORKERS = 4
ROUNDS = 5  # so that each order of events gets its chance


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned, or the Refused that it met; all start together."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=10)
            return act()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_several_workers_exactly_one_gets_a_job():
    job = make_job()
    claims = at_once(*(lambda name=name: claim(str(job.pk), worker=f"worker-{name}") for name in range(WORKERS)))
    [winner] = [claimed for claimed in claims if claimed is not None]
    job.refresh_from_db()
    assert (job.status, job.attempt, job.claimed_by) == (Status.RUNNING, 1, winner.claimed_by)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_job_cancelled_as_it_is_claimed_ends_cancelled(_round):
    job = make_job()
    at_once(lambda: claim(str(job.pk), worker="worker"), lambda: cancel_video(job=job, by=job.owner))
    assert Job.objects.get(pk=job.pk).status == Status.CANCELLED


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_two_reviewers_one_decides(_round):
    job = make_job(status=Status.IN_REVIEW)
    one, other = make_user(Role.REVIEWER), make_user(Role.REVIEWER)
    said = at_once(
        lambda: publish(job=Job.objects.get(pk=job.pk), reviewer=one),
        lambda: reject(job=Job.objects.get(pk=job.pk), reviewer=other, reason="Not this one."),
    )
    assert sum(isinstance(answer, Refused) for answer in said) == 1
    decision = Decision.objects.get(job=job)
    verdicts = LedgerEntry.objects.filter(kind=Kind.DECISION, object=str(job.pk))
    assert [entry.data["verdict"] for entry in verdicts] == [decision.verdict]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_nothing_stays_published_whose_consent_is_withdrawn_at_that_moment(_round):
    job = make_job(status=Status.IN_REVIEW)
    reviewer = make_user(Role.REVIEWER)
    at_once(
        lambda: publish(job=Job.objects.get(pk=job.pk), reviewer=reviewer),
        lambda: withdraw_consent(consent=job.consent, by=job.owner, reason=""),
    )
    assert Job.objects.get(pk=job.pk).status in (Status.CANCELLED, Status.TAKEN_DOWN)
