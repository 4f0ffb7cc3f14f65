"""What asking for evidence takes."""

from django import forms


class EvidenceForm(forms.Form):
    """Why somebody wants a package."""

    reason = forms.CharField(max_length=300, help_text="It is kept in the ledger, and the package holds a name.")
