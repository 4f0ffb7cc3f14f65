"""What a creator chooses for a video."""

from __future__ import annotations

from dataclasses import fields

from django import forms

from webapp.accounts.models import User
from webapp.consent.services import valid_consent
from webapp.uploads.models import Portrait, Recording, RecordingUse, State
from webapp.videos.models import MAX_SEED, Background, Emotion, Shape, is_colour
from webapp.videos.services import Choices


class VideoForm(forms.Form):
    """Portrait and recording from what is ready; how it is performed."""

    portrait = forms.ModelChoiceField(Portrait.objects.none(), empty_label=None)
    recording = forms.ModelChoiceField(Recording.objects.none(), empty_label=None)
    title = forms.CharField(max_length=80, required=False)
    emotion = forms.ChoiceField(label="Mood", choices=Emotion.choices, initial=Emotion.AUTO, required=False)
    emotion_weight = forms.FloatField(
        label="How strongly",
        min_value=0,
        max_value=1,
        initial=0.5,
        required=False,
        help_text="0 not at all, 1 fully",
    )
    expressiveness = forms.FloatField(
        label="How lively it moves",
        min_value=0,
        max_value=2,
        initial=1,
        required=False,
        help_text="0 calm, 1 usual, 2 vivid",
    )
    still = forms.BooleanField(
        label="Move only lips and lids", required=False, help_text="The head rests and the brows keep quiet."
    )
    shape = forms.ChoiceField(
        label="Shape of the video",
        choices=Shape.choices,
        initial=Shape.SQUARE,
        required=False,
        help_text="Framed around the person, from the whole picture.",
    )
    background = forms.ChoiceField(
        label="Behind the person", choices=Background.choices, initial=Background.KEEP, required=False
    )
    background_colour = forms.CharField(
        label="Which colour",
        initial="#d8d4cc",
        required=False,
        validators=[is_colour],
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text="For a background of one colour.",
    )
    gaze_yaw = forms.FloatField(
        label="Look to the side",
        min_value=-30,
        max_value=30,
        initial=0,
        required=False,
        help_text="Degrees; positive is toward the picture’s right, 0 looks at the viewer.",
    )
    gaze_pitch = forms.FloatField(
        label="Look up or down",
        min_value=-20,
        max_value=20,
        initial=0,
        required=False,
        help_text="Degrees; positive looks down.",
    )
    distance = forms.FloatField(
        label="Distance",
        min_value=0.8,
        max_value=1.25,
        initial=1,
        required=False,
        help_text="1 is as in the portrait.",
    )
    seed = forms.IntegerField(
        min_value=0,
        max_value=MAX_SEED,
        required=False,
        help_text="The same number gives the same performance. Empty draws one.",
    )

    def __init__(self, *args: object, owner: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        recordings = owner.recordings.filter(state=State.READY, use=RecordingUse.SPEECH)
        self.fields["portrait"].queryset = owner.portraits.filter(state=State.READY)  # type: ignore[attr-defined]
        self.fields["recording"].queryset = recordings  # type: ignore[attr-defined]

    def portraits(self) -> list[tuple[Portrait, bool]]:
        """The portraits on offer, each with whether a consent lets it speak now; those that may come first."""
        offered = self.fields["portrait"].queryset  # type: ignore[attr-defined]
        return sorted(
            ((portrait, valid_consent(portrait) is not None) for portrait in offered), key=lambda pair: not pair[1]
        )

    def choices(self) -> Choices:
        """The performance; a field left empty keeps its initial value."""
        said = self.cleaned_data
        names = tuple(field.name for field in fields(Choices))
        return Choices(**{name: said[name] for name in names if said[name] not in (None, "")})
