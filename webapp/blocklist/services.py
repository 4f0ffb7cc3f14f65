"""Blocking a face, taking it off a picture, lifting a block. Each is in the ledger."""

from __future__ import annotations

import base64
import logging
from collections.abc import Collection
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from webapp import workbench
from webapp.accounts.models import User
from webapp.audit.models import Kind
from webapp.audit.services import append
from webapp.blocklist import tasks
from webapp.blocklist.alike import portraits_of
from webapp.blocklist.models import BlockedFace, Source
from webapp.consent.models import Consent, Request
from webapp.errors_text import Refused, explain
from webapp.files import discard, fetch, workspace
from webapp.queue import send_on_commit
from webapp.uploads.models import Portrait
from webapp.videos.models import Job

log = logging.getLogger(__name__)
LIMIT_S = 120.0  # of one look at a picture
BY_SITTER = "A sitter refused and asked for it."


@transaction.atomic
def block_for_sitter(request: Request) -> BlockedFace:
    """Whoever was asked wants nobody to use their face here.

    Everything on its way with this face stops, in all accounts. Consents that the asker's account holds for it are
    withdrawn. Those of others stand, since a link does not prove who refused; nothing is made under them meanwhile.
    """
    portrait = request.portrait
    face = BlockedFace.objects.create(
        source=Source.SITTER, request=request, portrait_sha256=request.portrait_sha256, reason=BY_SITTER
    )
    if portrait.embedding:
        _keep(face, bytes(portrait.embedding))
    else:  # it comes with `learn`
        _enforce(face, list(Portrait.objects.filter(sha256=face.portrait_sha256).values_list("pk", flat=True)))
    append(kind=Kind.BLOCK, actor=None, object_id=face.pk, by="sitter", portrait_sha256=face.portrait_sha256)
    return face


def block_picture(*, by: User | None, picture: File[bytes], reason: str) -> BlockedFace:
    """Put a picture into quarantine and ask a worker to block its face; the picture is deleted then."""
    if not reason.strip():
        raise Refused("block_reason_missing")
    face = BlockedFace(source=Source.ADMIN, by=by, reason=reason.strip())
    face.picture.save("picture", picture, save=False)
    with transaction.atomic():
        face.save(force_insert=True)
        send_on_commit(tasks.take_face, face.pk)
        append(kind=Kind.BLOCK, actor=by, object_id=face.pk, reason=face.reason, by="administrator")
    return face


def take_face(face_id: UUID | str) -> None:
    """A worker's share of `block_picture`; nothing happens when it is done."""
    face = BlockedFace.objects.filter(pk=face_id).exclude(picture="").first()
    if face is None:
        return
    found, message = {}, ""
    try:
        with workspace() as folder:
            found = look_at(fetch(face.picture, folder / "picture"))
    except workbench.Declined as reason:
        message = f"{reason.message} {reason.hint}"
    except workbench.Crashed as crash:
        log.error("blocked face %s: %s", face.pk, crash)
        message = explain("unexpected" if isinstance(crash, workbench.Broke) else "file_unreadable").message
    with transaction.atomic():
        waiting = BlockedFace.objects.filter(pk=face.pk).exclude(picture="")
        if waiting.update(picture="", message=message) and found:
            _keep(face, base64.b64decode(found["embedding"]))
    discard(face.picture)


def look_at(picture: Path) -> dict[str, Any]:
    """The face of a picture, taken in a child process."""
    return workbench.run("know_face", {"source": str(picture), "face_index": None}, limit_s=LIMIT_S)


@transaction.atomic
def learn(portrait: Portrait) -> None:
    """Complete the blocks of a picture whose face was taken only now."""
    for face in BlockedFace.objects.filter(portrait_sha256=portrait.sha256, taken_at=None, lifted_at=None):
        _keep(face, bytes(portrait.embedding))


@transaction.atomic
def lift(*, face: BlockedFace, by: User, why: str) -> None:
    """Let a face be used again, and forget it."""
    if not why.strip():
        raise Refused("block_reason_missing")
    standing = BlockedFace.objects.filter(pk=face.pk, lifted_at=None, picture="")
    if not standing.update(lifted_at=timezone.now(), lifted_by=by, lifted_why=why.strip(), embedding=b""):
        raise Refused("block_lifted")
    append(kind=Kind.UNBLOCK, actor=by, object_id=face.pk, reason=why)
    face.refresh_from_db()


def _keep(face: BlockedFace, embedding: bytes) -> None:
    BlockedFace.objects.filter(pk=face.pk).update(embedding=embedding, taken_at=timezone.now())
    _enforce(face, list(portraits_of(embedding)))


def _enforce(face: BlockedFace, portraits: Collection[UUID]) -> None:
    from webapp.consent.services import withdraw_consent
    from webapp.videos.services import stop_for_face

    theirs: list[Consent] = []
    if face.request:
        given = face.request.created_by.consents.filter(portrait__in=portraits, withdrawn_at=None)
        theirs = list(given.select_for_update().order_by("pk"))
    list(Job.objects.select_for_update().filter(portrait__in=portraits).order_by("pk").only("pk"))
    # All rows are ours before the first act enters the ledger, so that no two wait for each other in a ring.
    stop_for_face(portraits=portraits)
    for consent in theirs:
        withdraw_consent(consent=consent, by=None)
