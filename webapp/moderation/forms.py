"""What a reviewer says about a held request."""

from django import forms

from webapp.moderation.models import Answer, Verdict


class RulingForm(forms.Form):
    """The verdict; a refusal needs a reason, which whoever asked for the video reads."""

    verdict = forms.ChoiceField(choices=Verdict.choices)
    reason = forms.CharField(max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class AppealForm(forms.Form):
    """Why a reviewer's no was wrong."""

    words = forms.CharField(max_length=1000, required=False)


class AnswerForm(forms.Form):
    """The answer to an appeal; where the first decision stands it needs a reason."""

    answer = forms.ChoiceField(choices=Answer.choices)
    reason = forms.CharField(max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
