"""A headless Chromium, and a person who uses the site with it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright, expect, sync_playwright

from tests.e2e.stages import Stage
from webapp.demo.accounts import Account
from webapp.demo.site import ROOT

SCREENSHOTS = ROOT / "build" / "screenshots"
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
QUIET += ("--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required")
SHOW_PICTURES = """Promise.all([...document.images].map(picture => {
  picture.loading = "eager";
  return picture.decode().catch(() => {});
}))"""
PATIENCE_MS = 15_000  # for a page
RENDER_MS = 300_000  # for a video of 7 s on two busy cores


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, silent toward the network."""
    with sync_playwright() as playwright, chromium_with(playwright) as browser:
        yield browser


@contextmanager
def chromium_with(playwright: Playwright, *arguments: str) -> Iterator[Browser]:
    """The same, with more arguments: one Playwright runs several."""
    program = shutil.which("chromium")
    assert program, "Chromium is missing; scripts/setup_tests.sh installs it."
    browser = playwright.chromium.launch(executable_path=program, args=[*QUIET, *arguments])
    try:
        yield browser
    finally:
        browser.close()


class Person:
    """One person, one browser window; keeps what the browser complained about."""

    def __init__(
        self,
        browser: Browser,
        stage: Stage,
        name: str,
        *,
        width: int,
        height: int,
        scripts: bool = True,
        dark: bool = False,
    ) -> None:
        self.stage = stage
        self.name = name
        self.complaints: list[str] = []
        self.context: BrowserContext = browser.new_context(
            base_url=stage.site.address,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            is_mobile=width < 600,
            has_touch=width < 600,
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda said: self._complain(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self._complain(str(error)))
        self.page.on("request", lambda request: self._stay_home(request.url))

    def close(self) -> None:
        """Close the window."""
        self.context.close()

    def go(self, path: str) -> None:
        """Open an address of the site."""
        self.page.goto(path)

    def form(self, *fields: str) -> Locator:
        """The form that has all of these fields."""
        having = "".join(f":has([name={field}])" for field in fields)
        return self.page.locator(f"form{having}").first

    def send(self, *fields: str) -> None:
        """Press the button of the form that has these fields."""
        self.form(*fields).locator("button[type=submit], button:not([type])").last.click()

    def log_in(self, account: Account) -> None:
        """Log in through the page."""
        self.go("/accounts/login/")
        self.page.fill("[name=login]", account.email)
        self.page.fill("[name=password]", account.password)
        self.send("login", "password")
        expect(self.page).not_to_have_url(re.compile("/accounts/login/"))

    def upload(self, path: str, file: Path) -> None:
        """Upload by the file field and wait until the check is done."""
        self.go(path)
        self.page.set_input_files("[name=file]", file)
        if self.page.url.endswith(path):  # a page that sends on choosing has already left
            self.send("file")
        expect(self.page).not_to_have_url(re.compile(f"{path}$"))

    def drop(self, file: Path) -> None:
        """Drag a file from the desk onto the upload zone, as the system reports it to the browser."""
        box = self.page.locator("[data-upload]").bounding_box()
        assert box
        spot = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        data = {"items": [], "files": [str(file)], "dragOperationsMask": 1}
        session = self.context.new_cdp_session(self.page)
        for kind in ("dragEnter", "dragOver", "drop"):
            session.send("Input.dispatchDragEvent", {"type": kind, "data": data, **spot})

    def expect_state(self, state: str, *, timeout: int = PATIENCE_MS) -> None:
        """Wait, without reloading, until the page shows this state; a refusal or failure ends the wait."""
        arrived = self.page.locator(f'#status[data-state="{state}"]')
        ended = self.page.locator('#status[data-state="REFUSED"], #status[data-state="FAILED"]')
        expect(arrived.or_(ended)).to_be_attached(timeout=timeout)
        assert arrived.count(), self.page.inner_text("main")

    def picture(self, name: str) -> None:
        """Save a screenshot, and see that nothing sticks out to the side."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.evaluate(SHOW_PICTURES)
        self.page.screenshot(path=SCREENSHOTS / f"{self.name}-{name}.png", full_page=True)
        overhang = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overhang <= 0, f"{self.page.url} is {overhang} px too wide"

    def number(self) -> str:
        """The id in the page's address."""
        return self.page.url.rstrip("/").rpartition("/")[2]

    def _complain(self, text: str) -> None:
        self.complaints.append(f"{self.page.url}: {text}")

    def _stay_home(self, url: str) -> None:
        if not url.startswith((self.stage.site.address, "data:", "blob:")):
            self._complain(f"asked {url}")
