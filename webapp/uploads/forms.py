"""What an upload form takes. Whether the file is any good, a worker finds out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.base import File

from webapp.errors_text import explain
from webapp.uploads.languages import choices
from webapp.uploads.services import TITLE_LENGTH
from webapp.uploads.sizes import require_size
from webapp.videos import production

MAX_LETTERS = 5000  # of a script, as the engine takes them: about six minutes
MAX_TRANSCRIPT_LETTERS = 50_000  # of what an hour of speech holds
VOICES = (  # the engine's names, and what people choose by
    ("", "The clearest one"),
    ("jm_kumo", "A deeper voice"),
    ("jf_alpha", "A higher voice"),
    ("espeak", "A plain computer voice"),
)


class UploadForm(forms.Form):
    """A file and, if wanted, a title of its own."""

    file = forms.FileField(allow_empty_file=True, max_length=None)
    title = forms.CharField(max_length=TITLE_LENGTH, required=False, help_text="For your own list.")
    limit = settings.MAX_RECORDING_BYTES

    def clean_file(self) -> File[bytes]:
        """Refuse what is empty or too large before it is kept."""
        file: File[bytes] = self.cleaned_data["file"]
        return require_size(file, self.limit_of(file))

    def limit_of(self, file: File[bytes]) -> int:
        """How many bytes such a file may have."""
        return self.limit


class PortraitForm(UploadForm):
    """A picture, or a short film, which may be larger."""

    limit = settings.MAX_PORTRAIT_BYTES
    film_limit = settings.MAX_FILM_BYTES

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["file"].widget.attrs["accept"] = "image/*,video/mp4,video/webm,video/quicktime"

    def limit_of(self, file: File[bytes]) -> int:
        """Films are told by their first bytes, as in the check."""
        head = file.read(production.HEAD_BYTES)
        file.seek(0)
        return self.film_limit if production.is_film(head) else self.limit


class RecordingForm(UploadForm):
    """Sound in any container, a film's too; and what it says, if its owner knows."""

    transcript = forms.CharField(
        label="What it says",
        max_length=MAX_TRANSCRIPT_LETTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Lips and captions become more exact with the words. If they do not fit, what we hear counts.",
    )

    voice_of = forms.CharField(
        label="Their name",
        max_length=120,
        required=False,
        help_text="Every video with this recording then says that the voice is somebody else’s.",
    )
    voice_agrees = forms.BooleanField(label="They agree that their voice is used here.", required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["file"].widget.attrs["accept"] = "audio/*,video/*"

    def clean(self) -> dict[str, Any]:
        """Whoever lends a voice has to agree; whether they do is declared once, and not kept beside the name."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("voice_of") and not cleaned.pop("voice_agrees", False):
            why = explain("voice_needs_a_yes")
            self.add_error("voice_agrees", f"{why.message} {why.hint}")
        cleaned.pop("voice_agrees", None)
        return cleaned


class ScriptForm(forms.Form):
    """A text that a synthetic voice shall say."""

    text = forms.CharField(
        label="What it should say",
        max_length=MAX_LETTERS,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="Write it as it is spoken. A full stop, a comma or a new line makes a pause.",
    )
    language = forms.ChoiceField(choices=choices, initial="en", help_text="The one the text is written in.")
    voice = forms.ChoiceField(choices=VOICES, required=False, initial="")
    title = forms.CharField(max_length=TITLE_LENGTH, required=False, help_text="For your own list.")


class FaceForm(forms.Form):
    """Which of several faces shall speak."""

    face = forms.IntegerField(min_value=0)
