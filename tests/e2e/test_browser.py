"""The browser lane: the whole journey in Chromium, at a desk and on a phone, and once without JavaScript."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browser import RENDER_MS, Person, chromium
from tests.e2e.stages import SAMPLES, Stage
from webapp.demo.accounts import Account

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
LINK = re.compile(r"https?://\S+/accounts/confirm-email/\S+")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def confirmation_link(stage: Stage, email: str) -> str:
    """The link in the mail to this address, which the web process wrote into its log."""
    [web] = [program for program in stage.site.processes.running if program.name == "web"]
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        mails = web.log.read_text().split("Subject: ")
        found = [LINK.search(mail) for mail in mails if f"To: {email}" in mail]
        if found and found[-1]:
            return found[-1].group()
        time.sleep(0.2)
    raise AssertionError(f"no mail to {email}:\n{web.last_words()}")


def sign_up(person: Person) -> Account:
    """Sign up, follow the link in the mail, and log in."""
    account = Account("creator", f"{secrets.token_hex(4)}@new.example", secrets.token_urlsafe(12))
    person.go("/accounts/signup/")
    person.picture("01-sign-up")
    person.page.fill("[name=email]", account.email)
    person.page.fill("[name=password1]", account.password)
    person.page.fill("[name=password2]", account.password)
    person.send("email", "password1")
    expect(person.page).to_have_url(re.compile("confirm-email"))
    person.picture("02-check-your-mail")
    person.go(confirmation_link(person.stage, account.email))
    if person.page.locator("form[action*=confirm-email]").count():
        person.page.locator("form[action*=confirm-email] button").click()
    person.go("/")
    if person.page.locator("form[action*=logout]").count() == 0:
        person.log_in(account)
    return account


def give_consent(person: Person, portrait: str) -> None:
    person.go(f"/portraits/{portrait}/consent/")
    person.picture("05-who-is-in-it")
    person.page.get_by_role("link", name="Nobody living").click()
    person.page.fill("[name=sitter_name]", "Portrait B, a synthetic head")
    person.page.fill("[name=source]", "Made for Sitter by its own programs")
    person.page.fill("[name=evidence]", "A mixture of shapes; the face of nobody.")
    person.page.check("[name=purposes][value=other]")
    person.page.fill("[name=purpose]", "To test the site")
    person.page.check("[name=confirm]")
    person.picture("05-consent")
    person.send("source", "confirm")
    expect(person.page).to_have_url(re.compile(f"/portraits/{portrait}/"))


def ask_for_video(person: Person, portrait: str, recording: str) -> str:
    person.go("/videos/new/")
    choose(person, "portrait", portrait)
    choose(person, "recording", recording)
    person.page.fill("[name=title]", "Five wise old owls")
    person.picture("06-new-video")
    person.send("portrait", "recording")
    expect(person.page).to_have_url(re.compile(r"/videos/[0-9a-f-]{36}/"))
    return person.number()


def choose(person: Person, field: str, value: str) -> None:
    """Pick from a list or from radio buttons, whichever the page has."""
    if person.page.locator(f"select[name={field}]").count():
        person.page.select_option(f"select[name={field}]", value)
    else:
        person.page.locator(f"input[name={field}][value='{value}']").check(force=True)


def let_pass(browser: Browser, stage: Stage, video: str, size: dict[str, int], name: str) -> None:
    """A reviewer looks at the request before a frame is painted."""
    reviewer = Person(browser, stage, f"{name}-before", **size)
    reviewer.log_in(stage.accounts["reviewer"])
    reviewer.go("/review/held/")
    reviewer.picture("01-queue")
    reviewer.page.locator(f"a[href='/review/held/{video}/']").first.click()
    reviewer.picture("02-request")
    reviewer.page.locator("button[name=verdict][value=ALLOWED]").click()
    expect(reviewer.page).to_have_url(re.compile("/review/held/$"))
    assert reviewer.complaints == []
    reviewer.close()


def review(browser: Browser, stage: Stage, video: str, size: dict[str, int], name: str) -> None:
    reviewer = Person(browser, stage, f"{name}-reviewer", **size)
    reviewer.log_in(stage.accounts["reviewer"])
    reviewer.go("/review/")
    reviewer.picture("01-queue")
    reviewer.page.locator(f"a[href='/review/{video}/']").first.click()
    expect(reviewer.page).to_have_url(re.compile(f"/review/{video}/"))
    reviewer.picture("02-video")
    approve = reviewer.page.locator("button[name=verdict][value=APPROVED]")
    if approve.count() == 0:
        reviewer.page.locator("input[name=verdict][value=APPROVED]").check(force=True)
        approve = reviewer.form("verdict").locator("button")
    approve.first.click()
    expect(reviewer.page).to_have_url(re.compile("/review/$"))
    assert reviewer.complaints == []
    reviewer.close()


def see_it_play(person: Person) -> None:
    """The film runs, and the picture is as large as it was made."""
    film = person.page.locator("video").first
    film.evaluate("async film => { film.muted = true; await film.play(); }")
    expect(film).to_have_js_property("videoWidth", 512)
    deadline = time.monotonic() + 15
    while film.evaluate("film => film.currentTime") < 0.2:
        assert time.monotonic() < deadline, "the film stands still"
        time.sleep(0.1)


def download(person: Person, video: str) -> None:
    with person.page.expect_download() as started:
        person.page.locator(f"a[href$='/videos/{video}/download/']").first.click()
    path = started.value.path()
    assert path.read_bytes()[4:8] == b"ftyp"


def report(browser: Browser, stage: Stage, maker: Person, video: str, size: dict[str, int]) -> None:
    """A stranger's urgent report hides the video until a reviewer puts it back, and the stranger reads why."""
    stranger = Person(browser, stage, f"{maker.name}-stranger", **size)
    stranger.go(f"/report/?video={stage.site.address}/videos/{video}/")
    stranger.page.check("[name=stands][value=MYSELF]")
    stranger.page.check("[name=wrong][value=SEXUAL]")
    stranger.page.fill("[name=words]", "That is me in my coat.")
    stranger.picture("01-report")
    stranger.send("wrong")
    stranger.picture("02-sent")
    stranger.page.locator("a[href='/report/mine/']").click()
    expect(stranger.page.get_by_text("The video is hidden meanwhile")).to_be_visible()
    maker.go(f"/videos/{video}/")
    maker.expect_state("HIDDEN")
    maker.picture("10-hidden")

    reviewer = Person(browser, stage, f"{maker.name}-reports", **size)
    reviewer.log_in(stage.accounts["reviewer"])
    reviewer.go("/review/reports/")
    reviewer.picture("01-waiting")
    reviewer.page.locator(f"a[href$='/{video}/']").click()
    reviewer.page.fill("[name=reason]", "It shows a drawn head, and nobody.")
    reviewer.picture("02-case")
    reviewer.page.locator("button[value=KEEP]").click()
    expect(reviewer.page).to_have_url(re.compile("/review/reports/$"))
    stranger.page.reload()
    expect(stranger.page.get_by_text("It shows a drawn head, and nobody.")).to_be_visible()
    maker.go(f"/videos/{video}/")
    maker.expect_state("PUBLISHED")
    assert stranger.complaints == reviewer.complaints == []
    stranger.close()
    reviewer.close()


