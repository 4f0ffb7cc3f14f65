"""What is asked of a sitter, and what they answer."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django import forms

from webapp.accounts.models import User
from webapp.consent.answering import Terms
from webapp.consent.live.phrases import CHOICES
from webapp.consent.models import Request
from webapp.consent.purposes import OldVideos, Purpose
from webapp.consent.services import default_expiry
from webapp.uploads.models import Recording, RecordingUse, State


def purposes_field(label: str) -> forms.MultipleChoiceField:
    """A choice of purposes, several at once."""
    return forms.MultipleChoiceField(label=label, choices=Purpose.choices, widget=forms.CheckboxSelectMultiple)


class AskForm(forms.Form):
    """What a creator asks a sitter for."""

    asked_as = forms.CharField(
        label="Your name, as they know you",
        max_length=80,
        help_text="They read it first, and it is in what they state.",
    )
    purposes = purposes_field("What is it for?")
    purpose = forms.CharField(
        label="In a few words",
        max_length=300,
        help_text="In words that they understand. It is what they agree to.",
    )
    until = forms.DateField(
        label="Until when?", initial=default_expiry, widget=forms.DateInput(attrs={"type": "date"})
    )
    recording = forms.ModelChoiceField(
        Recording.objects.none(),
        label="A recording they can listen to",
        required=False,
        empty_label="None yet",
        help_text="They may agree to this one alone.",
    )

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ready = owner.recordings.filter(state=State.READY, use=RecordingUse.SPEECH)
        self.fields["recording"].queryset = ready  # type: ignore[attr-defined]
        self.fields["asked_as"].initial = owner.name


class AgreeForm(forms.Form):
    """What a sitter agrees to: by default what was asked, or less."""

    full_name = forms.CharField(
        label="Your full name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    is_me = forms.BooleanField(label="I am the person in this picture, and I am 18 or older.")
    purposes = purposes_field("Only for")
    purpose = forms.CharField(label="For what, in words", max_length=300)
    until = forms.DateField(label="Only until", widget=forms.DateInput(attrs={"type": "date"}))
    only_this = forms.BooleanField(label="Only with the recording above, no other", required=False)
    own_voice = forms.BooleanField(
        label="Only in my own voice",
        required=False,
        help_text="A recording has to sound like you do before the camera, or nothing is made with it.",
    )
    old_videos = forms.ChoiceField(
        label="What becomes of videos that are out when this ends?",
        choices=OldVideos.choices,
        initial=OldVideos.STAY,
        required=False,
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(
        label="I speak",
        choices=CHOICES,
        help_text="You read a sentence aloud in this language, before your camera.",
    )
    email = forms.EmailField(
        label="Your e-mail address",
        required=False,
        help_text="Only for the link to your private page, a code when another browser opens it, and word "
        "from a reviewer who had to watch your film.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, asked: Request, chosen: Terms | None = None, **kwargs: Any) -> None:
        whole = {"purposes": asked.purposes, "purpose": asked.purpose, "until": asked.until}
        kwargs["initial"] = whole | (asdict(chosen) if chosen else {})
        super().__init__(*args, **kwargs)
        choices = [choice for choice in Purpose.choices if choice[0] in asked.purposes]
        if len(choices) > 1:
            self.fields["purposes"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["purposes"]  # there is nothing to choose
        self.asked = asked
        self.fields["until"].widget.attrs["max"] = asked.until.isoformat()
        if asked.recording_id is None:
            del self.fields["only_this"]

    def terms(self) -> Terms:
        """The valid form's terms."""
        said = self.cleaned_data
        names = ("full_name", "purpose", "until", "email")
        return Terms(
            **{name: said[name] for name in names},
            purposes=tuple(said.get("purposes", self.asked.purposes)),
            only_this=said.get("only_this", False),
            own_voice=said["own_voice"],
            old_videos=OldVideos(said["old_videos"] or OldVideos.STAY),
        )


class RefuseForm(forms.Form):
    """No, and whether for good."""

    block = forms.BooleanField(required=False)


class CodeForm(forms.Form):
    """The code that was sent; spaces do no harm."""

    code = forms.CharField(
        label="Code",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
    )

    def clean_code(self) -> str:
        """Without spaces."""
        return "".join(self.cleaned_data["code"].split())


class ReasonForm(forms.Form):
    """Why, in words for whoever it concerns."""

    reason = forms.CharField(max_length=300, required=False)

    def said(self) -> str:
        """The reason; empty where none was given, or a whole essay."""
        return str(self.cleaned_data["reason"]) if self.is_valid() else ""
