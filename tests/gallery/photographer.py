"""A live site, a browser, and what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.testing import StaticLiveServerTestCase
from django.core.management import call_command
from django.test.signals import template_rendered
from django.test.testcases import LiveServerThread
from django.test.utils import setup_test_environment
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page

from provenance import keys
from tests.e2e.browser import SHOW_PICTURES, chromium
from tests.gallery.rows import House
from tests.gallery.shots import Shot, all_shots
from webapp.demo.site import ROOT

KINDS: dict[str, dict[str, Any]] = {
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "is_mobile": True,
        "has_touch": True,
        "color_scheme": "light",
    },
    "dark": {
        "viewport": {"width": 390, "height": 844},
        "is_mobile": True,
        "has_touch": True,
        "color_scheme": "dark",
    },
    "desk": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
}
TARGET = 24  # px, the least of a target (WCAG 2.2, 2.5.8); links in running text are exempt
SMALL = """least => [...document.querySelectorAll("button, .button, summary, select, input:not([type=hidden])")]
  .filter(one => one.checkVisibility()).map(one => [one, (one.closest("label") ?? one).getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && (box.width < least || box.height < least))
  .map(([one, box]) => `${one.outerHTML.slice(0, 60)} ${Math.round(box.width)}×${Math.round(box.height)}`)"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
THUMB, TALL, ACROSS = 260, 900, 8  # px of a page on a sheet, at most; pages beside each other
PER_SHEET = 24


def take_pictures(*, out: Path, only: str, kind: str) -> Iterator[str]:
    """Pictures and sheets in `out`; yields what is wrong with pages."""
    shown: set[str] = set()
    template_rendered.connect(lambda template, **_: shown.add(template.name), weak=False)
    with _site() as address, chromium() as browser:
        shots = [shot for shot in all_shots(House()) if only in shot.name]
        for name in [kind] if kind else KINDS:
            taken = []
            for number, shot in enumerate(shots):
                file = out / name / f"{number:02} {re.sub(r'[^a-z]+', '-', shot.name.lower())}.png"
                yield from (f"{name}: {shot.name}: {fault}" for fault in _take(browser, address, name, shot, file))
                taken.append(file)
            _sheets(taken, out, name)
    if not only:
        yield from (f"never shown: {name}" for name in _pages() if name not in shown)


def _pages() -> Iterator[str]:
    """Templates that are whole pages."""
    folder = ROOT / "templates"
    for file in sorted(folder.glob("**/*.html")):
        if "{% extends" in file.read_text() and not {"allauth", "admin"} & set(file.parts):
            yield str(file.relative_to(folder))


@contextmanager
def _site() -> Iterator[str]:
    setup_test_environment(debug=False)
    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    keys.create(settings.KEYS)
    server = LiveServerThread("localhost", StaticLiveServerTestCase.static_handler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"http://localhost:{server.port}"
    server.terminate()


def _take(browser: Browser, address: str, kind: str, shot: Shot, file: Path) -> Iterator[str]:
    context = browser.new_context(base_url=address, reduced_motion="reduce", **KINDS[kind])
    cookies = [{"name": name, "value": value.value, "url": address} for name, value in shot.who.cookies.items()]
    context.add_cookies(cookies)  # type: ignore[arg-type]
    page = context.new_page()
    try:
        page.goto(shot.path)
        if shot.html:
            page.set_content(shot.html)
        page.evaluate(SHOW_PICTURES)
        if shot.press:
            page.click(shot.press)
        file.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=file, full_page=True)
        yield from _faults(page)
    finally:
        context.close()


def _faults(page: Page) -> Iterator[str]:
    wide = page.evaluate(TOO_WIDE)
    if wide > 0:
        yield f"{wide} px too wide"
    yield from (f"small target: {target}" for target in page.evaluate(SMALL, TARGET))
    if "server error" in page.title().lower():
        yield "an error of ours"


def _sheets(files: list[Path], out: Path, kind: str) -> None:
    for first in range(0, len(files), PER_SHEET):
        part = files[first : first + PER_SHEET]
        pictures = [_small(file) for file in part]
        rows = [pictures[start : start + ACROSS] for start in range(0, len(pictures), ACROSS)]
        heights = [max(picture.height for picture in row) + 24 for row in rows]
        sheet = Image.new("RGB", (ACROSS * (THUMB + 10), sum(heights)), "#888")
        draw = ImageDraw.Draw(sheet)
        for row, pictures_of_row in enumerate(rows):
            for column, picture in enumerate(pictures_of_row):
                place = column * (THUMB + 10), sum(heights[:row])
                draw.text(place, part[row * ACROSS + column].stem[:42], fill="white")
                sheet.paste(picture, (place[0], place[1] + 16))
        sheet.save(out / f"{kind}-sheet-{first // PER_SHEET}.png")


def _small(file: Path) -> Image.Image:
    picture = Image.open(file).convert("RGB")
    small = picture.resize((THUMB, max(1, picture.height * THUMB // picture.width)))
    return small.crop((0, 0, THUMB, min(TALL, small.height)))