@pytest.mark.parametrize(
    ("name", "size", "dark"), [("desk", DESK, False), ("phone", PHONE, True)], ids=["desk", "phone-dark"]
)
def test_the_whole_journey(browser: Browser, embedded: Stage, name: str, size: dict[str, int], dark: bool) -> None:
    person = Person(browser, embedded, name, dark=dark, **size)
    person.go("/")
    person.picture("00-home")
    sign_up(person)

    person.upload("/portraits/new/", SAMPLES / "portrait_b.png")
    person.expect_state("READY", timeout=60_000)
    person.picture("03-portrait")
    portrait = person.number()
    person.upload("/recordings/new/", SAMPLES / "portrait_b.wav")
    person.expect_state("READY", timeout=60_000)
    person.picture("04-recording")
    recording = person.number()

    give_consent(person, portrait)
    video = ask_for_video(person, portrait, recording)
    person.expect_state("HELD", timeout=5_000)
    person.picture("06-held")
    let_pass(browser, embedded, video, size, name)
    person.expect_state("RUNNING", timeout=60_000)
    person.picture("07-running")
    person.expect_state("IN_REVIEW", timeout=RENDER_MS)
    person.picture("08-in-review")

    review(browser, embedded, video, size, name)
    person.go(f"/videos/{video}/")
    person.expect_state("PUBLISHED", timeout=60_000)
    see_it_play(person)
    person.picture("09-published")
    download(person, video)
    report(browser, embedded, person, video, size)
    person.go("/videos/")
    person.picture("11-history")
    assert person.complaints == []
    person.close()


