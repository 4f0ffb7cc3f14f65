"""What administrators bring: a picture and a reason."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.files.base import File

from webapp.uploads.sizes import require_size


class BlockForm(forms.Form):
    """One picture of one face."""

    picture = forms.FileField(allow_empty_file=True, max_length=None)
    reason = forms.CharField(
        label="Why", max_length=300, help_text="Who it is and why. It is kept in the ledger with your name."
    )
    limit = settings.MAX_PORTRAIT_BYTES

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["picture"].widget.attrs["accept"] = "image/*"

    def clean_picture(self) -> File[bytes]:
        """Refuse what is empty or too large before it is kept."""
        return require_size(self.cleaned_data["picture"], self.limit)


class LiftForm(forms.Form):
    """Why a face may be used again."""

    why = forms.CharField(
        label="Why it is lifted", max_length=300, help_text="It is kept in the ledger with your name."
    )
