"""What the page of a live check sends."""

from __future__ import annotations

from django import forms
from django.core.files.base import File

from webapp.consent.live.phrases import CHOICES
from webapp.uploads.sizes import require_size

MOST_BYTES = 200 * 2**20  # of a film of a minute; browsers make about 3 MB


class BeginForm(forms.Form):
    """In which language the sitter speaks."""

    language = forms.ChoiceField(label="I speak", choices=CHOICES)


class DrawForm(forms.Form):
    """The sitter's word on their age, once."""

    is_adult = forms.BooleanField(label="I am the person in this portrait, and I am 18 or older.", required=False)


class AppealForm(forms.Form):
    """Why a person shall look."""

    reason = forms.CharField(
        label="What should they know?", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), required=False
    )


class FilmForm(forms.Form):
    """The film; `timed` where it was made on the page."""

    film = forms.FileField(allow_empty_file=True, max_length=None)
    timed = forms.BooleanField(required=False, widget=forms.HiddenInput)
    limit = MOST_BYTES

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["film"].widget.attrs |= {"accept": "video/*", "capture": "user"}

    def clean_film(self) -> File[bytes]:
        """Refuse what is empty or too large before it is kept."""
        return require_size(self.cleaned_data["film"], self.limit)
