"""What a reporter says, and what a reviewer answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms

from webapp.errors_text import explain
from webapp.reports.copies import Copy
from webapp.reports.models import Report, Stands, Wrong
from webapp.reports.services import Said


class ReportForm(forms.Form):
    """Which video, what is wrong with it, and as much about oneself as one likes."""

    video = forms.CharField(
        label="Which video?",
        max_length=300,
        required=False,
        help_text="Its number (ten letters and digits), or its address on this site. If you know neither, leave "
        "this empty and say below where you found it.",
    )
    elsewhere = forms.CharField(
        label="Or: where did you find it?",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="The address of a copy, or a description.",
    )
    stands = forms.ChoiceField(
        label="How does it concern you?",
        choices=Stands.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what fits best."},
    )
    wrong = forms.MultipleChoiceField(
        label="What is wrong?",
        choices=Wrong.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one; “something else” will do."},
        help_text="One or several. If it is sexual or about a child, the video is hidden as soon as you send this, "
        "until a reviewer has decided.",
    )
    words = forms.CharField(
        label="Anything else we should know?",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    contact = forms.EmailField(
        label="Your e-mail address",
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="Only if you want the answer by mail, too.",
    )
    formal = forms.BooleanField(label="This is a formal notice", required=False)
    name = forms.CharField(
        label="Your full name, as your signature",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    good_faith = forms.BooleanField(
        label="I believe in good faith that this video shows me, or the person I stand for, and that it was "
        "published without consent. What I say here is true.",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Some video is named; a formal notice is whole."""
        said = super().clean() or self.cleaned_data
        if not said.get("video") and not said.get("elsewhere"):
            self._refuse("video", "report_which")
        whole = all(said.get(field) for field in ("name", "contact", "good_faith"))
        if said.get("formal") and not whole and "contact" not in self.errors:
            self._refuse("formal", "report_formal")
        return said

    def _refuse(self, field: str, code: str) -> None:
        why = explain(code)
        self.add_error(field, f"{why.message} {why.hint}")

    def said(self) -> Said:
        """What the valid form says."""
        fields = ("stands", "wrong", "video", "elsewhere", "words", "contact", "formal")
        name = self.cleaned_data["name"] if self.cleaned_data["formal"] else ""
        return Said(**{field: self.cleaned_data[field] for field in fields}, name=name)


class AnswerForm(forms.Form):
    """What a reviewer decides about a video, those like it, and why."""

    TAKE_DOWN, KEEP = "TAKE_DOWN", "KEEP"
    verdict = forms.ChoiceField(choices=((TAKE_DOWN, "Take down"), (KEEP, "Keep")))
    reason = forms.CharField(max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    seen = forms.MultipleChoiceField(required=False)
    copies = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, reports: list[Report], copies: list[Copy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = {"seen": [report.pk for report in reports], "copies": [copy.job.pk for copy in copies]}
        for field, ids in chosen.items():
            self.fields[field].choices = [(str(key), str(key)) for key in ids]  # type: ignore[attr-defined]

    def ids(self, field: str) -> list[UUID]:
        """What was ticked, or shown."""
        return [UUID(key) for key in self.cleaned_data[field]]


class LooseForm(forms.Form):
    """A report that names no video of ours: which one it means, or that it means none."""

    video = forms.CharField(max_length=300, required=False)
    reason = forms.CharField(max_length=400, required=False)
