"""Pages are read, and their forms filled in, as a browser without JavaScript would."""

from __future__ import annotations

import pytest

from webapp.demo.errors import JourneyFailed
from webapp.demo.pages import Form, Page, read_page

PAGE = """
<html><head><title>Not read</title><style>nor this</style></head><body>
<nav>Nor the way</nav>
<main>
<form action="/search/"><input name="q" value="old"></form>
<form method="post" action="/videos/new/">
  <input type="hidden" name="csrfmiddlewaretoken" value="token">
  <input type="radio" name="depicted" value="MYSELF"><input type="radio" name="depicted" value="OTHER" checked>
  <input type="checkbox" name="confirm"><input type="checkbox" name="agree" checked>
  <select name="emotion"><option value="neutral">Neutral</option>
  <option value="happy" selected>Happy</option></select>
  <select name="size"><option value="512">512</option><option value="1024">1024</option></select>
  <textarea name="note">Dear
reviewer</textarea>
  <input type="file" name="file"><button name="go" value="1">Send</button>
</form>
<p id="status" data-state="READY">It is   ready.</p></main></body></html>
"""


def read(html: str) -> Page:
    return read_page("http://x/videos/new/", 200, html)


def test_a_form_sends_what_stands_in_it() -> None:
    form = read(PAGE).form_with("file", "emotion")
    assert form.action == "/videos/new/"
    assert form.values == {
        "csrfmiddlewaretoken": "token",
        "depicted": "OTHER",
        "agree": "on",
        "emotion": "happy",
        "size": "512",
        "note": "Dear\nreviewer",
    }


def test_the_text_is_that_of_the_main_part() -> None:
    assert "It is ready." in read(PAGE).text
    assert "Not read" not in read(PAGE).text
    assert "Nor the way" not in read(PAGE).text


def test_the_state_is_read_from_the_page() -> None:
    assert read(PAGE).state() == "READY"


def test_a_missing_form_is_reported_with_what_the_page_says() -> None:
    with pytest.raises(JourneyFailed, match=r"no form with password.*It is ready"):
        read(PAGE).form_with("password")


def test_forms_are_found_by_where_they_go() -> None:
    assert isinstance(read(PAGE).form_to("/search/"), Form)
