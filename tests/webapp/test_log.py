"""The public log: what a stranger can read, check and not find out; and what this site signs."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse

from provenance import ledger
from tests.webapp.factories import make_job
from webapp.accounts.services import suspend
from webapp.audit import heads, limits, tasks
from webapp.audit.models import Kind, LedgerEntry, SignedTreeHead
from webapp.audit.services import append, prove_inclusion
from webapp.videos.services import cancel_video

pytestmark = pytest.mark.django_db
ENDPOINTS = ("log:head", "log:entries", "log:inclusion", "log:consistency", "log:key")


def note(count: int = 1) -> None:
    for number in range(count):
        append(kind=Kind.DOWNLOAD, actor=None, object_id=f"thing-{number}", number=number)


def sign() -> SignedTreeHead:
    head = heads.sign_head(settings.KEYS)
    assert head is not None
    return head


def test_a_stranger_checks_an_entry_with_nothing_but_the_log(client):
    note(7)
    sign()
    head = ledger.SignedHead.from_json(client.get(reverse("log:head")).json())
    assert head.is_genuine()
    assert base64.b64encode(head.key).decode() == client.get(reverse("log:key")).json()["keys"][0]["key"]
    given = client.get(reverse("log:entries"), {"start": 0, "end": 99}).json()["entries"]
    assert [entry["index"] for entry in given] == list(range(7))
    leaf = ledger.leaf_hash(given[3]["leaf"].encode())
    for asked in ({"index": 3}, {"hash": leaf.hex()}):
        proof = client.get(reverse("log:inclusion"), asked).json()
        path = [bytes.fromhex(step) for step in proof["path"]]
        assert ledger.verify_inclusion(leaf, proof["index"], proof["tree_size"], path, head.head.root)


def test_a_stranger_checks_that_the_log_only_grew(client):
    note(5)
    old = sign().as_signed().head
    note(6)
    new = sign().as_signed().head
    said = client.get(reverse("log:consistency"), {"first": 5, "second": 11}).json()
    path = [bytes.fromhex(step) for step in said["path"]]
    assert ledger.verify_consistency(5, 11, old.root, new.root, path)
    assert client.get(reverse("log:head"), {"tree_size": 5}).json()["root"] == old.root.hex()


def test_nothing_of_a_person_a_video_or_a_reason_can_be_read(client, creator, auditor):
    job = make_job(creator)
    cancel_video(job=job, by=creator)
    append(kind=Kind.REQUEST, actor=creator, object_id=job.pk, code=job.code_hex, sha=job.portrait.sha256)
    suspend(user=creator, reason="Said terrible things", by=auditor)
    sign()
    pages = [client.get(reverse(name), {"index": 0, "first": 1}) for name in (*ENDPOINTS, "log:page")]
    shown = "".join(page.content.decode() for page in pages)
    assert {page.status_code for page in pages} == {200}
    private = (creator.email, creator.pseudonym, auditor.pseudonym, str(job.pk), job.code_hex, job.portrait.sha256)
    for secret in (*private, "terrible"):
        assert secret not in shown


def test_equal_acts_look_different_so_that_a_guess_cannot_be_tested():
    for _ in range(2):
        append(kind=Kind.DOWNLOAD, actor=None, object_id="the same thing")
    one, other = (json.loads(entry.leaf)["bound"]["facts"] for entry in LedgerEntry.objects.all())
    assert one != other


def test_what_is_not_signed_yet_is_not_shown(client):
    assert client.get(reverse("log:head")).status_code == 404
    assert "Nothing has been signed yet" in client.get(reverse("log:page")).content.decode()
    note(2)
    sign()
    note(2)
    given = client.get(reverse("log:entries"), {"start": 0, "end": 9}).json()["entries"]
    assert len(given) == 2
    assert client.get(reverse("log:inclusion"), {"index": 2}).status_code == 404
    assert client.get(reverse("log:consistency"), {"first": 1, "second": 4}).status_code == 400


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("log:entries", {"start": "-1"}),
        ("log:entries", {"start": "1" * 40}),
        ("log:entries", {"start": "²"}),
        ("log:entries", {"start": 1, "end": 0}),
        ("log:entries", {"start": 9}),
        ("log:inclusion", {}),
        ("log:inclusion", {"index": "x"}),
        ("log:inclusion", {"hash": "\0"}),
        ("log:consistency", {"first": 0}),
        ("log:consistency", {"first": 3, "second": 2}),
        ("log:head", {"tree_size": 9}),
    ],
)
def test_what_cannot_be_answered_is_refused_in_words(client, name, query):
    note(3)
    sign()
    answer = client.get(reverse(name), query)
    assert answer.status_code in (400, 404)
    assert answer.json()["error"]["message"]


def test_the_log_is_for_programs_of_any_origin_and_only_for_reading(client):
    note()
    sign()
    for name in ENDPOINTS:
        answer = client.get(reverse(name), {"index": 0, "first": 1})
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer["Cache-Control"].startswith("public")
        assert "Set-Cookie" not in answer
        assert client.post(reverse(name)).status_code == 405


def test_whoever_asks_too_often_is_told_when_to_come_back(client, monkeypatch):
    monkeypatch.setattr(limits, "PER_MINUTE", 2)
    note()
    sign()
    answers = [client.get(reverse("log:head"), REMOTE_ADDR="192.0.2.1") for _ in range(4)]
    assert [answer.status_code for answer in answers].count(429) >= 1
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert client.get(reverse("log:head"), REMOTE_ADDR="192.0.2.2").status_code == 200


def test_a_head_is_signed_once_for_each_size():
    assert heads.sign_head(settings.KEYS) is None
    note()
    first = sign()
    tasks.sign_head()
    tasks.sign_head()
    assert list(SignedTreeHead.objects.all()) == [first]
    note()
    assert sign().tree_size == 2


def test_a_quiet_log_signs_its_head_again_every_hour(monkeypatch):
    note()
    first = sign()
    monkeypatch.setattr(heads, "RENEW", timedelta(seconds=-1))
    again = sign()
    assert (again.tree_size, again.root) == (first.tree_size, first.root)
    assert heads.latest() == again
    assert again.as_signed().is_genuine()


def test_a_proof_is_of_the_signed_head_as_soon_as_there_is_one():
    note(2)
    entry = LedgerEntry.objects.get(index=1)
    assert prove_inclusion(entry).head is None
    head = sign()
    note(3)
    proof = prove_inclusion(entry)
    assert (proof.head, proof.tree_size, proof.root) == (head, 2, head.root)


def test_the_owner_of_a_video_opens_its_entry(log_in, creator):
    from webapp.videos.models import Status

    job = make_job(creator, Status.IN_REVIEW)
    sign()
    address = reverse("videos:proof", args=[job.pk])
    page = log_in(creator).get(address, headers={"Accept": "text/html"}).content.decode()
    assert job.output_sha256 in page
    said = log_in(creator).get(address, headers={"Accept": "application/json"}).json()
    facts = said["facts"]
    assert ledger.leaf_opens(said["leaf"].encode(), "facts", bytes.fromhex(facts["salt"]), facts["value"])
    assert facts["value"]["data"]["output_sha256"] == job.output_sha256
    assert ledger.SignedHead.from_json(said["head"]).is_genuine()
