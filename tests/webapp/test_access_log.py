"""The log of requests holds nothing that opens an account and nothing that was searched for."""

from __future__ import annotations

import runpy
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from gunicorn.config import Config

SETTINGS = Path(__file__).parents[2] / "gunicorn.conf.py"


def logged(path: str, query: str = "") -> str:
    """The line that one request leaves."""
    settings = runpy.run_path(str(SETTINGS))
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": f"{path}?{query}",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_REFERER": f"http://localhost{path}?{query}",
    }
    response = SimpleNamespace(status="200 OK", sent=10, headers=[])
    request = SimpleNamespace(headers=[])
    atoms = settings["logger_class"](Config()).atoms(response, request, environ, timedelta(milliseconds=3))
    return str(settings["access_log_format"] % atoms)


def test_a_request_is_told_with_its_answer():
    assert '"GET /videos/" 200 10 3 ms' in logged("/videos/")


LINKS = (
    "/accounts/confirm-email/",
    "/accounts/password/reset/key/1a-",
    "/agree/link/",
    "/sitter/link/",
    "/report/mine/link/",
)


@pytest.mark.parametrize("path", [f"{link}SECRET/" for link in LINKS])
def test_the_key_of_a_one_time_link_is_not_written_down(path):
    assert "SECRET" not in logged(path)


def test_the_address_of_a_live_check_which_is_all_that_its_sitter_needs_is_not_written_down():
    key = str(uuid4())
    assert key not in logged(f"/live/{key}/film/")
    assert "/live/waiting/" in logged("/live/waiting/")


def test_what_an_auditor_searches_for_is_not_written_down():
    assert "ada@example.org" not in logged("/audit/", "actor=ada@example.org")
