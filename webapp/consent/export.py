"""All that the site keeps about a sitter, as they get it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from webapp.consent.live.models import Challenge
from webapp.consent.looks import looks_at
from webapp.consent.models import Consent, Sitter
from webapp.consent.portal import consents_of, jobs_of, live_checks_of
from webapp.consent.receipts import receipt_of
from webapp.videos.models import Job


def export(sitter: Sitter) -> dict[str, Any]:
    """As JSON. Of films it says that there is one; the film itself is for reviewers alone."""
    return {
        "email": sitter.email,
        "since": _at(sitter.created_at),
        "consents": [_consent(consent) for consent in consents_of(sitter)],
        "live_checks": [_live_check(check) for check in live_checks_of(sitter)],
        "videos": [_video(job) for job in jobs_of(sitter)],
    }


def _consent(consent: Consent) -> dict[str, Any]:
    asked, looks = consent.request, looks_at(consent).select_related("by")
    gone = consent.purpose_withdrawals.order_by("created_at")
    return {
        "id": str(consent.pk),
        "name": consent.sitter_name,
        "statement": consent.statement,
        "asked": {
            "by": consent.created_by.shown_name,
            "at": _at(asked.created_at),
            "purposes": asked.purposes,
            "purpose": asked.purpose,
            "until": asked.until.isoformat(),
        },
        "purposes": consent.purposes,
        "purpose": consent.purpose,
        "purposes_withdrawn": {row.purpose: _at(row.created_at) for row in gone},
        "own_voice_only": consent.own_voice_only,
        "old_videos": consent.old_videos,
        "portrait_sha256": consent.portrait_sha256,
        "given_at": _at(consent.given_at),
        "expires_at": _at(consent.expires_at),
        "withdrawn_at": _at(consent.withdrawn_at),
        "receipt": receipt_of(consent),
        "looks": [
            {"at": _at(look.created_at), "by": look.by.shown_name, "why": look.why, "opened": look.opened}
            for look in looks
        ],
    }


def _live_check(check: Challenge) -> dict[str, Any]:
    return {
        "id": str(check.pk),
        "state": check.state,
        "language": check.language,
        "read_aloud": check.text if check.phrase else "",
        "moves": check.moves,
        "found": check.checks,
        "asked_a_reviewer": check.appeal,
        "film_is_kept": bool(check.clip),
        "film_deleted_at": _at(check.clip_deleted_at),
        "voice_is_kept": bool(check.speaker),
        "film_sha256": check.clip_sha256 or None,
        "finished_at": _at(check.finished_at),
    }


def _video(job: Job) -> dict[str, Any]:
    taken_back = getattr(job, "withdrawal", None)
    return {
        "id": str(job.pk),
        "title": str(job),
        "purpose": job.purpose or None,
        "mark": job.code_hex,
        "state": job.status,
        "asked_by": job.owner.shown_name,
        "asked_at": _at(job.created_at),
        "consent": str(job.consent_id),
        "taken_back_at": _at(taken_back.created_at) if taken_back else None,
        "sha256": job.output_sha256 or None,
    }


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
