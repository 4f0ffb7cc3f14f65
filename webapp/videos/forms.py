"""What a creator chooses for a video."""

from __future__ import annotations

from typing import Any

from django import forms

from webapp.accounts.models import User
from webapp.consent.purposes import Purpose, in_order
from webapp.consent.services import valid_consents
from webapp.uploads.models import Portrait, Recording, RecordingUse, State
from webapp.videos.choices import CHOICES
from webapp.videos.models import MAX_SEED, Job


def _agreed(portrait: Portrait) -> list[str] | None:
    """The purposes for which a portrait may speak now; None where it may not at all."""
    consents = valid_consents(portrait)
    return (
        in_order(purpose for consent in consents for purpose in consent.standing_purposes()) if consents else None
    )


class VideoForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the type checker alone
    """Portrait and recording from what is ready; how it is performed and shown. It checks and saves nothing."""

    portrait = forms.ModelChoiceField(Portrait.objects.none(), empty_label=None)
    recording = forms.ModelChoiceField(Recording.objects.none(), empty_label=None)
    purpose = forms.ChoiceField(
        label="What is it for?", required=False, help_text="Of what the sitter of this portrait agreed to."
    )
    seed = forms.IntegerField(
        min_value=0,
        max_value=MAX_SEED,
        required=False,
        help_text="The same number gives the same performance. Empty draws one.",
    )

    class Meta:
        model = Job
        fields = ("title", *CHOICES)
        widgets = {"background_colour": forms.TextInput(attrs={"type": "color"})}

    def __init__(self, *args: object, owner: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        recordings = owner.recordings.filter(state=State.READY, use=RecordingUse.SPEECH)
        self.fields["portrait"].queryset = owner.portraits.filter(state=State.READY)  # type: ignore[attr-defined]
        self.fields["recording"].queryset = recordings  # type: ignore[attr-defined]
        for name in CHOICES:
            self.fields[name].required = False
        self.agreed = {portrait.pk: _agreed(portrait) for portrait in self.fields["portrait"].queryset}  # type: ignore[attr-defined]
        asked_for = {purpose for purposes in self.agreed.values() for purpose in purposes or ()}
        choices = [choice for choice in Purpose.choices if choice[0] in asked_for]
        self.fields["purpose"].choices = [("", "Choose"), *choices]  # type: ignore[attr-defined]

    @property
    def asks_purpose(self) -> bool:
        """Whether there is a portrait whose sitter agreed to more than one purpose."""
        return any(len(purposes or ()) > 1 for purposes in self.agreed.values())

    def portraits(self) -> list[tuple[Portrait, list[str] | None]]:
        """The portraits on offer, each with the purposes it may speak for now, or None; those that may first."""
        offered = self.fields["portrait"].queryset  # type: ignore[attr-defined]
        return sorted(
            ((portrait, self.agreed[portrait.pk]) for portrait in offered), key=lambda pair: pair[1] is None
        )

    def choices(self) -> dict[str, Any]:
        """What was chosen; a field left empty keeps its usual value."""
        said = self.cleaned_data
        return {name: said[name] for name in CHOICES if said[name] not in (None, "")}
