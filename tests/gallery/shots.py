"""What the gallery shows: every page, with who looks at it and everything that they may find there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.gallery.rows import House
from tests.webapp.factories import PASSWORD
from webapp.consent.live.models import State as LiveState
from webapp.lookup.models import LookUp
from webapp.uploads.models import State
from webapp.videos.models import Status


@dataclass(frozen=True)
class Shot:
    """One page. `html` is shown at `path` instead of what that answers: the answer to a form. `press`: a button."""

    name: str
    path: str
    who: Client
    html: str = ""
    press: str = ""  # selector


def all_shots(house: House) -> Iterator[Shot]:
    """Every page, in the order in which people meet them."""
    yield from _doors()
    yield from _look_ups(house)
    yield from _reports(house)
    yield from _asked(house)
    yield from _sitter(house)
    yield from _creator(house)
    yield from _second_factor(house)
    yield from _staff(house)


def _doors() -> Iterator[Shot]:
    names = ("home", "account_login", "account_signup", "account_reset_password", "account_reset_password_done")
    names += ("account_email_verification_sent", "account_inactive", "log:page", "lookup:new", "reports:new")
    yield from (Shot(f"door {name}", reverse(name), Client()) for name in names)
    yield Shot("door not found", "/nowhere/", Client())
    yield Shot("door password set", reverse("account_reset_password_from_key_done"), Client())
    for name in ("400", "403", "403_csrf", "429", "lookup/too_often", "reports/too_often"):
        yield Shot(f"error {name}", reverse("home"), Client(), _rendered(f"{name}.html"))


def _rendered(template: str) -> str:
    """A page that is hard to come by."""
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    return render_to_string(template, request=request)


def _look_ups(house: House) -> Iterator[Shot]:
    for name, look_up in house.look_ups():
        yield Shot(f"look-up {name}", reverse("lookup:look-up", args=[look_up.pk]), Client())
    own = LookUp.objects.create(asked_by=house.reviewer, state="DONE", found=house.found(), job=house.published)
    yield Shot("look-up of a reviewer", reverse("lookup:look-up", args=[own.pk]), house.of(house.reviewer))


def _reports(house: House) -> Iterator[Shot]:
    for name, link in house.report_links():
        reporter = Client()
        reporter.get(link)
        yield Shot(f"report {name}", reverse("reports:mine"), reporter)
    path = reverse("reports:new")
    said = Client().post(path, {"stands": "MYSELF", "wrong": ["NOT_AGREED"], "video": house.published.code_hex})
    yield Shot("report sent", path, Client(), said.content.decode())
    yield Shot("report without a link", reverse("reports:mine"), Client())


def _asked(house: House) -> Iterator[Shot]:
    for name, link in house.requests():
        phone = Client()
        phone.get(link)
        yield Shot(f"asked {name}", reverse("sitter:agree"), phone)
    yield Shot("asked nothing", reverse("sitter:agree"), Client())
    yield Shot("asked too often", reverse("sitter:too-often"), Client())
    phone = Client()
    phone.get(house.request_to_refuse())
    said = phone.post(reverse("sitter:refuse"), {"block": "on"})
    yield Shot("asked and refused", reverse("sitter:agree"), phone, said.content.decode())
    phone, said = house.agreed_just_now()
    yield Shot("asked and agreed", reverse("sitter:agree"), phone, said)


def _sitter(house: House) -> Iterator[Shot]:
    yield Shot("sitter without link", reverse("sitter:portal"), Client())
    phone = Client()
    phone.get(house.link_with_code)
    yield Shot("sitter code", reverse("sitter:code"), phone)
    yield Shot("sitter portal", reverse("sitter:portal"), house.sitter)
    yield Shot("sitter withdraws", reverse("sitter:portal"), house.sitter, press="[popovertarget=everything]")
    withdrawn = Client()
    withdrawn.get(house.link_of_withdrawn)
    yield Shot("sitter portal withdrawn", reverse("sitter:portal"), withdrawn)
    said = house.erased_just_now()
    yield Shot("sitter erased", reverse("sitter:portal"), Client(), said)


def _creator(house: House) -> Iterator[Shot]:
    creator, portrait = house.of(house.creator), house.portrait
    names = ("home", "videos:list", "videos:new", "uploads:portrait-new", "uploads:recording-new")
    names += ("uploads:recording-write", "account_email", "account_change_password", "mfa_index")
    names += ("mfa_activate_totp", "account_logout")
    yield from (Shot(f"creator {name}", reverse(name), creator) for name in names)
    for_purpose = f"{reverse('videos:new')}?portrait={portrait.pk}"
    yield Shot("creator new video for a purpose", for_purpose, creator)
    mine = house.live[LiveState.PASSED].portrait
    yield Shot("creator consent of themselves", reverse("consent:myself", args=[mine.pk]), creator)
    yield Shot("creator without anything", reverse("videos:new"), house.of(house.newcomer))
    yield Shot("creator without videos", reverse("videos:list"), house.of(house.newcomer))
    for state in State:
        page = reverse("uploads:portrait", args=[house.portraits[state].pk])
        yield Shot(f"creator portrait {state.lower()}", page, creator)
        page = reverse("uploads:recording", args=[house.recordings[state].pk])
        yield Shot(f"creator recording {state.lower()}", page, creator)
    for name in ("give", "myself", "nobody", "ask"):
        yield Shot(f"creator consent {name}", reverse(f"consent:{name}", args=[portrait.pk]), creator)
    path = reverse("consent:ask", args=[portrait.pk])
    yield Shot("creator asked", path, creator, creator.post(path, house.question()).content.decode())
    for name, consent in house.consents():
        yield Shot(f"creator consent {name}", reverse("consent:consent", args=[consent.pk]), creator)
    for live in LiveState:
        page = reverse("live:page", args=[house.live[live].pk])
        yield Shot(f"creator live check {live.lower()}", page, creator)
    for status in Status:
        page = reverse("videos:video", args=[house.jobs[status].pk])
        yield Shot(f"creator video {status.lower()}", page, creator)
    yield Shot("creator video taken back", reverse("videos:video", args=[house.taken_back.pk]), creator)
    yield Shot("creator video proof", reverse("videos:proof", args=[house.published.pk]), creator)


def _second_factor(house: House) -> Iterator[Shot]:
    without, with_one = house.newcomer, house.other
    yield Shot("second factor, new", reverse("mfa_activate_totp"), house.of(without, just_now=True))
    names = ("mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp")
    yield from (Shot(f"second factor {name}", reverse(name), house.of(with_one, just_now=True)) for name in names)
    yield Shot("second factor, is it you", reverse("mfa_reauthenticate"), house.of(with_one))
    door = Client()
    door.post(reverse("account_login"), {"login": with_one.email, "password": PASSWORD})
    yield Shot("second factor at the door", reverse("mfa_authenticate"), door)


def _staff(house: House) -> Iterator[Shot]:
    reviewer, auditor, admin = house.of(house.reviewer), house.of(house.auditor), house.of(house.admin)
    yield Shot("reviewer home", reverse("home"), reviewer)
    yield Shot("reviewer queue", reverse("review:queue"), reviewer)
    yield Shot("reviewer video", reverse("review:video", args=[house.jobs[Status.IN_REVIEW].pk]), reviewer)
    yield Shot("reviewer held", reverse("moderation:queue"), reviewer)
    yield Shot("reviewer held request", reverse("moderation:held", args=[house.jobs[Status.HELD].pk]), reviewer)
    yield Shot("reviewer appeal", reverse("moderation:appeal", args=[house.appealed.pk]), house.of(house.other))
    yield Shot("reviewer reports", reverse("cases:waiting"), reviewer)
    yield Shot("reviewer report", reverse("cases:case", args=[house.jobs[Status.HIDDEN].pk]), reviewer)
    yield Shot("reviewer report loose", reverse("cases:loose", args=[house.loose_report.pk]), reviewer)
    yield Shot("reviewer live checks", reverse("live:waiting"), reviewer)
    yield Shot("reviewer live check", reverse("live:review", args=[house.live[LiveState.UNSURE].pk]), reviewer)
    yield Shot("reviewer evidence", reverse("evidence:packages", args=[house.published.pk]), reviewer)
    yield Shot("auditor home", reverse("home"), auditor)
    yield Shot("auditor ledger", reverse("audit:list"), auditor)
    yield Shot("auditor erase", reverse("audit:erase"), auditor)
    yield Shot("admin home", reverse("home"), admin)
    yield Shot("admin faces", reverse("blocklist:list"), admin)
    yield Shot("admin face", reverse("blocklist:face", args=[house.blocked.pk]), admin)
    yield Shot("admin index", reverse("admin:index"), admin)
