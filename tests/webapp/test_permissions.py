"""Every address of the site, found by walking its URLs: whose it is, and who is told that it is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus
from uuid import UUID

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.webapp.factories import make_job, make_user, png
from webapp.accounts.models import Role, User
from webapp.blocklist.models import BlockedFace, Source
from webapp.reports.models import Report
from webapp.videos.models import Job, Status

pytestmark = pytest.mark.django_db

OURS = ("uploads", "consent", "videos", "review", "moderation", "cases", "audit", "blocklist")
# app → who may open its pages
STAFF = {
    "review": Role.REVIEWER,
    "moderation": Role.REVIEWER,
    "cases": Role.REVIEWER,
    "audit": Role.AUDITOR,
    "blocklist": Role.ADMIN,
}
# What a reviewer sees of somebody else's: the film, what it was made from, what is said in it.
FOR_REVIEWERS = {
    "videos:watch",
    "videos:poster",
    "videos:captions",
    "videos:captions-srt",
    "uploads:portrait-picture",
    "uploads:recording-sound",
}


def named(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Names of addresses and of the ids in them."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace in OURS:
                yield from named(pattern.url_patterns, f"{pattern.namespace}:")
        elif prefix:
            yield f"{prefix}{pattern.name}", tuple(pattern.pattern.converters)


ADDRESSES = dict(named(get_resolver().url_patterns))
OF_SOMEBODY = sorted(name for name, ids in ADDRESSES.items() if ids)


@pytest.fixture
def published(creator: User) -> Job:
    return make_job(creator, Status.PUBLISHED)


@pytest.fixture
def address_of(published: Job) -> Callable[[str], str]:
    """The address of `published` and of what belongs to it."""
    ids: dict[str, UUID] = {
        "job_id": published.pk,
        "portrait_id": published.portrait_id,
        "recording_id": published.recording_id,
        "consent_id": published.consent_id,
        "report_id": Report.objects.create(stands="OTHER", urgent=False, formal=False, elsewhere="A poster").pk,
        "face_id": BlockedFace.objects.create(source=Source.ADMIN, reason="A test").pk,
    }
    return lambda name: reverse(name, kwargs={key: ids[key] for key in ADDRESSES[name]})


def asked(client: Client, address: str) -> int:
    """How the site answers to what this address takes, a GET or a POST."""
    answer = client.get(address)
    return (
        client.post(address).status_code
        if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED
        else answer.status_code
    )


def test_the_walk_finds_the_site():
    assert {"videos:proof", "consent:withdraw", "review:decide", "audit:export"} <= set(ADDRESSES)


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_without_a_login_every_address_leads_to_it(client, address_of, name):
    for answer in (client.get(address_of(name)), client.post(address_of(name))):
        if answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", OF_SOMEBODY)
def test_what_is_somebody_elses_is_not_there(log_in, stranger, address_of, name):
    assert asked(log_in(stranger), address_of(name)) == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("name", OF_SOMEBODY)
def test_a_post_to_what_is_somebody_elses_changes_nothing(log_in, stranger, published, address_of, name):
    assert log_in(stranger).post(address_of(name)).status_code in (
        HTTPStatus.NOT_FOUND,
        HTTPStatus.METHOD_NOT_ALLOWED,
    )
    published.refresh_from_db()
    assert published.status == Status.PUBLISHED
    assert published.consent.withdrawn_at is None


@pytest.mark.parametrize("name", OF_SOMEBODY)
def test_a_reviewer_sees_of_others_what_is_needed_to_decide(log_in, reviewer, address_of, name):
    if name.partition(":")[0] in STAFF:
        return
    seen = asked(log_in(reviewer), address_of(name)) != HTTPStatus.NOT_FOUND
    assert seen == (name in FOR_REVIEWERS)


@pytest.mark.parametrize("status", [Status.QUEUED, Status.RUNNING, Status.CANCELLED, Status.FAILED])
def test_a_reviewer_sees_nothing_of_a_video_that_never_came_to_review(log_in, reviewer, creator, status):
    job = make_job(creator, status)
    job.poster.save("poster.jpg", ContentFile(png()))
    client = log_in(reviewer)
    for address in (
        reverse("videos:poster", args=[job.pk]),
        reverse("uploads:portrait-picture", args=[job.portrait_id]),
        reverse("uploads:recording-sound", args=[job.recording_id]),
    ):
        assert client.get(address).status_code == HTTPStatus.NOT_FOUND
        assert log_in(creator).get(address).status_code == HTTPStatus.OK


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", sorted(name for name in ADDRESSES if name not in OF_SOMEBODY))
def test_lists_open_for_those_they_are_meant_for(log_in, address_of, name, role):
    needed = STAFF.get(name.partition(":")[0])
    opens = asked(log_in(make_user(role)), address_of(name)) == HTTPStatus.OK
    assert opens == (needed is None or role in (needed, Role.ADMIN))


@pytest.mark.parametrize("name", OF_SOMEBODY)
def test_a_suspended_reviewer_sees_of_others_nothing(log_in, address_of, name):
    suspended = make_user(Role.REVIEWER, suspended_at="2026-01-01T00:00Z", suspended_reason="Spam")
    assert asked(log_in(suspended), address_of(name)) == HTTPStatus.NOT_FOUND
