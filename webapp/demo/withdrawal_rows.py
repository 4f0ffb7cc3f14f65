"""What the measurement of withdrawals needs in the site's database; runs in the site's own environment."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import numpy as np
from django.core.files.base import ContentFile
from django.utils import timezone

from provenance.fingerprints import Prints
from webapp.accounts.models import User
from webapp.audit.models import Kind
from webapp.audit.services import append
from webapp.consent import links
from webapp.consent.live.models import Challenge, State
from webapp.consent.models import Answer, Consent, Depicted, Request, Sitter
from webapp.lookup.traces import keep_trace
from webapp.videos.models import Job, Status
from webapp.videos.services import request_video

FILM = bytes(2 << 20)  # as long as some twenty seconds; nobody plays it


def prepare(email: str, *, asked: int, published: int, held: int) -> str:
    """A consent of a sitter by link, and videos under it, as JSON: the link's secret, and what is out."""
    owner = User.objects.get(email=email)
    User.objects.filter(pk=owner.pk).update(max_jobs_per_day=asked + published + held)
    owner.refresh_from_db()
    consent, token = _agree(owner)
    out = [_row(consent, Status.PUBLISHED) for _ in range(published)]
    for _ in range(held):
        _row(consent, Status.HELD)
    recording = owner.recordings.get()
    for _ in range(asked):
        request_video(owner=owner, portrait=consent.portrait, recording=recording, consent=consent, choices={})
    return json.dumps(
        {
            "token": token,
            "published": [{"id": str(job.pk), "code": job.code_hex} for job in out],
        }
    )


def _agree(owner: User) -> tuple[Consent, str]:
    """As after a request by link; the live check is a row alone, since it would take a camera."""
    now, token, portrait = timezone.now(), links.new_token(), owner.portraits.get()
    passed = {"language": "en", "is_adult": True, "drawn_at": now, "finished_at": now}
    live_check = Challenge.objects.create(
        portrait=portrait, portrait_sha256=portrait.sha256, begun_by=owner, state=State.PASSED, **passed
    )
    consent = Consent.objects.create(
        created_by=owner,
        portrait=portrait,
        portrait_sha256=portrait.sha256,
        depicted=Depicted.SOMEONE_ELSE,
        sitter_name="Portrait A",
        statement="I agree.",
        purpose="A measurement",
        live_check=live_check,
        given_at=now,
        expires_at=now + timedelta(days=1),
    )
    Request.objects.create(
        token_hash=links.hash_of(links.new_token()),
        created_by=owner,
        portrait=portrait,
        portrait_sha256=portrait.sha256,
        purpose=consent.purpose,
        until=consent.expires_at.date(),
        ends_at=consent.expires_at,
        answer=Answer.AGREED,
        answered_at=now,
        consent=consent,
        sitter=Sitter.objects.create(token_hash=links.hash_of(token)),
    )
    return consent, token


def _row(consent: Consent, status: Status) -> Job:
    """A video that has come so far."""
    now = timezone.now()
    job = Job(
        owner=consent.created_by,
        portrait=consent.portrait,
        recording=consent.created_by.recordings.get(),
        consent=consent,
        status=status,
        queued_at=now,
    )
    if status == Status.PUBLISHED:
        job.output.save("sealed.mp4", ContentFile(FILM), save=False)
        job.output_sha256 = hashlib.sha256(FILM).hexdigest()
        job.ledger_entry = append(kind=Kind.SEAL, actor=None, object_id=job.pk, output_sha256=job.output_sha256)
    job.save(force_insert=True)
    if status == Status.PUBLISHED:
        prints = Prints(np.zeros((2, 32), np.uint8), np.zeros(8, np.uint32))
        keep_trace(job=job, manifest=b"manifest", prints=prints.as_bytes())
    return job
