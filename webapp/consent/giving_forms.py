"""What an account states itself: for its own face, or for the face of nobody living."""

from __future__ import annotations

from django import forms

from webapp.consent.forms import purposes_field
from webapp.consent.services import default_expiry


class GivenForm(forms.Form):
    """What both say: for what, until when, and whoever says it answers for it."""

    purposes = purposes_field("What is it for?")
    purpose = forms.CharField(label="In a few words", max_length=300)
    expires_on = forms.DateField(
        label="Valid until", initial=default_expiry, widget=forms.DateInput(attrs={"type": "date"})
    )
    confirm = forms.BooleanField(label="This is true, and I answer for it.")


class MyselfForm(GivenForm):
    """The sitter is the one at the keyboard, and has shown it."""

    sitter_name = forms.CharField(
        label="Your full name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    statement = forms.CharField(
        label="In your own words",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What you would like to add to what you said before the camera.",
    )
    statement_file = forms.FileField(
        label="Or spoken",
        required=False,
        widget=forms.FileInput(attrs={"accept": "audio/*,video/*"}),
        help_text="In any common sound or video format. The consent then counts once it was listened to.",
    )
    field_order = ("sitter_name", "purposes", "purpose", "expires_on", "statement", "statement_file", "confirm")


class NobodyForm(GivenForm):
    """Nobody in the picture can be asked: where it comes from, and what shows that."""

    sitter_name = forms.CharField(label="What the picture shows", max_length=120, help_text="Its title and maker.")
    source = forms.CharField(
        label="Where it comes from",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="A museum and its number, an address, or the program that made it.",
    )
    evidence = forms.CharField(
        label="What shows that nobody living is in it",
        max_length=1200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="When the person died, or how the face was made. A reviewer reads it before anything is made.",
    )
    field_order = ("sitter_name", "source", "evidence", "purposes", "purpose", "expires_on", "confirm")
