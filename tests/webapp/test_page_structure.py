"""Every page, as it is sent: one title, one way on, a label for each field, nothing that a browser would refuse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from tests.webapp.factories import (
    make_consent,
    make_job,
    make_live_check,
    make_portrait,
    make_recording,
    make_user,
    png,
)
from webapp.accounts.models import Role, User
from webapp.consent.live.models import State as LiveState
from webapp.reports.models import Report
from webapp.review.models import Decision
from webapp.uploads.models import State
from webapp.videos.models import Status

pytestmark = pytest.mark.django_db

UNLABELLED = {"hidden", "submit", "button"}


class Outline(HTMLParser):
    """What a page consists of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.inside_label: list[str] = []
        self._labels = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.tags.append((tag, values))
        self._labels += tag == "label"
        if self._labels and "name" in values:
            self.inside_label.append(values["name"])

    def handle_endtag(self, tag: str) -> None:
        self._labels -= tag == "label"

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [attrs for tag, attrs in self.tags if tag in tags]


def portrait_page(user: User, state: State) -> str:
    portrait = make_portrait(user, state, faces=[[1, 1, 30, 30], [32, 1, 60, 30]], crop=[0, 0, 64, 64])
    return reverse("uploads:portrait", args=[portrait.pk])


def live_page(user: User, state: LiveState) -> str:
    return reverse("live:page", args=[make_live_check(make_portrait(user), state=state).pk])


def job_pages(user: User) -> Iterator[str]:
    for status in Status:
        job = make_job(user, status)
        if status == Status.REJECTED:
            Decision.objects.create(
                job=job, reviewer=make_user(Role.REVIEWER), verdict="REJECTED", reason="Too loud."
            )
        yield reverse("videos:video", args=[job.pk])


def pages_of(user: User) -> list[str]:
    portrait, shown = make_portrait(user), make_portrait(user, content=png(shade=7))
    make_live_check(shown)
    consent = make_consent(portrait)
    names = ("home", "videos:list", "videos:new", "uploads:portrait-new", "uploads:recording-new")
    names += ("account_email", "account_change_password", "mfa_index", "account_logout")
    return [
        *map(reverse, names),
        *(reverse(f"consent:{name}", args=[portrait.pk]) for name in ("give", "myself", "nobody")),
        reverse("consent:myself", args=[shown.pk]),
        *(live_page(user, state) for state in LiveState),
        reverse("consent:consent", args=[consent.pk]),
        reverse("consent:ask", args=[portrait.pk]),
        *(portrait_page(user, state) for state in State),
        *(reverse("uploads:recording", args=[make_recording(user, state).pk]) for state in State),
        *job_pages(user),
    ]


def outlines(client: Client, addresses: list[str]) -> Iterator[tuple[str, Outline]]:
    for address in addresses:
        page = client.get(address, follow=True)
        assert page.status_code == 200, address
        yield address, Outline(page.content.decode())


def every_page(log_in, creator: User) -> Iterator[tuple[str, Outline]]:
    """All pages of people at the door, making videos, reviewing, auditing."""
    waiting = make_job(creator, Status.IN_REVIEW)
    doors = [
        "home",
        "log:page",
        "lookup:new",
        "reports:new",
        "reports:mine",
        "account_login",
        "account_signup",
        "account_reset_password",
    ]
    yield from outlines(Client(), [reverse(name) for name in doors])
    yield from outlines(log_in(creator), pages_of(creator))
    yield from outlines(log_in(creator), [reverse("videos:proof", args=[waiting.pk])])
    reported = [Report.objects.create(stands="OTHER", urgent=True, formal=True, job=job) for job in (waiting, None)]
    review = [reverse("review:queue"), reverse("review:video", args=[waiting.pk]), reverse("cases:waiting")]
    review += [reverse("cases:case", args=[waiting.pk]), reverse("cases:loose", args=[reported[1].pk])]
    yield from outlines(log_in(make_user(Role.REVIEWER)), review)
    yield from outlines(log_in(make_user(Role.AUDITOR)), [reverse("audit:list"), reverse("audit:erase")])


def faults(page: Outline) -> Iterator[str]:
    """What a reader, a screen reader or the content policy would stumble over."""
    if len(page.all("h1")) != 1:
        yield "not exactly one title"
    shown = [attrs for attrs in page.all("a", "button") if "hidden" not in attrs]
    if sum("primary" in attrs.get("class", "").split() for attrs in shown) > 1:
        yield "more than one primary action"
    labelled = {attrs.get("for") for attrs in page.all("label")}
    for field in page.all("input", "select", "textarea"):
        named = field.get("id") in labelled or field.get("name") in page.inside_label or "aria-label" in field
        if not named and field.get("type") not in UNLABELLED:
            yield f"no label: {field}"
    yield from (f"no alternative text: {image}" for image in page.all("img") if "alt" not in image)
    yield from (
        f"unnamed drawing: {svg}" for svg in page.all("svg") if not {"aria-hidden", "aria-label"} & set(svg)
    )
    ids = Counter(attrs["id"] for _, attrs in page.tags if "id" in attrs)
    yield from (f"id used twice: {name}" for name, count in ids.items() if count > 1)
    yield from (f"button without type: {button}" for button in page.all("button") if "type" not in button)
    for _, attrs in page.tags:
        if "style" in attrs or any(name.startswith("on") for name in attrs):
            yield f"refused by the content policy: {attrs}"


def test_every_page_is_sound(log_in, creator):
    found = {address: list(faults(page)) for address, page in every_page(log_in, creator)}
    assert len(found) > 30
    assert {address: complaints for address, complaints in found.items() if complaints} == {}
