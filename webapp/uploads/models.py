"""What users bring: pictures and films of faces, recordings of voices. Only clean, re-encoded bytes are kept."""

from __future__ import annotations

import hashlib
import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from webapp.vault import LOCKED


class State(models.TextChoices):
    """How far the check of an upload has come."""

    CHECKING = "CHECKING", "Being checked"
    READY = "READY", "Ready"
    REFUSED = "REFUSED", "Not usable"
    NEEDS_CHOICE = "NEEDS_CHOICE", "Choose a face"


class RecordingUse(models.TextChoices):
    """What a recording is for."""

    SPEECH = "SPEECH", "drives a portrait"
    STATEMENT = "STATEMENT", "a spoken statement of consent"


def quarantine_name(instance: Upload, filename: str) -> str:
    """Where an upload waits unopened. Its own name never reaches the file system."""
    return f"{LOCKED if instance.is_statement else 'quarantine/'}{secrets.token_hex(16)}"


def private_name(instance: Upload, filename: str) -> str:
    """A random name with the suffix that we chose for what we encoded."""
    suffix = filename.rpartition(".")[2]
    folder = LOCKED if instance.is_statement else f"{instance._meta.model_name}s/"
    return f"{folder}{secrets.token_hex(16)}.{suffix}"


class Upload(models.Model):
    """What portraits and recordings share."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="%(class)ss")
    title = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.CHECKING)
    quarantined = models.FileField(upload_to=quarantine_name, blank=True, max_length=200)
    file = models.FileField(upload_to=private_name, blank=True, max_length=200)
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the stored, re-encoded bytes.")
    reason_code = models.CharField(max_length=60, blank=True)
    message = models.CharField(max_length=500, blank=True)
    hint = models.CharField(max_length=500, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(auto_now_add=True, help_text="When the check was last queued or alive.")
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="READY") | (~Q(sha256="") & ~Q(file="")), name="%(class)s_ready_means_stored"
            ),
        )

    def __str__(self) -> str:
        return self.title or f"{self._meta.verbose_name} of {self.created_at:%d %B %Y}"

    @property
    def is_statement(self) -> bool:
        """Whether it is a sitter's word, which is stored locked."""
        return False

    @property
    def is_ready(self) -> bool:
        """Whether a video may use it."""
        return self.state == State.READY


class Portrait(Upload):
    """A picture with one chosen face; or a film of one face, whose `file` is then a still of it.

    What a video is made of is hashed: the picture, or the film.
    """

    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    faces = models.JSONField(
        default=list, blank=True, help_text="Boxes x0, y0, x1, y1 in px of the stored picture."
    )
    face_index = models.PositiveSmallIntegerField(null=True, blank=True)
    crop = models.JSONField(
        default=list, blank=True, help_text="Square x0, y0, x1, y1 in px of the stored picture."
    )
    film = models.FileField(upload_to=private_name, blank=True, max_length=200, help_text="Silent; sha256 is its.")
    duration_s = models.FloatField(default=0.0, help_text="Of the film.")
    embedding = models.BinaryField(
        max_length=512,
        default=b"",
        help_text="Of the chosen face: 128 numbers of 32 bits; empty until known.",
    )
    stranger = models.FloatField(default=-1.0, help_text="Cosine of the nearest face known to be another's.")
    findings = models.JSONField(
        default=list, blank=True, help_text="code, number: what a reviewer should see before anything is painted."
    )

    @property
    def face_sha256(self) -> str:
        """Of the face's embedding; empty until it is known."""
        return hashlib.sha256(self.embedding).hexdigest() if self.embedding else ""

    @property
    def content_type(self) -> str:
        """MIME type of the stored picture, which we encoded ourselves."""
        return "image/png" if str(self.file.name).endswith(".png") else "image/jpeg"

    @property
    def source_type(self) -> str:
        """MIME type of what a video is made of, whose hash is `sha256`."""
        return "video/mp4" if self.film else self.content_type


class Hearing(models.TextChoices):
    """Whether somebody knows what is said in a recording."""

    NOT_YET = "NOT_YET", "Nobody listened"
    HEARD = "HEARD", "Heard"
    FAILED = "FAILED", "Could not be heard"


class Recording(Upload):
    """The sound that drives a portrait, or in which a sitter agrees."""

    use = models.CharField(max_length=10, choices=RecordingUse, default=RecordingUse.SPEECH)
    duration_s = models.FloatField(default=0.0)
    voice_share = models.FloatField(default=0.0, help_text="Share of the time in which somebody speaks or sings.")
    synthetic_voice = models.BooleanField(default=False, help_text="Nobody spoke: it was made from a text.")
    script = models.JSONField(
        default=dict, blank=True, help_text="text, language, voice; once spoken, phones and words in time. Private."
    )
    transcript = models.TextField(blank=True, help_text="What it says, as its owner wrote it; private.")
    deleted_at = models.DateTimeField(
        null=True, blank=True, help_text="When its sound was deleted, as statements are; its hash stays."
    )
    voice_of = models.CharField(
        max_length=120, blank=True, help_text="Who speaks and agrees to it, where that is not the sitter; declared."
    )
    speaker = models.BinaryField(
        max_length=1024, default=b"", help_text="Of the voice: 256 numbers of 32 bits; empty where unknown."
    )
    hearing = models.CharField(max_length=7, choices=Hearing, default=Hearing.NOT_YET)
    said = models.TextField(blank=True, help_text="What it says, as the recogniser heard it; private.")
    words = models.JSONField(default=list, blank=True, help_text="text, start_s, end_s, as heard; private.")
    language = models.CharField(max_length=8, blank=True, help_text="ISO 639-1, as heard; empty where unclear.")

    @property
    def is_statement(self) -> bool:
        """Whether a sitter agrees in it."""
        return self.use == RecordingUse.STATEMENT
