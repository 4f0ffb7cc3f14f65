"""Consent in Chromium, whose camera and microphone play a sitter made for the demand on the page.

Of oneself, and of somebody else by a link; the third way, nobody living, is the journey of test_browser.py. Then
every film that must fail, each with its own words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.e2e.browser import Person, chromium_with
from tests.e2e.sitting import HEADS, SITTER, SOMEBODY, Sitting, begin_checks, demand, same_face, sit, wrong_films
from tests.e2e.stages import SAMPLES, Stage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PHONE = {"width": 390, "height": 844}
CHECK_MS = 240_000  # of a film of 15 s on two busy cores
OTHER = ["silver", "zero", "tiger", "five", "bottle", "six"]


@dataclass(frozen=True)
class Begun:
    """A live check that its sitter has been asked for, and the sitter."""

    portrait: str
    live_check: str
    sitting: Sitting


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def desk(playwright: Playwright) -> Iterator[Browser]:
    with chromium_with(playwright) as browser:
        yield browser


@pytest.fixture(scope="module")
def begun(desk: Browser, embedded: Stage, tmp_path_factory: pytest.TempPathFactory) -> Begun:
    """A creator says that the portrait is theirs and is asked to show it; the sitter is made for that demand."""
    with creating(desk, embedded) as creator:
        portrait = new_portrait(creator, SITTER)
        creator.go(f"/portraits/{portrait}/consent/")
        creator.picture("01-who-is-in-it")
        creator.page.get_by_role("link", name="I am").click()
        creator.page.select_option("[name=language]", "en")
        creator.picture("02-myself")
        creator.page.get_by_role("button", name="Show that it is me").click()
        creator.page.check("[name=is_adult]")
        creator.picture("03-ready")
        text, moves = ask(creator.page)
        creator.picture("04-asked")
        phrase = text.partition(": ")[2].rstrip(".").split(", ")
        return Begun(portrait, creator.number(), sit(tmp_path_factory.mktemp("sitter"), text, phrase, moves))


@contextmanager
def creating(desk: Browser, stage: Stage) -> Iterator[Person]:
    creator = Person(desk, stage, "live", **PHONE)
    creator.log_in(stage.accounts["creator"])
    yield creator
    assert creator.complaints == []
    creator.close()


@contextmanager
def at_the_phone(playwright: Playwright, stage: Stage, sitting: Sitting, name: str) -> Iterator[Person]:
    """Somebody without an account, whose phone sees and hears the sitter."""
    with chromium_with(playwright, *sitting.devices) as phone:
        sitter = Person(phone, stage, name, **PHONE)
        yield sitter
        assert sitter.complaints == []


def new_portrait(creator: Person, picture: Path) -> str:
    creator.upload("/portraits/new/", picture)
    creator.expect_state("READY", timeout=60_000)
    return creator.number()


def ask(page: Page) -> tuple[str, list[dict[str, Any]]]:
    """Press the button until the moves are two that our engine can make; it keeps its eyes open."""
    page.get_by_role("button", name="Begin").click()
    while True:
        moves = json.loads(page.locator("#live-moves").inner_text())
        if all(move["kind"] in HEADS for move in moves):
            return page.locator(".live-text").inner_text(), moves
        token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
        page.request.post(f"{page.url}draw/", form={"csrfmiddlewaretoken": token}, headers={"Referer": page.url})
        page.reload()


def film_oneself(sitter: Person) -> None:
    """Before the camera until the film is judged: it passes."""
    sitter.page.get_by_role("button", name="Turn on camera").click()
    sitter.page.get_by_role("button", name=re.compile("^Start")).click()
    expect(sitter.page.locator(".live-cue")).to_be_visible(timeout=10_000)
    sitter.picture("05-recording")
    expect(sitter.page.locator("#status")).not_to_have_attribute("data-state", "OPEN", timeout=60_000)
    sitter.picture("06-checking")
    found(sitter.page)
    sitter.picture("07-found")
    assert sitter.page.locator('#status[data-state="PASSED"]').count(), sitter.page.inner_text("main")


def found(page: Page) -> None:
    done = page.locator('#status[data-state="PASSED"], #status[data-state="FAILED"]')
    expect(done.or_(page.locator('#status[data-state="UNSURE"]'))).to_be_attached(timeout=CHECK_MS)


def ask_for_video(creator: Person, portrait: str) -> None:
    """From a recording to a video that is being made; then it is left alone."""
    creator.upload("/recordings/new/", SAMPLES / "portrait_a.wav")
    creator.expect_state("READY", timeout=60_000)
    recording = creator.number()
    creator.go(f"/videos/new/?portrait={portrait}")
    creator.page.locator(f"input[name=portrait][value='{portrait}']").check(force=True)
    creator.page.locator(f"input[name=recording][value='{recording}']").check(force=True)
    creator.send("portrait", "recording")
    expect(creator.page).to_have_url(re.compile(r"/videos/[0-9a-f-]{36}/"))
    expect(creator.page.locator('#status[data-state="QUEUED"], #status[data-state="RUNNING"]')).to_be_attached()
    creator.page.locator("form[action$='/cancel/'] button[type=submit]").first.click()


def test_a_video_of_oneself(playwright: Playwright, desk: Browser, embedded: Stage, begun: Begun) -> None:
    demand(embedded, begun.live_check, begun.sitting)
    with at_the_phone(playwright, embedded, begun.sitting, "live") as sitter:
        sitter.go(f"/live/{begun.live_check}/")
        film_oneself(sitter)
    with creating(desk, embedded) as creator:
        creator.go(f"/portraits/{begun.portrait}/consent/me/")
        creator.page.fill("[name=sitter_name]", "Ada Lovelace")
        creator.page.check("[name=purposes][value=teaching]")
        creator.page.fill("[name=purpose]", "To test the site")
        creator.page.get_by_text("Add a statement of your own").click()
        creator.page.set_input_files("[name=statement_file]", SAMPLES / "portrait_a.wav")
        creator.page.check("[name=confirm]")
        creator.picture("08-consent")
        creator.send("sitter_name", "confirm")
        expect(creator.page.get_by_text("listening to its statement")).to_be_visible()
        given = creator.page.get_by_text("Consent until")
        expect(given).to_be_visible(timeout=60_000)
        given.click()
        creator.page.get_by_role("link", name="Read or withdraw it").click()
        expect(creator.page.locator("audio")).to_be_visible()
        creator.picture("09-given")
        ask_for_video(creator, begun.portrait)


def test_a_video_of_somebody_else_and_the_films_that_fail(
    playwright: Playwright, desk: Browser, embedded: Stage, begun: Begun, tmp_path: Path
) -> None:
    with creating(desk, embedded) as creator:
        portrait = new_portrait(creator, same_face(tmp_path))
        creator.go(f"/portraits/{portrait}/ask/")
        creator.page.fill("[name=asked_as]", "Charles")
        creator.page.check("[name=purposes][value=teaching]")
        creator.page.check("[name=purposes][value=family]")
        creator.page.fill("[name=purpose]", "A welcome")
        creator.send("purpose", "until")
        link = creator.page.input_value("#address")
    with at_the_phone(playwright, embedded, begun.sitting, "asked") as sitter:
        sitter.go(link)
        expect(sitter.page.get_by_text("Charles would like to make videos")).to_be_visible()
        sitter.picture("01-question")
        sitter.page.fill("[name=full_name]", "Grace Hopper")
        sitter.page.check("[name=is_me]")
        sitter.page.get_by_text("Agree to less than that").click()
        sitter.page.uncheck("[name=purposes][value=family]")
        sitter.page.get_by_role("button", name="Go on to the camera").click()
        sitter.page.get_by_role("button", name="Begin").click()
        demand(embedded, sitter.number(), begun.sitting)
        sitter.page.reload()
        film_oneself(sitter)
        expect(sitter.page.get_by_text("I, Grace Hopper, am the person")).to_be_visible()
        sitter.page.get_by_role("button", name="I agree").click()
        sitter.picture("08-agreed")
        sitter.page.get_by_role("link", name="Open my page").click()
        expect(sitter.page.get_by_text("Teaching and explaining").first).to_be_visible()
        with creating(desk, embedded) as creator:
            ask_for_video(creator, portrait)
            other = new_portrait(creator, SOMEBODY)
        sitter.page.reload()
        expect(sitter.page.get_by_text("Cancelled")).to_be_visible()
        sitter.picture("09-private-page")
    with chromium_with(playwright) as phone:
        wrong = Person(phone, embedded, "wrong", **PHONE)
        see_wrong_films_fail(wrong, portrait, other, begun.sitting, tmp_path)
        assert wrong.complaints == []


def see_wrong_films_fail(sitter: Person, portrait: str, other: str, sitting: Sitting, folder: Path) -> None:
    """All are sent, then all are awaited; the portrait's own film was taken before."""
    films = wrong_films(sitting, folder)
    right: dict[str, Any] = {"phrase": sitting.phrase, "moves": sitting.moves}
    cases = (
        ("right", portrait, right, "a film that was sent before"),
        ("right", portrait, right | {"phrase": OTHER}, "The phrase was not heard."),
        ("right", portrait, right | {"phrase": OTHER, "earlier": [sitting.phrase]}, "An earlier phrase was said"),
        ("right", other, right, "It is not the face in the portrait."),
        ("silent", portrait, right, "No voice is heard in this film."),
        ("photograph", portrait, right, "This looks like a still picture held before the camera."),
        ("two", portrait, right, "More than one face is in the picture."),
    )
    pages = begin_checks(sitter.stage, [case[1] for case in cases], [case[2] for case in cases])
    for page, (film, *_) in zip(pages, cases, strict=True):
        sitter.go(page)
        sitter.page.get_by_text("Use the camera app instead").click()
        sitter.page.set_input_files("[name=film]", films[film])
        sitter.page.get_by_role("button", name="Send this film").click()
    for number, (page, (*_, words)) in enumerate(zip(pages, cases, strict=True), 1):
        sitter.go(page)
        found(sitter.page)
        sitter.picture(f"{number}")
        assert sitter.page.locator('#status[data-state="FAILED"]').count(), sitter.page.inner_text("main")
        expect(sitter.page.get_by_text(words)).to_be_visible()
