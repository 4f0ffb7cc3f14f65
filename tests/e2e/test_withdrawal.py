"""The worker lane: a sitter withdraws everything while it waits, is painted, is held and is out."""

from __future__ import annotations

import pytest

from webapp.demo.withdrawal import HELD, PAINTERS, PUBLISHED, bench

pytestmark = [pytest.mark.worker, pytest.mark.timeout(900)]


def test_a_withdrawal_reaches_everything_and_nothing_begins_anew() -> None:
    """It raises where something goes on; how fast it is, `manage.py bench_withdrawal` prints."""
    measured = bench(jobs=4)
    assert measured["running"] == PAINTERS
    assert (measured["held"], measured["published"]) == (HELD, PUBLISHED)
