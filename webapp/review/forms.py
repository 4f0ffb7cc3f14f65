"""What a reviewer says."""

from django import forms

from webapp.review.models import Verdict


class DecisionForm(forms.Form):
    """The verdict; a rejection needs a reason, which its maker reads."""

    verdict = forms.ChoiceField(choices=Verdict.choices)
    reason = forms.CharField(
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Its maker reads this. Needed for a rejection.",
    )