def test_a_dropped_picture_is_uploaded(browser: Browser, embedded: Stage) -> None:
    person = Person(browser, embedded, "drop", **DESK)
    person.log_in(embedded.accounts["creator"])
    person.go("/portraits/new/")
    person.drop(SAMPLES / "portrait_b.png")
    expect(person.page.locator("[data-upload] img")).to_be_visible()
    person.picture("chosen")
    person.send("file")
    person.expect_state("READY", timeout=60_000)
    assert person.complaints == []
    person.close()


def test_the_journey_without_javascript(browser: Browser, embedded: Stage) -> None:
    person = Person(browser, embedded, "plain", scripts=False, **PHONE)
    person.log_in(embedded.accounts["creator"])
    checked = {}
    for path, file in (("/portraits/new/", "portrait_b.png"), ("/recordings/new/", "portrait_b.wav")):
        person.upload(path, SAMPLES / file)
        checked[path] = person.number()
        reload_until(person, "READY")
    give_consent(person, checked["/portraits/new/"])
    video = ask_for_video(person, checked["/portraits/new/"], checked["/recordings/new/"])
    let_pass(browser, embedded, video, PHONE, "plain")
    reload_until(person, "RUNNING")
    person.page.locator(f"form[action$='/videos/{video}/cancel/'] button[type=submit]").click()
    reload_until(person, "CANCELLED")
    person.close()


def reload_until(person: Person, state: str) -> None:
    """What a reader without JavaScript does."""
    deadline = time.monotonic() + 90
    while person.page.locator(f'#status[data-state="{state}"]').count() == 0:
        assert time.monotonic() < deadline, person.page.inner_text("body")
        time.sleep(0.5)
        person.page.reload()


def test_the_suspended_read_why_on_every_page_until_it_ends(browser: Browser, embedded: Stage) -> None:
    admin, person = (Person(browser, embedded, f"suspended-{role}", **DESK) for role in ("admin", "creator"))
    account = sign_up(person)
    admin.log_in(embedded.accounts["admin"])
    banner = person.page.get_by_text("This account is suspended.")
    for reason in ("Reported as spam", ""):
        admin.go(f"/admin/accounts/user/?q={account.email}")
        admin.page.locator("th.field-email a").click()
        admin.page.fill("[name=suspended_reason]", reason)
        admin.page.locator("[name=_save]").click()
        for path in ("/videos/", "/portraits/new/", "/"):
            person.go(path)
            expect(banner).to_have_count(1 if reason else 0)
            if reason:
                expect(person.page.get_by_text(reason)).to_be_visible()
        person.picture("told" if reason else "restored")
    assert person.complaints == admin.complaints == []
    admin.close()
    person.close()


def test_staff_pages_open_at_both_widths(browser: Browser, embedded: Stage) -> None:
    for name, size in (("desk", DESK), ("phone", PHONE)):
        for role, path in (("auditor", "/audit/"), ("admin", "/admin/"), ("reviewer", "/review/")):
            person = Person(browser, embedded, f"{name}-{role}", **size)
            person.log_in(embedded.accounts[role])
            person.go(path)
            assert person.page.url.endswith(path)
            person.picture("home")
            assert person.complaints == []
            person.close()
