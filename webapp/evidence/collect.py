"""All that the site knows about one sealed video, in the form that `provenance.evidence` signs.

People appear under their pseudonyms, except for the sitter's name as it stands in the consent: that is what a court
asks about.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from provenance import ledger
from provenance.evidence import Evidence
from webapp.audit import tree
from webapp.audit.models import LedgerEntry, SignedTreeHead, to_second
from webapp.consent.models import Consent
from webapp.consent.receipts import receipt_of
from webapp.errors_text import Refused
from webapp.videos import production
from webapp.videos.models import Job


def collect(job: Job, head: SignedTreeHead | None, *, signals: Mapping[str, Any] | None = None) -> Evidence:
    """Gather the evidence, with proofs up to `head`. Refused when the video is not sealed or no head covers it."""
    if job.ledger_entry is None or not hasattr(job, "trace"):
        raise Refused("evidence_unsealed")
    if head is None or head.tree_size <= job.ledger_entry.index:
        raise Refused("evidence_no_head")
    with job.trace.manifest.open("rb") as file:
        manifest = file.read()
    return Evidence(
        code=job.code,
        job=_job(job),
        consent=_consent(job.consent),
        ledger=_ledger(job, head),
        manifest=manifest,
        signals=signals,
        receipt=receipt_of(job.consent),
        replay=_replay(job),
    )


def _job(job: Job) -> dict[str, Any]:
    times = {"requested": job.created_at, "rendered": job.rendered_at, "sealed": job.sealed_at}
    return {
        "job_id": str(job.pk),
        "code": job.code_hex,
        "state": job.status,
        "owner": job.owner.pseudonym,
        "video_sha256": job.output_sha256,
        "portrait_sha256": job.portrait.sha256,
        "recording_sha256": job.recording.sha256,
        "synthetic_voice": job.recording.synthetic_voice,
        "voice": job.voice or None,
        "purpose": job.purpose or None,
        "times": {name: to_second(at) for name, at in times.items() if at},
        "seed": job.seed,
        "choices": job.performed() | job.shown(),
        "frames": job.frames,
        "engine": job.engine,
        "mark": {"confirmed": job.mark_confirmed, "strength": job.mark_gain, "trial_score": job.mark_score},
    }


def _consent(consent: Consent) -> dict[str, Any]:
    return {
        "id": str(consent.pk),
        "portrait_sha256": consent.portrait_sha256,
        "depicted": consent.depicted,
        "sitter_name": consent.sitter_name,
        "statement": consent.statement,
        "recorded_statement_sha256": consent.recorded_statement.sha256 if consent.recorded_statement else None,
        "purposes": consent.purposes,
        "purpose": consent.purpose,
        "given_at": to_second(consent.given_at),
        "expires_at": to_second(consent.expires_at),
        "withdrawn_at": to_second(consent.withdrawn_at) if consent.withdrawn_at else None,
    }


def _ledger(job: Job, head: SignedTreeHead) -> dict[str, Any]:
    """The head, and every entry about this job or its consent that the head covers."""
    about = Q(object__in=(str(job.pk), str(job.consent_id)), index__lt=head.tree_size)
    entries = LedgerEntry.objects.filter(about).prefetch_related("disclosures").order_by("index")
    return {"head": head.as_signed().as_json(), "entries": [_entry(entry, head.tree_size) for entry in entries]}


def _entry(entry: LedgerEntry, size: int) -> dict[str, Any]:
    told = {
        disclosure.field: {"salt": bytes(disclosure.salt).hex(), "value": disclosure.value}
        for disclosure in entry.disclosures.all()
    }
    return {
        "index": entry.index,
        "leaf": entry.leaf,
        "path": [step.hex() for step in ledger.inclusion_proof(entry.index, size, tree.read)],
        "told": told | {"facts": {"salt": bytes(entry.salt).hex(), "value": entry.facts}},
    }


def _replay(job: Job) -> dict[str, Any] | None:
    """What `python -m generation replay` takes; None of a film, which is not painted from a portrait."""
    if not job.digests:
        return None
    return production.record_of(
        portrait_sha256=job.portrait.sha256,
        recording_sha256=job.recording.sha256,
        controls={"seed": job.seed} | job.performed(),
        size=job.size,
        face_index=job.portrait.face_index,
        transcript=job.recording.transcript or None,
        script=job.recording.script if job.recording.synthetic_voice else None,
        made_with=job.engine["made_with"],
        digests=job.digests,
        **job.shown(),
    )
