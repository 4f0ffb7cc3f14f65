"""What a consent says."""

from __future__ import annotations

from typing import Any

from django import forms

from webapp.consent.models import Depicted
from webapp.consent.services import default_expiry
from webapp.errors_text import explain


class ConsentForm(forms.Form):
    """Who is depicted, what they agreed to, for what and until when."""

    depicted = forms.ChoiceField(label="Who is in the picture?", choices=Depicted.choices, widget=forms.RadioSelect)
    sitter_name = forms.CharField(
        label="Name", max_length=120, help_text="Of the person depicted; for an artwork, its title and maker."
    )
    purpose = forms.CharField(label="What is it for?", max_length=300)
    statement = forms.CharField(
        label="Statement",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="In the sitter's own words: that they agree, and to what. For an artwork: its source.",
    )
    statement_file = forms.FileField(
        label="Or a recorded statement",
        required=False,
        widget=forms.FileInput(attrs={"accept": "audio/*,video/*"}),
        help_text="The sitter says it aloud, in any common sound or video format.",
    )
    expires_on = forms.DateField(
        label="Valid until", initial=default_expiry, widget=forms.DateInput(attrs={"type": "date"})
    )
    confirm = forms.BooleanField(label="This is true, and I answer for it.")

    def clean(self) -> dict[str, Any]:
        """A statement is needed, typed or recorded."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("statement", "").strip() and not cleaned.get("statement_file"):
            why = explain("consent_statement_missing")
            self.add_error("statement", f"{why.message} {why.hint}")
        return cleaned


class WithdrawForm(forms.Form):
    """Why, if one wants to say."""

    reason = forms.CharField(max_length=300, required=False)
