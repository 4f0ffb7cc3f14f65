"""A visitor of the website without JavaScript: opens pages, fills in their forms, follows where they lead."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

from webapp.demo.errors import JourneyFailed
from webapp.demo.pages import Form, Page, read_page

TIMEOUT = 60  # seconds for one answer of the site
CHUNK = 1 << 16  # bytes written at a time while downloading
POLL = 0.5  # seconds between two looks at a status


class Visitor:
    """One person at one browser."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy between us and this machine

    def open(self, path: str) -> Page:
        """The page at `path`, redirects followed."""
        return _read(self._session.get(urljoin(self.address, path), timeout=TIMEOUT))

    def submit(
        self, page: Page, form: Form, fields: Mapping[str, str], files: Mapping[str, Path] | None = None
    ) -> Page:
        """Fill in and send a form of `page`; the answer, redirects followed."""
        target = urljoin(page.url, form.action) if form.action else page.url
        opened = {name: (path.name, path.read_bytes()) for name, path in (files or {}).items()}
        answer = self._session.post(
            target,
            data=form.values | dict(fields),
            files=opened or None,
            headers={"Referer": page.url},
            timeout=TIMEOUT,
        )
        return _read(answer)

    def log_in(self, email: str, password: str) -> None:
        """Log in, or raise JourneyFailed with what the page says."""
        page = self.open("/accounts/login/")
        answer = self.submit(page, page.form_with("login", "password"), {"login": email, "password": password})
        if answer.path == "/accounts/login/":
            raise JourneyFailed(f"{email} could not log in: {answer.text[:400]}")

    def json(self, path: str) -> dict[str, Any]:
        """What `path` says to programs."""
        answer = self._session.get(
            urljoin(self.address, path), headers={"Accept": "application/json"}, timeout=TIMEOUT
        )
        if answer.status_code != requests.codes.ok:
            raise JourneyFailed(f"{path} answered {answer.status_code}.")
        said: dict[str, Any] = answer.json()
        return said

    def status_of(self, path: str) -> int:
        """The HTTP status that `path` answers, redirects not followed."""
        with self._session.get(
            urljoin(self.address, path), timeout=TIMEOUT, allow_redirects=False, stream=True
        ) as answer:
            return answer.status_code

    def download(self, path: str, out: Path) -> Path:
        """Save what `path` answers."""
        out.parent.mkdir(parents=True, exist_ok=True)
        with self._session.get(urljoin(self.address, path), timeout=TIMEOUT, stream=True) as answer:
            if answer.status_code != requests.codes.ok:
                raise JourneyFailed(f"{path} answered {answer.status_code} instead of a file.")
            with out.open("wb") as file:
                for chunk in answer.iter_content(CHUNK):
                    file.write(chunk)
        return out

    def wait(self, path: str, *, while_in: set[str], seconds: float, check: Callable[[], None]) -> Page:
        """The page once its state has left `while_in`; `check` may raise when waiting has become pointless."""
        deadline = time.monotonic() + seconds
        while (page := self.open(path)).state() in while_in:
            check()
            if time.monotonic() > deadline:
                raise JourneyFailed(f"{path} was still {page.state()} after {seconds:.0f} s.")
            time.sleep(POLL)
        return page


def _read(answer: requests.Response) -> Page:
    return read_page(answer.url, answer.status_code, answer.text)
