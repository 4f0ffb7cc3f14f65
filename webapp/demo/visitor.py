"""A visitor of the website without JavaScript: opens pages, fills in their forms, follows where they lead."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from webapp.demo.errors import JourneyFailed

TIMEOUT = 60  # seconds for one answer of the site
CHUNK = 1 << 16  # bytes written at a time while downloading
POLL = 0.5  # seconds between two looks at a status


@dataclass
class Form:
    """A form of a page, with the values that it would send untouched."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Page:
    """What one address answered."""

    url: str
    status: int
    html: str
    forms: tuple[Form, ...]
    text: str  # of the main part, on one line

    @property
    def path(self) -> str:
        """The address without the site's name."""
        return urlsplit(self.url).path

    def form_with(self, *names: str) -> Form:
        """The first form that has all of these fields."""
        for form in self.forms:
            if form.names.issuperset(names):
                return form
        raise JourneyFailed(
            f"{self.path} ({self.status}) has no form with {', '.join(names)}. It says: {self.text[:400]}"
        )

    def form_to(self, ending: str) -> Form:
        """The form whose action ends like this."""
        for form in self.forms:
            if urlsplit(form.action).path.endswith(ending):
                return form
        raise JourneyFailed(f"{self.path} ({self.status}) has no form to …{ending}. It says: {self.text[:400]}")

    def state(self) -> str:
        """The `data-state` of the page's status element."""
        found = re.search(r'data-state="(\w+)"', self.html)
        if found is None:
            raise JourneyFailed(f"{self.path} ({self.status}) shows no state. It says: {self.text[:400]}")
        return found.group(1)


class Visitor:
    """One person at one browser."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy between us and this machine

    def open(self, path: str) -> Page:
        """The page at `path`, redirects followed."""
        return self._read(self._session.get(urljoin(self.address, path), timeout=TIMEOUT))

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
        return self._read(answer)

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

    def _read(self, answer: requests.Response) -> Page:
        reader = _Reader()
        reader.feed(answer.text)
        text = " ".join("".join(reader.text).split())
        return Page(answer.url, answer.status_code, answer.text, tuple(reader.forms), text)


class _Reader(HTMLParser):
    """Collects the forms, and the text of the page's main part."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.text: list[str] = []
        self._form: Form | None = None
        self._select = ""
        self._area = ""
        self._in_main = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._in_main = self._in_main or tag == "main"
        if tag == "form":
            self._form = Form(values.get("action", ""), values.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(tag, values)

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self._in_main = False
        elif tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None:
            self._form.values[self._area] += data
        elif self._in_main:
            self.text.append(data + " ")

    def _field(self, tag: str, values: dict[str, str]) -> None:
        assert self._form is not None
        name = values.get("name", "")
        if tag == "option" and self._select:
            first = self._select not in self._form.values
            if first or "selected" in values:
                self._form.values[self._select] = values.get("value", "")
            return
        if not name:
            return
        self._form.names.add(name)
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area = name
            self._form.values[name] = ""
        elif tag == "input" and values.get("type", "text") not in {"file", "submit", "button", "image"}:
            chosen = values.get("type") not in {"radio", "checkbox"} or "checked" in values
            if chosen:
                self._form.values[name] = values.get("value", "on" if values.get("type") == "checkbox" else "")
