"""Every consent leaves a signed record of what was agreed to, and everything made under it names that record."""

from __future__ import annotations

import json

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from provenance.consent import check
from provenance.consent_key import load_public_keys
from tests.webapp.acts import ask_for_video, give
from tests.webapp.factories import make_live_check, make_portrait, make_recording, make_user
from webapp.audit.models import Kind, LedgerEntry
from webapp.consent import tasks
from webapp.consent.models import Consent, Receipt
from webapp.consent.services import valid_consent
from webapp.errors_text import Refused
from webapp.uploads.models import RecordingUse, State
from webapp.videos.sealing import _facts

pytestmark = pytest.mark.django_db


@pytest.fixture
def consent(creator) -> Consent:
    return give(make_portrait(creator))


def test_a_receipt_signed_by_the_worker_checks_offline_with_the_published_key(
    consent, creator, log_in, client, tmp_path
):
    tasks.sign_receipt(str(consent.pk))
    (tmp_path / "r.json").write_bytes(log_in(creator).get(reverse("consent:receipt", args=[consent.pk])).content)
    (tmp_path / "consent.pem").write_bytes(client.get("/consent.pem").content)
    checked = check(tmp_path / "r.json", trusted=load_public_keys(tmp_path / "consent.pem"))
    assert checked.failures == ()
    entry = LedgerEntry.objects.get(kind=Kind.CONSENT, object=str(consent.pk))
    assert entry.data["receipt_sha256"] == checked.sha256
    assert checked.statement["portrait_sha256"] == consent.portrait_sha256
    typed, live = checked.statement["checks"]
    assert typed["kind"] == "typed"
    assert (live["kind"], live["result"], live["by"], live["face"]) == ("live", "passed", "machine", "0.880")
    assert live["clip_sha256"] == consent.live_check.clip_sha256
    assert checked.statement["face_sha256"] == consent.live_check.embedding_sha256


def test_the_ledger_holds_the_hash_and_nothing_of_the_words(consent):
    entry = LedgerEntry.objects.get(kind=Kind.CONSENT, object=str(consent.pk))
    assert entry.data["receipt_sha256"] == consent.receipt.sha256
    told = json.dumps([entry.data, entry.told])
    assert "Ada" not in told
    assert "greeting" not in told


def test_signing_twice_keeps_the_first_signature(consent):
    tasks.sign_receipt(str(consent.pk))
    first = Receipt.objects.get(pk=consent.pk)
    tasks.sign_receipt(str(consent.pk))
    tasks.sign_waiting_receipts()
    again = Receipt.objects.get(pk=consent.pk)
    assert (bytes(again.signature), again.signed_at) == (bytes(first.signature), first.signed_at)


def test_the_round_signs_what_lost_its_message(consent):
    tasks.sign_waiting_receipts()
    assert Receipt.objects.get(pk=consent.pk).signed_at


def test_what_does_not_say_what_the_consent_says_is_not_signed(creator):
    """Somebody who can write into the database puts another text under a consent."""
    consent, other = give(make_portrait(creator)), make_portrait(creator)
    forged = Consent.objects.create(
        **{field: getattr(consent, field) for field in ("created_by", "portrait_sha256", "sitter_name", "purpose")},
        **{field: getattr(consent, field) for field in ("given_at", "expires_at", "depicted", "statement")},
        portrait=other,
        live_check=make_live_check(other),
    )
    Receipt.objects.create(consent=forged, text=consent.receipt.text, sha256=consent.receipt.sha256)
    tasks.sign_receipt(str(forged.pk))
    assert Receipt.objects.get(pk=forged.pk).signed_at is None


@pytest.mark.parametrize("column", ["text", "sha256"])
def test_the_database_refuses_to_change_a_receipt(consent, column):
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.filter(pk=consent.pk).update(**{column: "a"})


def test_a_spoken_statement_is_named_by_the_hash_of_what_was_handed_in(creator):
    spoken = make_recording(creator, State.CHECKING, use=RecordingUse.STATEMENT)
    consent = give(make_portrait(creator), statement="", recorded_statement=spoken)
    told, _ = json.loads(consent.receipt.text)["checks"]
    assert (told["kind"], told["result"], told["sha256"]) == ("spoken", "given", spoken.sha256)


def test_manifests_name_the_receipt(consent):
    job = ask_for_video(consent)
    assert _facts(job).receipt_sha256 == consent.receipt.sha256


def test_a_consent_to_one_recording_lets_no_other_be_spoken(creator):
    agreed, other = make_recording(creator), make_recording(creator)
    consent = give(make_portrait(creator), only_recording=agreed)
    assert valid_consent(consent.portrait, agreed) == consent
    assert valid_consent(consent.portrait, other) is None
    with pytest.raises(Refused) as refused:
        ask_for_video(consent, other)
    assert refused.value.explanation.code == "consent_other_recording"
    assert json.loads(consent.receipt.text)["recordings"] == [agreed.sha256]


def test_a_stranger_gets_neither_receipt_nor_hint(consent, log_in):
    tasks.sign_receipt(str(consent.pk))
    assert log_in(make_user()).get(reverse("consent:receipt", args=[consent.pk])).status_code == 404
    assert settings.KEYS.joinpath("consent.key").stat().st_mode & 0o777 == 0o600
