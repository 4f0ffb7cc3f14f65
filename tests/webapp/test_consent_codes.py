"""Where a sitter gave an address, their private link opens in a new browser only with a code that is sent there."""

from __future__ import annotations

import logging
import re
import time

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.webapp.acts import agreed_by_link
from tests.webapp.sitters import portal_page as page
from webapp.consent import codes
from webapp.consent.models import Sitter
from webapp.errors_text import Refused

pytestmark = pytest.mark.django_db
CLOSED, CODE = "Open your private link", reverse("sitter:code")


@pytest.fixture
def link(creator) -> str:
    link = agreed_by_link(creator, email="ada@example.org")[1]
    mail.outbox.clear()
    return link


@pytest.fixture
def open_link(link, django_capture_on_commit_callbacks):
    def open_in(phone: Client) -> str:
        """Open the link; the code that was sent last."""
        with django_capture_on_commit_callbacks(execute=True):
            assert phone.get(link)["Location"] == CODE
        return re.match(r"\d{6}", mail.outbox[-1].body)[0] if mail.outbox else ""

    return open_in


@pytest.fixture
def pass_time(monkeypatch):
    """Let some seconds pass, for whoever asks the clock."""
    now = time.time
    passed = 0

    def wait(seconds: float) -> None:
        nonlocal passed
        passed += seconds + 1
        monkeypatch.setattr(time, "time", lambda: now() + passed)

    return wait


def test_the_right_code_opens_the_page_and_the_browser_is_known_from_then_on(link, open_link):
    phone = Client()
    digits = open_link(phone)
    assert mail.outbox[-1].to == ["ada@example.org"]
    assert CLOSED in page(phone)
    assert "a…@example.org" in phone.get(CODE).content.decode()
    assert phone.post(CODE, {"code": f"{digits[:3]} {digits[3:]}"})["Location"] == reverse("sitter:portal")
    assert CLOSED not in page(phone)
    assert phone.get(link)["Location"] == reverse("sitter:portal")


def test_a_code_counts_once_and_for_ten_minutes(open_link, pass_time):
    phone = Client()
    digits = open_link(phone)
    pass_time(codes.VALID_S)
    assert "This is not the code" in phone.post(CODE, {"code": digits}).content.decode()
    digits = open_link(phone)
    sitter = Sitter.objects.get()
    assert [codes.accept(sitter, digits) for _ in range(2)] == [True, False]


def test_five_wrong_tries_end_a_code(open_link):
    phone = Client()
    digits = open_link(phone)
    wrong = f"{(int(digits) + 1) % 10**6:06}"
    for _ in range(codes.TRIES):
        phone.post(CODE, {"code": wrong})
    phone.post(CODE, {"code": digits})
    assert CLOSED in page(phone)


def test_letters_are_few(open_link, pass_time):
    phone = Client()
    for _ in range(2):
        open_link(phone)
    assert len(mail.outbox) == 1
    for _ in range(codes.PER_HOUR + 1):
        pass_time(codes.AGAIN_AFTER_S)
        open_link(phone)
    assert len(mail.outbox) == codes.PER_HOUR
    assert "Five codes were sent" in phone.get(CODE).content.decode()
    pass_time(codes.AGAIN_AFTER_S)
    with pytest.raises(Refused):
        codes.send(Sitter.objects.get())


def test_only_the_latest_code_works(open_link, pass_time):
    phone = Client()
    first = open_link(phone)
    pass_time(codes.AGAIN_AFTER_S)
    second = open_link(phone)
    sitter = Sitter.objects.get()
    assert first == second or not codes.accept(sitter, first)
    assert codes.accept(sitter, second)


def test_who_asks_for_another_code_is_told_that_it_comes(open_link):
    phone = Client()
    open_link(phone)
    told = phone.post(reverse("sitter:code-again"), follow=True).content.decode()
    assert "A code is on its way" in told


def test_neither_logs_nor_cache_hold_a_code(open_link, caplog):
    caplog.set_level(logging.DEBUG)
    phone = Client()
    digits = open_link(phone)
    assert digits not in str(cache._cache.values())
    phone.post(CODE, {"code": digits})
    told = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert digits not in " ".join(told)


def test_without_an_address_the_link_alone_opens_the_page(creator):
    phone = Client()
    assert phone.get(agreed_by_link(creator)[1])["Location"] == reverse("sitter:portal")
    assert CLOSED not in page(phone)


def test_the_code_page_is_nothing_without_the_link():
    assert Client().get(CODE)["Location"] == reverse("sitter:portal")
    assert Client().post(reverse("sitter:code-again"))["Location"] == CODE
    assert not mail.outbox
