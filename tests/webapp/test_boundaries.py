"""What the web process must not load, what no log line may hold, and which tasks there are."""

from __future__ import annotations

import fnmatch
import logging
import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.webapp.factories import make_job, make_user
from webapp import workbench
from webapp.celery import app
from webapp.consent.services import withdraw_consent

HEAVY = ("torch", "generation.portrait", "generation.speech", "generation.pipeline", "mediapipe", "onnxruntime")
LOAD_THE_SITE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "webapp.settings_test"
from webapp.wsgi import application
from django.urls import get_resolver
patterns = [get_resolver()]
while patterns:
    patterns.extend(getattr(patterns.pop(), "url_patterns", []))
from django.test import Client
assert Client().get("/", headers={"host": "localhost"}).status_code == 200
print(*sorted(sys.modules))
"""


@pytest.mark.slow
def test_the_web_process_never_loads_the_engine():
    loaded = subprocess.run(
        [sys.executable, "-c", LOAD_THE_SITE], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "webapp.videos.views" in loaded
    assert not set(HEAVY) & set(loaded)


@pytest.mark.django_db
def test_statements_names_and_addresses_do_not_reach_the_log(caplog):
    caplog.set_level(logging.DEBUG)
    owner = make_user()
    job = make_job(owner)
    withdraw_consent(consent=job.consent, by=owner, reason="Private reason")
    for private in (job.consent.statement, job.consent.sitter_name, owner.email, "Private reason"):
        told = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
        assert private not in "\n".join(told)


def test_a_fault_is_told_by_kind_and_place_without_its_words():
    try:
        raise ValueError("the secret transcript")
    except ValueError as fault:
        told = workbench._where(fault)
    assert told.startswith("ValueError at test_boundaries.py:")
    assert "secret" not in told


SERVE = "from webapp.wsgi import application; print('serving')"


@pytest.mark.parametrize(
    ("told", "serves"),
    [
        ({"SITTER_HTTPS": "1", "EMAIL_URL": ""}, False),
        pytest.param({"SITTER_HTTPS": "1", "EMAIL_URL": "consolemail://"}, False, marks=pytest.mark.slow),
        pytest.param({"SITTER_HTTPS": "1", "EMAIL_URL": "filemail:////tmp/letters"}, True, marks=pytest.mark.slow),
        pytest.param({"SITTER_HTTPS": "0", "EMAIL_URL": ""}, True, marks=pytest.mark.slow),
    ],
)
def test_a_site_for_strangers_does_not_start_while_its_letters_would_go_into_the_log(tmp_path, told, serves):
    env = os.environ | told | {"DJANGO_SETTINGS_MODULE": "webapp.settings", "SITTER_DATA": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", SERVE], capture_output=True, text=True, env=env, check=False)
    assert ("serving" in done.stdout) == serves, done.stderr
    assert ("EMAIL_URL is not set" in done.stderr) != serves


def test_what_beat_sends_and_queues_take_are_tasks_of_the_site():
    app.loader.import_default_modules()
    ours = [name for name in app.tasks if name.startswith("webapp.")]
    assert {round_["task"] for round_ in settings.CELERY_BEAT_SCHEDULE.values()} <= set(ours)
    for pattern in settings.CELERY_TASK_ROUTES:
        assert fnmatch.filter(ours, pattern), pattern
    for task in ours:
        assert any(fnmatch.fnmatch(task, pattern) for pattern in settings.CELERY_TASK_ROUTES), task
