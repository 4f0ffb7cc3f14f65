"""The ledger has no gaps, no second thoughts and a proof for every entry."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from provenance import ledger
from tests.webapp.factories import make_job
from webapp import immutable
from webapp.accounts.models import Role
from webapp.accounts.services import change_role
from webapp.audit import tree
from webapp.audit.checking import faults
from webapp.audit.models import Kind, LedgerEntry
from webapp.audit.services import append, prove_inclusion, spreadsheet_safe
from webapp.consent.services import withdraw_consent
from webapp.videos.services import cancel_video

WRITERS, ENTRIES_EACH = 4, 8


def note(number: int = 0) -> LedgerEntry:
    return append(kind=Kind.DOWNLOAD, actor=None, object_id=f"thing-{number}", number=number)


def test_the_docs_tell_of_every_kind_of_act_and_of_no_other():
    docs = (Path(__file__).parents[2] / "docs" / "ledger.md").read_text("utf-8")
    rows = docs.partition("## What is recorded")[2].partition("##")[0].splitlines()
    told = re.findall(r"`([\w-]+)`", " ".join(row.split("|")[1] for row in rows if row.startswith("|")))
    assert sorted(told) == sorted(Kind.values)


@pytest.mark.django_db
def test_entries_are_numbered_without_gaps():
    assert [note(n).index for n in range(5)] == [0, 1, 2, 3, 4]


@pytest.mark.django_db
def test_what_is_rolled_back_leaves_no_gap():
    note()

    with transaction.atomic():
        note()
        transaction.set_rollback(True)
    assert note().index == 1


def test_writers_at_the_same_time_leave_no_gap(committed_db):
    def write(writer: int) -> None:
        try:
            for number in range(ENTRIES_EACH):
                note(100 * writer + number)
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    indices = list(LedgerEntry.objects.order_by("index").values_list("index", flat=True))
    assert indices == list(range(WRITERS * ENTRIES_EACH))
    assert list(faults()) == []


@pytest.mark.django_db
def test_the_database_refuses_to_change_or_delete_an_entry():
    entry = note()
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.filter(pk=entry.pk).update(object="another")
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.filter(pk=entry.pk).delete()
    assert LedgerEntry.objects.get() == entry


@pytest.mark.django_db
def test_every_entry_is_proved_against_the_root(creator):
    cancel_video(job=make_job(creator), by=creator)
    for number in range(6):
        note(number)
    _, root = tree.state()
    for entry in LedgerEntry.objects.all():
        proof = prove_inclusion(entry)
        path = [bytes.fromhex(step) for step in proof.path]
        leaf = ledger.leaf_hash(entry.leaf.encode())
        assert ledger.verify_inclusion(leaf, proof.index, proof.tree_size, path, root)


def test_a_forced_change_shows(committed_db):
    note(1)
    with connection.schema_editor() as editor:
        immutable.drop(editor, "audit_ledgerentry")
    LedgerEntry.objects.update(object="another")
    assert list(faults()) == ["Entry 0: its facts is not what its bytes bind."]


@pytest.mark.django_db
def test_neither_people_nor_videos_can_be_read_from_what_is_hashed(creator):
    cancel_video(job=make_job(creator), by=creator)
    for entry in LedgerEntry.objects.all():
        for private in (creator.email, str(creator.pk), creator.pseudonym, entry.object):
            assert private not in entry.leaf
    assert LedgerEntry.objects.get(kind=Kind.CANCEL).actor == creator.pseudonym


@pytest.mark.slow
def test_the_benchmark_works_in_a_database_of_its_own(db):
    said = subprocess.run(
        [sys.executable, "manage.py", "bench_ledger", "--entries", "300", "--tries", "3", "--json"],
        cwd=Path(__file__).resolve().parents[2],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "webapp.settings_test"},
        capture_output=True,
        text=True,
        check=True,
    )
    measured = json.loads(said.stdout)
    assert (measured["engine"], measured["entries"]) == (connection.vendor, 300)
    assert measured["append_ms"]["median"] > 0
    assert not LedgerEntry.objects.exists()


@pytest.mark.django_db
def test_a_role_changes_once_and_is_written_down(creator):
    change_role(user=creator, role=Role.REVIEWER, by=None)
    change_role(user=creator, role=Role.REVIEWER, by=None)
    assert LedgerEntry.objects.filter(kind=Kind.ROLE).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 3),
        ({"kind": "cancel"}, 1),
        ({"kind": "nonsense"}, 0),
        ({"actor": "person"}, 1),
        ({"actor": "nobody"}, 0),
        ({"text": "needle"}, 1),
        ({"since": "2000-01-01"}, 3),
        ({"until": "2000-01-01"}, 0),
        ({"object": "THING-7"}, 1),
        ({"text": "Cancelled"}, 1),
        ({"text": "withdrawn"}, 0),
        ({"since": "31.7.2026"}, 0),
    ],
)
def test_auditors_search(log_in, auditor, creator, query, found):
    cancel_video(job=make_job(creator), by=creator)
    note(7)
    append(kind=Kind.RENDER, actor=None, object_id="x", weights=["needle"])
    page = log_in(auditor).get(reverse("audit:list"), query)
    assert len(page.context["rows"]) == found


@pytest.mark.django_db
def test_a_video_is_found_by_its_code_and_by_its_id(log_in, auditor, creator):
    job = make_job(creator)
    append(kind=Kind.REQUEST, actor=creator, object_id=job.pk, code=job.code_hex)
    for told in (job.code_hex.lower(), str(job.pk), job.pk.hex):
        page = log_in(auditor).get(reverse("audit:list"), {"object": told})
        assert len(page.context["rows"]) == 1, told


@pytest.mark.django_db
def test_the_export_is_the_same_search_as_a_file(log_in, auditor, creator):
    cancel_video(job=make_job(creator), by=creator)
    note()
    answer = log_in(auditor).get(reverse("audit:export"), {"kind": "cancel"})
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [row["kind"] for row in rows] == ["cancel"]
    assert rows[0]["actor_email"] == creator.email


@pytest.mark.django_db
def test_a_withdrawal_is_found_by_the_word_that_the_list_shows(log_in, auditor, creator):
    withdraw_consent(consent=make_job(creator).consent, by=creator)
    rows = log_in(auditor).get(reverse("audit:list"), {"text": "withdrawn"}).context["rows"]
    assert [row["entry"].kind for row in rows] == [Kind.WITHDRAWAL]


@pytest.mark.django_db
def test_a_day_that_is_none_is_told_on_the_page_and_never_exported_as_an_empty_file(log_in, auditor):
    client = log_in(auditor)
    query = {"since": "31.7.2026"}
    page = client.get(reverse("audit:export"), query, follow=True)
    assert page.redirect_chain
    for text in (page.content.decode(), client.get(reverse("audit:list"), query).content.decode()):
        assert "This is no day. Write it like 2026-07-31." in text
        assert "No entry fits" not in text


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1"])
def test_no_cell_runs_in_a_spreadsheet(evil):
    assert spreadsheet_safe(evil).startswith("'")


def test_harmless_cells_stay_as_they_are():
    assert spreadsheet_safe(12) == "12"
    assert spreadsheet_safe("a=b") == "a=b"
