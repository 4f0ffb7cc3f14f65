"""What a creator chooses for a video."""

from __future__ import annotations

from typing import Any

from django import forms

from webapp.accounts.models import User
from webapp.consent.services import valid_consent
from webapp.uploads.models import Portrait, Recording, RecordingUse, State
from webapp.videos.choices import CHOICES
from webapp.videos.models import MAX_SEED, Job


class VideoForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the type checker alone
    """Portrait and recording from what is ready; how it is performed and shown. It checks and saves nothing."""

    portrait = forms.ModelChoiceField(Portrait.objects.none(), empty_label=None)
    recording = forms.ModelChoiceField(Recording.objects.none(), empty_label=None)
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

    def portraits(self) -> list[tuple[Portrait, bool]]:
        """The portraits on offer, each with whether a consent lets it speak now; those that may come first."""
        offered = self.fields["portrait"].queryset  # type: ignore[attr-defined]
        return sorted(
            ((portrait, valid_consent(portrait) is not None) for portrait in offered), key=lambda pair: not pair[1]
        )

    def choices(self) -> dict[str, Any]:
        """What was chosen; a field left empty keeps its usual value."""
        said = self.cleaned_data
        return {name: said[name] for name in CHOICES if said[name] not in (None, "")}
