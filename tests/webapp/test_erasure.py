"""Forgetting a person: gone for good from what can be read, while every hash, proof and signature still holds."""

from __future__ import annotations

import io

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import reverse

from provenance import ledger
from tests.webapp.factories import make_job, make_live_check, make_portrait
from webapp.accounts.services import suspend
from webapp.audit import heads
from webapp.audit.checking import faults
from webapp.audit.erasure import erase_person
from webapp.audit.models import Disclosure, Kind, LedgerEntry
from webapp.audit.services import prove_inclusion
from webapp.consent.live.models import State
from webapp.consent.live.services import decide
from webapp.consent.services import withdraw_consent
from webapp.errors_text import Refused
from webapp.review.services import reject
from webapp.videos.models import Job, Status
from webapp.videos.services import cancel_video

pytestmark = pytest.mark.django_db


@pytest.fixture
def lived(creator, reviewer) -> Job:
    """A creator with a history in which several people spoke."""
    cancel_video(job=make_job(creator), by=creator)
    job = make_job(creator, Status.IN_REVIEW)
    reject(job=job, reviewer=reviewer, reason="Ada is recognisable here.")
    withdraw_consent(consent=job.consent, by=creator, reason="I changed my mind, says Ada.")
    suspend(user=creator, reason="Ada was rude.", by=reviewer)
    unsure = make_live_check(make_portrait(creator), state=State.UNSURE)
    decide(unsure, by=reviewer, passes=False, reason="This is not Ada.")
    heads.sign_head(settings.KEYS)
    return job


def everything_readable() -> str:
    rows = LedgerEntry.objects.prefetch_related("disclosures")
    return " ".join(f"{entry.object} {entry.data} {entry.leaf} {entry.told}" for entry in rows)


def test_nothing_leads_to_an_erased_person_and_every_proof_holds(lived, creator, reviewer):
    before = dict(LedgerEntry.objects.values_list("index", "leaf_hash"))
    gone = erase_person(person=creator, by=None, reason="Request 17")
    readable = everything_readable()
    assert creator.pseudonym not in readable
    assert "Ada" not in readable
    assert gone == 7
    assert reviewer.pseudonym in readable, "others are not forgotten with them"
    assert lived.output_sha256 in readable, "what happened to the video stays"
    after = dict(LedgerEntry.objects.values_list("index", "leaf_hash"))
    assert before.items() <= after.items()
    assert list(faults()) == []
    head = heads.latest()
    for entry in LedgerEntry.objects.filter(index__lt=head.tree_size):
        proof = prove_inclusion(entry)
        path = [bytes.fromhex(step) for step in proof.path]
        leaf = ledger.leaf_hash(entry.leaf.encode())
        assert ledger.verify_inclusion(leaf, entry.index, head.tree_size, path, bytes.fromhex(head.root))


def test_an_erasure_is_an_act_that_names_nobody(lived, creator, auditor):
    gone = erase_person(person=creator, by=auditor, reason="Request 17")
    act = LedgerEntry.objects.get(kind=Kind.ERASURE)
    assert act.data == {"fields": gone}
    assert act.told == {"actor": auditor.pseudonym, "reason": "Request 17"}
    assert list(faults()) == []


def test_an_erasure_needs_a_reason_and_something_to_erase(lived, creator, stranger):
    count = Disclosure.objects.count()
    for person, reason in ((creator, " "), (stranger, "Request 18")):
        with pytest.raises(Refused):
            erase_person(person=person, by=None, reason=reason)
    assert Disclosure.objects.count() == count
    assert not LedgerEntry.objects.filter(kind=Kind.ERASURE).exists()


def test_what_vanishes_without_an_erasure_is_noticed(lived):
    Disclosure.objects.first().delete()
    assert list(faults()) == ["1 personal facts are gone; the ledger's own erasures account for 0."]
    with pytest.raises(CommandError, match="1 fault"):
        call_command("check_ledger", stdout=io.StringIO())


def test_an_auditor_erases_and_reads_that_it_is_gone(log_in, lived, creator, auditor):
    client = log_in(auditor)
    asked = {"who": creator.email, "reason": "Request 17"}
    assert "confirm" in client.post(reverse("audit:erase"), asked).context["form"].errors
    assert creator.pseudonym in everything_readable()
    unknown = client.post(reverse("audit:erase"), asked | {"who": "nobody@example.org", "confirm": "on"})
    assert "no account with this address" in unknown.content.decode()
    page = client.post(reverse("audit:erase"), asked | {"confirm": "on"}, follow=True).content.decode()
    assert "Erased 7 facts" in page
    assert creator.email not in page
    assert "reason erased" in page
    export = b"".join(client.get(reverse("audit:export")).streaming_content).decode()
    assert "(erased)" in export
    assert creator.pseudonym not in export


def test_an_operator_erases_from_the_command_line(lived, creator):
    said = io.StringIO()
    call_command("erase_person", creator.pseudonym, reason="Request 17", stdout=said)
    assert said.getvalue() == "Erased 7 facts.\n"
    call_command("check_ledger", stdout=said)
    assert "as they were written" in said.getvalue()
    with pytest.raises(CommandError, match="tells nothing of this person"):
        call_command("erase_person", creator.email, reason="Again", stdout=said)
