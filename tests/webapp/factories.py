"""Small honest rows for tests: ready uploads hold real bytes, consents real hashes, jobs real states."""

from __future__ import annotations

import hashlib
import io
import itertools
import wave
from datetime import timedelta
from typing import Any

import numpy as np
from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from webapp.accounts.models import Role, User
from webapp.audit.models import Kind
from webapp.audit.services import append
from webapp.consent.live.models import Challenge
from webapp.consent.live.models import State as LiveState
from webapp.consent.models import Consent, Depicted
from webapp.uploads.models import Hearing, Portrait, Recording, RecordingUse, State
from webapp.videos.models import Job, Status

PASSWORD = "correct horse battery"
_numbers = itertools.count(1)


def make_user(role: Role = Role.CREATOR, **fields: Any) -> User:
    """A person whose address is confirmed."""
    user = User.objects.create_user(f"person{next(_numbers)}@example.org", PASSWORD, role=role, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def png(width: int = 64, height: int = 64, shade: int = 128) -> bytes:
    """A plain picture."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), (shade, shade, shade)).save(file, "PNG")
    return file.getvalue()


def wav(seconds: float = 1.0, rate: int = 8000) -> bytes:
    """Silence."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(bytes(2 * round(seconds * rate)))
    return file.getvalue()


def make_face(seed: bytes = b"") -> bytes:
    """An embedding of nobody: the same for the same seed, nothing in common with others."""
    vector = np.random.default_rng(list(hashlib.sha256(seed).digest())).normal(size=128)
    return (vector / np.linalg.norm(vector)).astype(np.float32).tobytes()


def make_portrait(owner: User, state: State = State.READY, content: bytes | None = None, **fields: Any) -> Portrait:
    """A portrait in any state."""
    content = content or png()
    fields = {"embedding": make_face(content)} | fields
    portrait = Portrait(
        owner=owner, state=state, title=fields.pop("title", "A face"), width=64, height=64, **fields
    )
    portrait.file.save("clean.png", ContentFile(content), save=False)
    portrait.sha256 = hashlib.sha256(content).hexdigest()
    portrait.save()
    return portrait


def make_recording(
    owner: User, state: State = State.READY, content: bytes | None = None, **fields: Any
) -> Recording:
    """A recording in any state."""
    content = content or wav()
    fields = {"title": "A voice", "duration_s": 1.0, "use": RecordingUse.SPEECH, "hearing": Hearing.HEARD} | fields
    recording = Recording(owner=owner, state=state, **fields)
    recording.file.save("clean.flac", ContentFile(content), save=False)
    recording.sha256 = hashlib.sha256(content).hexdigest()
    recording.save()
    return recording


def make_live_check(portrait: Portrait, *, by: User | None = None, **fields: Any) -> Challenge:
    """A live check that its sitter, by default the portrait's owner, passed just now; of a `request`, by link."""
    now = timezone.now()
    told: dict[str, Any] = {
        "portrait_sha256": portrait.sha256,
        "begun_by": None if fields.get("request") else by or portrait.owner,
        "language": "en",
        "state": LiveState.PASSED,
        "phrase": ["maple", "seven", "river", "three", "garden", "nine"],
        "is_adult": True,
        "drawn_at": now,
        "finished_at": now,
        "clip_sha256": hashlib.sha256(b"film").hexdigest(),
        "embedding_sha256": hashlib.sha256(b"face").hexdigest(),
        "checks": [{"name": "face", "outcome": "pass", "number": 0.88, "sentence": "It is you.", "again": ""}],
    } | fields
    challenge = Challenge(portrait=portrait, **told)
    challenge.clip.save("clip", ContentFile(b"film"), save=False)
    challenge.save()
    return challenge


def make_consent(portrait: Portrait, **fields: Any) -> Consent:
    """A consent that holds for a year, unless said otherwise."""
    now = timezone.now()
    told = {
        "created_by": portrait.owner,
        "portrait_sha256": portrait.sha256,
        "depicted": Depicted.SOMEONE_ELSE,  # of nobody living, a reviewer would have to look first
        "sitter_name": "Somebody in Particular",
        "statement": "I agree to these tests.",
        "purpose": "Tests",
        "given_at": now - timedelta(minutes=1),
        "expires_at": now + timedelta(days=365),
    }
    told |= fields
    if told["depicted"] != Depicted.NOBODY_LIVING:
        told.setdefault("live_check", make_live_check(portrait))
    return Consent.objects.create(portrait=portrait, **told)


def make_job(owner: User | None = None, status: Status = Status.QUEUED, **fields: Any) -> Job:
    """A job in any status, with what that status implies."""
    owner = owner or make_user()
    portrait = fields.pop("portrait", None) or make_portrait(owner)
    recording = fields.pop("recording", None) or make_recording(owner)
    consent = fields.pop("consent", None) or make_consent(portrait)
    now = timezone.now()
    told: dict[str, Any] = {"title": "A test speaks", "queued_at": now, "sent_at": now} | fields
    job = Job(owner=owner, portrait=portrait, recording=recording, consent=consent, status=status, **told)
    if status == Status.RUNNING:
        job.attempt = job.attempt or 1
        job.heartbeat_at = job.heartbeat_at or now
    if status in (Status.IN_REVIEW, Status.PUBLISHED, Status.HIDDEN, Status.REJECTED, Status.TAKEN_DOWN):
        _seal(job)
    job.save(force_insert=True)
    return job


def _seal(job: Job) -> None:
    """A sealed job has a film (here: some bytes), a poster and a ledger entry."""
    now = timezone.now()
    job.output.save("sealed.mp4", ContentFile(b"0123456789" * 100), save=False)
    job.poster.save("poster.jpg", ContentFile(png()), save=False)
    job.output_sha256 = hashlib.sha256(b"0123456789" * 100).hexdigest()
    job.rendered_at = job.sealed_at = now
    job.words = [{"text": "Good", "start_s": 0.1, "end_s": 0.3}, {"text": "day <b>", "start_s": 0.4, "end_s": 0.6}]
    job.manifest_state = "trusted"
    job.mark_confirmed = True
    job.engine = {"name": "geometric", "version": "0.1.0", "weights": []}
    job.ledger_entry = append(kind=Kind.SEAL, actor=None, object_id=job.pk, output_sha256=job.output_sha256)
