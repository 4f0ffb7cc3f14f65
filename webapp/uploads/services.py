"""Receiving, checking, choosing and deleting uploads."""

from __future__ import annotations

from datetime import timedelta
from pathlib import PurePath
from textwrap import shorten

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from webapp.accounts.models import User
from webapp.accounts.services import require_good_standing
from webapp.audit.models import Kind
from webapp.audit.services import append
from webapp.errors_text import Refused
from webapp.files import discard
from webapp.queue import send_on_commit
from webapp.uploads import tasks
from webapp.uploads.models import Portrait, Recording, RecordingUse, State
from webapp.vault import require_key
from webapp.videos import production

TITLE_LENGTH = 80


def title_from(filename: str) -> str:
    """A readable title from whatever a browser calls a file: no path, no suffix, printable characters only.

    Browsers write a quote in a name as %22, and leave other escapes alone (HTML standard, multipart form data).
    """
    stem = PurePath(filename.replace("\\", "/").replace("%22", '"')).stem
    readable = "".join(letter if letter.isprintable() else " " for letter in stem.replace("_", " "))
    return " ".join(readable.split())[:TITLE_LENGTH]


def title_from_text(text: str) -> str:
    """The first words of a text."""
    return shorten(
        "".join(letter if letter.isprintable() else " " for letter in text), TITLE_LENGTH // 2, placeholder="…"
    )


def receive_portrait(*, owner: User, file: File[bytes], title: str = "") -> Portrait:
    """Put a picture or a film into quarantine and ask a worker to check it."""
    _require_leave(owner)
    portrait = Portrait(owner=owner, title=title or title_from(file.name or ""))
    portrait.quarantined.save("upload", file, save=False)
    with transaction.atomic():
        portrait.save(force_insert=True)
        send_on_commit(tasks.check_portrait, portrait.pk)
    return portrait


def receive_recording(
    *,
    owner: User,
    file: File[bytes],
    title: str = "",
    transcript: str = "",
    voice_of: str = "",
    use: RecordingUse = RecordingUse.SPEECH,
) -> Recording:
    """Put a recording into quarantine and ask a worker to check it. `voice_of`: whoever else speaks, and agrees."""
    _require_leave(owner)
    title = title or title_from(file.name or "")
    recording = Recording(owner=owner, title=title, use=use, transcript=transcript, voice_of=voice_of)
    if recording.is_statement:
        require_key()
    recording.quarantined.save("upload", file, save=False)
    with transaction.atomic():
        recording.save(force_insert=True)
        send_on_commit(tasks.check_recording, recording.pk)
    return recording


def write_recording(*, owner: User, text: str, language: str, voice: str = "", title: str = "") -> Recording:
    """Ask a worker to let a synthetic voice say a text."""
    _require_leave(owner)
    script = {"text": text, "language": language, "voice": voice}
    recording = Recording(owner=owner, title=title or title_from_text(text), synthetic_voice=True, script=script)
    with transaction.atomic():
        recording.save(force_insert=True)
        send_on_commit(tasks.check_recording, recording.pk)
    return recording


def _require_leave(owner: User) -> None:
    require_good_standing(owner)
    since = timezone.now() - timedelta(days=1)
    count = (
        owner.portraits.filter(created_at__gt=since).count() + owner.recordings.filter(created_at__gt=since).count()
    )
    if count >= settings.MAX_UPLOADS_PER_DAY:
        raise Refused("quota_uploads", limit=settings.MAX_UPLOADS_PER_DAY)


@transaction.atomic
def choose_face(*, portrait: Portrait, index: int) -> None:
    """Say which of several faces shall speak; the check then goes on with that one."""
    if not 0 <= index < len(portrait.faces):
        raise Refused("face_unknown")
    waiting = Portrait.objects.filter(pk=portrait.pk, state=State.NEEDS_CHOICE)
    if waiting.update(state=State.CHECKING, face_index=index, sent_at=timezone.now()):
        send_on_commit(tasks.check_portrait, portrait.pk)


def delete_upload(*, upload: Portrait | Recording) -> None:
    """Delete an upload that no video and no consent rests on; only its owner can."""
    what, key = str(upload._meta.model_name), upload.pk
    shown = list(upload.live_checks.all()) if isinstance(upload, Portrait) else []
    try:
        with transaction.atomic():
            upload.delete()
            append(kind=Kind.DELETION, actor=upload.owner, object_id=key, what=what)
    except ProtectedError as protected:
        raise Refused("upload_in_use") from protected
    discard(upload.file)
    discard(upload.quarantined)
    if isinstance(upload, Portrait):
        discard(upload.film)
    for check in shown:
        discard(check.clip)
    production.forget(upload.sha256)
