"""The signed record of a consent: written down when somebody agrees, signed by the worker that holds the key."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from provenance import consent as receipts
from provenance.consent_key import load_consent_key, public_pem
from provenance.ledger import canonical
from webapp.audit.models import to_second
from webapp.consent import checks as kinds
from webapp.consent import tasks
from webapp.consent.models import Consent, Receipt
from webapp.queue import send_on_commit

log = logging.getLogger(__name__)


def write_down(
    consent: Consent, *, checks: Sequence[kinds.Check], withdrawal: str = "", face_sha256: str = ""
) -> Receipt:
    """Fix what the receipt says and ask for its signature. Call in the transaction that makes the consent."""
    statement = {
        "v": receipts.VERSION,
        "what": receipts.WHAT,
        "id": str(consent.pk),
        "portrait_sha256": consent.portrait_sha256,
        "face_sha256": face_sha256 or None,
        "depicted": str(consent.depicted),
        "sitter_name": consent.sitter_name,
        "purposes": consent.purposes,
        "purpose": consent.purpose,
        "recordings": [consent.only_recording.sha256] if consent.only_recording else "any",
        "voices": "own" if consent.own_voice_only else "any",
        "given_at": to_second(consent.given_at),
        "expires_at": to_second(consent.expires_at),
        "old_videos": str(consent.old_videos),
        "checks": [check.as_json() for check in (*_of_the_row(consent), *checks)],
        "withdrawal": withdrawal or reverse("consent:consent", args=[consent.pk]),
    }
    text = canonical(statement).decode()
    receipt = Receipt.objects.create(consent=consent, text=text, sha256=receipts.fingerprint(statement))
    send_on_commit(tasks.sign_receipt, consent.pk)
    return receipt


def _of_the_row(consent: Consent) -> list[kinds.Check]:
    said = [kinds.typed(consent.statement)] if consent.statement else []
    return [*said, kinds.spoken(consent.recorded_statement)] if consent.recorded_statement else said


def sign_receipt(consent_id: UUID | str, *, keys: Path) -> None:
    """Sign what was written down, if that is still to be done. KeyMissing without the key in `keys`."""
    receipt = Receipt.objects.filter(consent_id=consent_id, signed_at=None).select_related("consent").first()
    if receipt is None:
        return
    if not _is_of_its_consent(receipt):
        log.error("consent %s: its receipt says something else than the consent, so it was not signed", consent_id)
        return
    signed = receipts.sign(json.loads(receipt.text), load_consent_key(keys))
    key, signature = (base64.b64decode(signed[name]) for name in ("key", "signature"))
    unsigned = Receipt.objects.filter(pk=receipt.pk, signed_at=None)
    unsigned.update(key=key, signature=signature, signed_at=timezone.now())


def sign_waiting(*, keys: Path) -> None:
    """Sign all that wait: those whose message was lost."""
    for consent_id in Receipt.objects.filter(signed_at=None).values_list("consent_id", flat=True)[:1000]:
        with transaction.atomic():
            sign_receipt(consent_id, keys=keys)


def _is_of_its_consent(receipt: Receipt) -> bool:
    """Whether the text says what the consent's row says, and has the hash that was taken of it."""
    statement, consent = json.loads(receipt.text), receipt.consent
    expected = {
        "id": str(consent.pk),
        "portrait_sha256": consent.portrait_sha256,
        "sitter_name": consent.sitter_name,
        "purpose": consent.purpose,
        "given_at": to_second(consent.given_at),
        "expires_at": to_second(consent.expires_at),
    }
    return expected.items() <= statement.items() and receipts.fingerprint(statement) == receipt.sha256


def receipt_of(consent: Consent) -> dict[str, Any] | None:
    """The receipt as people get it; None before it is signed, and of consents from before there were receipts."""
    receipt = Receipt.objects.filter(consent=consent).exclude(signed_at=None).first()
    if receipt is None:
        return None
    return {
        "statement": json.loads(receipt.text),
        "key": base64.b64encode(bytes(receipt.key)).decode(),
        "signature": base64.b64encode(bytes(receipt.signature)).decode(),
    }


def receipt_sha256(consent: Consent) -> str:
    """What ledger and manifests name; empty for consents from before there were receipts."""
    return Receipt.objects.filter(consent=consent).values_list("sha256", flat=True).first() or ""


def public_keys() -> bytes:
    """All keys that signed receipts of this site, newest first, PEM; empty before the first."""
    signed = Receipt.objects.exclude(signed_at=None).values("key").annotate(last=Max("signed_at"))
    return b"".join(public_pem(bytes(row["key"])) for row in signed.order_by("-last"))
