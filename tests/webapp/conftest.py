"""What the tests of the site share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client

from provenance import keys
from tests.webapp.factories import make_user
from webapp import immutable
from webapp.accounts.models import Role, User

KEEPING = (
    "webapp.audit.migrations.0005_append_only_again",
    "webapp.consent.migrations.0004_keep_receipts",
    "webapp.consent.migrations.0007_keep_purposes",
    "webapp.consent.migrations.0009_keep_live_checks",
    "webapp.consent.migrations.0012_keep_own_voice",
    "webapp.moderation.migrations.0002_kept",
    "webapp.moderation.migrations.0004_appeals_kept",
)
KEPT = [
    step
    for migration in KEEPING
    for step in import_module(migration).Migration.operations
    if isinstance(step, immutable.KeepRows)
]
HISTORY = [step.table for step in KEPT]
SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.fixture(scope="session", autouse=True)
def site_keys() -> None:
    """Watermark key and signing chain in the tests' throw-away folder."""
    keys.create(settings.KEYS)


@pytest.fixture(autouse=True)
def _fresh_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def log_in(db: None) -> Callable[[User], Client]:
    """A browser of somebody's."""

    def client_of(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return client_of


@pytest.fixture
def creator(db: None) -> User:
    return make_user()


@pytest.fixture
def stranger(db: None) -> User:
    return make_user()


@pytest.fixture
def reviewer(db: None) -> User:
    return make_user(Role.REVIEWER)


@pytest.fixture
def auditor(db: None) -> User:
    return make_user(Role.AUDITOR)


@pytest.fixture
def committed_db(transactional_db: None) -> Iterator[None]:
    """A database whose rows other threads see; emptied afterwards, which history's triggers forbid."""
    yield
    with connection.schema_editor() as editor:
        for table in HISTORY:
            immutable.drop(editor, table)
    call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)
    with connection.schema_editor() as editor:
        for step in KEPT:
            step.code(None, editor)
