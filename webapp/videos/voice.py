"""Whose voice a video speaks with, as far as it is known when it is asked for; its manifest and label say so."""

from __future__ import annotations

from typing import Any

from django.db import models

from webapp.consent.models import Consent
from webapp.uploads.models import Recording
from webapp.videos.same_voice import SAME_VOICE, cosine


class VoiceKind(models.TextChoices):
    """What is known of a voice."""

    SYNTHETIC = "synthetic", "made here from a text"
    SITTER = "sitter", "sounds like the sitter's statement"
    AGREED = "agreed", "somebody else's, who agrees, as declared"
    UNPROVEN = "unproven", "not shown to be the sitter's"


def whose_voice(recording: Recording, consent: Consent) -> dict[str, Any]:
    """`kind` (VoiceKind), and `similarity` where there was something to compare: what Job.voice keeps."""
    if recording.synthetic_voice:
        return {"kind": str(VoiceKind.SYNTHETIC)}
    spoken = bytes(recording.speaker)
    measured = [cosine(spoken, known) for known in _of_the_sitter(consent)] if spoken else []
    said = {"similarity": round(max(measured), 2)} if measured else {}
    if measured and max(measured) >= SAME_VOICE:
        kind = VoiceKind.SITTER
    else:
        kind = VoiceKind.AGREED if recording.voice_of else VoiceKind.UNPROVEN
    return {"kind": str(kind)} | said


def _of_the_sitter(consent: Consent) -> list[bytes]:
    """Vectors of what the sitter said when they agreed."""
    stated = consent.recorded_statement, consent.live_check
    return [bytes(one.speaker) for one in stated if one and one.speaker]
