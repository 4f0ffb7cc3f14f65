"""Asking for a package, and putting it together where the signing keys are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from provenance.errors import ProvenanceError
from provenance.evidence import write
from provenance.keys import load_identity
from webapp.accounts.models import User
from webapp.audit import heads
from webapp.audit.models import Kind
from webapp.audit.services import append
from webapp.consent.looks import note_look
from webapp.consent.receipts import sign_receipt
from webapp.errors_text import Refused
from webapp.evidence import tasks
from webapp.evidence.collect import collect
from webapp.evidence.models import Package, State
from webapp.files import put, workspace
from webapp.queue import send_on_commit
from webapp.videos.models import Job


def ask(*, job: Job, by: User, reason: str, signals: Mapping[str, Any] | None = None) -> Package:
    """Queue a package. The ledger keeps who asked and why."""
    if job.ledger_entry_id is None:
        raise Refused("evidence_unsealed")
    with transaction.atomic():
        package = Package.objects.create(job=job, asked_by=by, reason=reason, signals=signals)
        send_on_commit(tasks.put_together, package.pk)
        note_look(consent=job.consent, by=by, why="for a package of evidence")
        append(kind=Kind.EVIDENCE, actor=by, object_id=job.pk, reason=reason)
    return package


def put_together(package_id: str) -> None:
    """Write and store a package that waits; nothing happens when that is done."""
    package = Package.objects.select_related("job").filter(pk=package_id, state=State.WAITING).first()
    if package is None:
        return
    try:
        with workspace() as folder:
            path = folder / "evidence.zip"
            package.sha256 = write_package(package.job, path, signals=package.signals)
            put(package.file, path)
        package.state = State.READY
    except (Refused, ProvenanceError) as reason:
        package.state, package.message = State.FAILED, str(reason)[:500]
    package.save()


def write_package(job: Job, out: Path, *, signals: Mapping[str, Any] | None = None) -> str:
    """Write the package to `out` and return its sha256, with the log signed up to now. Needs the site's keys."""
    head = heads.sign_head(settings.KEYS)
    sign_receipt(job.consent_id, keys=settings.KEYS)
    return write(out, collect(job, head, signals=signals), signer=load_identity(settings.KEYS))
