"""A page of the site as somebody without JavaScript has it: its forms, its text, its state."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from webapp.demo.errors import JourneyFailed


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


def read_page(url: str, status: int, html: str) -> Page:
    """What `url` answered, read."""
    reader = _Reader()
    reader.feed(html)
    return Page(url, status, html, tuple(reader.forms), " ".join("".join(reader.text).split()))


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
