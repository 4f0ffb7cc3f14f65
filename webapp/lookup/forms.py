"""What a look-up takes."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.files.base import File

from webapp.errors_text import explain


class LookUpForm(forms.Form):
    """A video or picture that somebody doubts."""

    file = forms.FileField(allow_empty_file=True, max_length=None)
    limit = settings.MAX_RECORDING_BYTES

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["file"].widget.attrs["accept"] = "video/*,image/*"

    def clean_file(self) -> File[bytes]:
        """Refuse what is empty or too large before it is kept."""
        file: File[bytes] = self.cleaned_data["file"]
        code = "file_empty" if not file.size else "file_too_large" if file.size > self.limit else None
        if code:
            why = explain(code, limit=self.limit // 2**20)
            raise forms.ValidationError(f"{why.message} {why.hint}", code=code)
        return file
