"""What a look-up takes."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.files.base import File

from webapp.uploads.sizes import require_size


class LookUpForm(forms.Form):
    """A video or picture that somebody doubts."""

    file = forms.FileField(allow_empty_file=True, max_length=None)
    limit = settings.MAX_RECORDING_BYTES

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["file"].widget.attrs["accept"] = "video/*,image/*"

    def clean_file(self) -> File[bytes]:
        """Refuse what is empty or too large before it is kept."""
        return require_size(self.cleaned_data["file"], self.limit)
