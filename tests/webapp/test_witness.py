"""A real witness before a real server: silent while the log only grows, loud over anything else.

The database's triggers are dropped first, as only somebody with the database's own password can.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from provenance import ledger, places, witness, witness_log
from provenance.errors import FileRefused
from provenance.witness import Alarm
from provenance.witness_log import Unreachable
from tests.webapp.conftest import HISTORY
from webapp import immutable
from webapp.audit import heads, public, tasks, tree
from webapp.audit.models import Kind, LedgerEntry, LedgerNode, LedgerTree, SignedTreeHead
from webapp.audit.services import append

ROOT = Path(__file__).resolve().parents[2]
Look = Callable[[], witness.Sighting]


def grow(count: int, sort: str = "thing") -> None:
    """Record `count` acts and sign."""
    with transaction.atomic():
        for number in range(count):
            append(kind=Kind.DOWNLOAD, actor=None, object_id=f"{sort}-{number}")
    heads.sign_head(settings.KEYS)


def unlock() -> None:
    """Take the triggers off every table of the ledger."""
    with connection.schema_editor() as editor:
        for table in HISTORY:
            immutable.drop(editor, table)


def go_back_to(size: int) -> None:
    """Make the ledger forget everything after `size` entries, thoroughly: entries, nodes, heads, edge."""
    SignedTreeHead.objects.filter(tree_size__gt=size).delete()
    LedgerEntry.objects.filter(index__gte=size).delete()
    edge = ledger.Frontier()
    LedgerNode.objects.all().delete()
    for leaf in LedgerEntry.objects.order_by("index").values_list("leaf_hash", flat=True):
        made = edge.append(bytes.fromhex(leaf))
        LedgerNode.objects.bulk_create(LedgerNode(id=tree.node_id(node), hash=value) for node, value in made)
    LedgerTree.objects.update(size=edge.size, peaks=b"".join(edge.hashes))


@pytest.fixture
def log(committed_db, live_server) -> str:
    """The address of a log with ten entries."""
    grow(10)
    return f"{live_server.url}/log/"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state.json"


@pytest.fixture
def look(log: str, state: Path) -> Look:
    """A witness that has looked once; each call is another look."""
    assert witness.audit(log, state).first_look
    return lambda: witness.audit(log, state)


def alarm_of(look: Look) -> str:
    with pytest.raises(Alarm) as raised:
        look()
    return raised.value.code


def run(log: str, state: Path) -> tuple[int, dict[str, object], str]:
    command = [sys.executable, "-m", "provenance", "audit", log, "--state", str(state), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout), done.stderr


@pytest.mark.slow
def test_the_command_is_silent_over_growth_and_names_a_row_that_was_changed(log, state):
    status, said, _ = run(log, state)
    assert (status, said["tree_size"], said["consistent"]) == (0, 10, True)
    grow(7)
    status, said, _ = run(log, state)
    assert (status, said["tree_size"], said["new_entries"]) == (0, 17, 7)
    assert said["root"] == heads.latest().root
    unlock()
    changed = LedgerEntry.objects.get(index=3)
    LedgerEntry.objects.filter(index=3).update(leaf=changed.leaf.replace("download", "publish"))
    status, said, loud = run(log, state)
    assert (status, said["tree_size"], said["consistent"]) == (1, 17, False)
    assert "Entry 3 was changed" in loud
    assert said["error"]["code"] == "changed_entry"
    assert {"tree_size", "root", "consistent", "checked_at"} <= set(said)


def test_a_log_that_grows_is_followed_and_old_entries_are_read_again_in_turns(look, state, monkeypatch):
    monkeypatch.setattr(witness, "REREAD", 4)
    monkeypatch.setattr(witness_log, "PAGE", 7)
    monkeypatch.setattr(public, "PAGE", 5)
    grow(20)
    seen = look()
    assert (seen.tree_size, seen.new_entries, seen.reread_entries) == (30, 20, 4)
    for start in (4, 8):
        assert json.loads(state.read_text())["reread"] == start
        assert look().consistent


def test_an_entry_that_was_taken_out_is_named(look):
    unlock()
    LedgerEntry.objects.filter(index=6).delete()
    with pytest.raises(Alarm, match="Entry 6 is missing"):
        look()


def test_a_change_to_an_entry_that_was_not_read_yet_breaks_the_signed_root(look):
    grow(3)
    unlock()
    LedgerEntry.objects.filter(index=11).update(leaf=LedgerEntry.objects.get(index=11).leaf + " ")
    with pytest.raises(Alarm, match="do not make up the root"):
        look()


def test_a_forked_log_is_caught_whatever_its_length(look):
    unlock()
    go_back_to(8)
    grow(2, "other")
    assert alarm_of(look) == "fork"
    grow(5, "other")
    assert alarm_of(look) == "fork"


def test_a_fork_that_two_witnesses_were_shown_is_proved_by_what_they_kept(log, look, state, tmp_path):
    unlock()
    go_back_to(8)
    grow(2, "other")
    witness.audit(log, tmp_path / "another.json")
    assert alarm_of(look) == "fork"
    evidence = json.loads(state.with_name("state.json.alarms").read_text())
    shown, remembered = (ledger.SignedHead.from_json(evidence[name]) for name in ("shown", "remembered"))
    assert shown.is_genuine()
    assert remembered.is_genuine()
    assert (shown.key, shown.head.tree_size) == (remembered.key, remembered.head.tree_size)
    assert shown.head.root != remembered.head.root


def test_a_log_that_goes_back_is_caught_even_to_nothing(look):
    grow(5)
    look()
    unlock()
    go_back_to(10)
    assert alarm_of(look) == "rewind"
    SignedTreeHead.objects.all().delete()
    assert alarm_of(look) == "rewind"


def test_missing_nodes_are_called_withheld(look):
    grow(5)
    unlock()
    LedgerNode.objects.all().delete()
    assert alarm_of(look) == "withheld"


def test_a_bad_signature_and_an_old_head_are_caught(look):
    unlock()
    SignedTreeHead.objects.update(signature=bytes(64))
    assert alarm_of(look) == "bad_signature"
    old = ledger.TreeHead(10, bytes.fromhex(heads.latest().root), "2026-01-01T00:00:00Z")
    signed = heads.load_head_signer(settings.KEYS).signed(old)
    SignedTreeHead.objects.update(signature=signed.signature, timestamp="2026-01-01T00:00:00Z")
    assert alarm_of(look) == "stale"


def test_another_key_is_caught_until_the_witness_is_told(log, look, state, tmp_path):
    grow(1)
    from provenance.ledger.log_key import create_log_key, load_head_signer

    create_log_key(tmp_path)
    unlock()
    signer = load_head_signer(tmp_path)
    head = heads.latest()
    head_signed = signer.signed(head.as_signed().head)
    SignedTreeHead.objects.filter(pk=head.pk).update(key=signer.key, signature=head_signed.signature)
    assert alarm_of(look) == "changed_key"
    with pytest.raises(Alarm, match="than the given one"):
        witness.audit(log, state, key=bytes(32))
    assert witness.audit(log, state, key=signer.key).consistent
    assert look().consistent


def test_an_alarm_leaves_the_memory_as_it_was(look, state):
    before = state.read_bytes()
    unlock()
    go_back_to(4)
    for _ in range(2):
        assert alarm_of(look) == "rewind"
    assert state.read_bytes() == before


def test_a_crash_between_hashes_and_head_costs_nothing(look, state):
    leaves = state.with_name("state.json.leaves")
    leaves.write_bytes(leaves.read_bytes() + b"half of the next run")
    grow(3)
    assert look().tree_size == 13
    assert len(leaves.read_bytes()) == 13 * 32
    assert look().consistent


@pytest.mark.parametrize("name", ["state.json", "state.json.leaves"])
def test_a_damaged_memory_is_refused_and_never_overwritten(look, state, name):
    file = state.with_name(name)
    file.write_bytes(file.read_bytes()[::-1])
    before = file.read_bytes()
    with pytest.raises(FileRefused, match="not what a witness left"):
        look()
    assert file.read_bytes() == before


def test_a_memory_belongs_to_one_log(log, look, state):
    with pytest.raises(FileRefused, match="remembers another log"):
        witness.audit(log.replace("localhost", "127.0.0.1"), state)


@pytest.mark.parametrize("path", ["", "no-such-page/"])
def test_what_is_no_log_says_so(live_server, state, path):
    with pytest.raises((Unreachable, FileRefused)):
        witness.audit(f"{live_server.url}/{path}", state)
    assert not state.exists()


def test_no_answer_is_no_verdict(state):
    for address, error in (("http://127.0.0.1:9/log/", Unreachable), ("file:///etc/", FileRefused)):
        with pytest.raises(error) as raised:
            witness.audit(address, state)
        assert raised.value.exit_code == {Unreachable: 3, FileRefused: 2}[error]


def test_this_site_signs_nothing_over_a_ledger_that_was_changed(log, caplog):
    append(kind=Kind.DOWNLOAD, actor=None, object_id="thing")
    unlock()
    LedgerEntry.objects.filter(index=10).update(leaf="{}")
    with pytest.raises(heads.LedgerBroken, match="do not make up its tree"):
        heads.sign_head(settings.KEYS)
    tasks.sign_head()
    assert "no tree head was signed" in caplog.text
    assert heads.latest().tree_size == 10


def test_each_log_is_remembered_in_a_file_of_its_own():
    names = {places.witness_state(log).name for log in ("https://a.example/log/", "https://b.example:8443/log/")}
    assert names == {"a.example-log.json", "b.example-8443-log.json"}


def test_the_key_on_the_command_line_is_the_one_on_the_page(client, log):
    shown = client.get("/log/key").json()["keys"][0]["key"]
    assert shown in client.get("/log/").content.decode()
    assert base64.b64decode(shown) == heads.load_head_signer(settings.KEYS).key
