"""How auditors search."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django import forms
from django.db.models import Q, QuerySet

from webapp.accounts.models import User
from webapp.audit.models import Kind, LedgerEntry

A_DAY = {"invalid": "This is no day. Write it like 2026-07-31."}


class SearchForm(forms.Form):
    """Every field narrows the list; all may stay empty."""

    kind = forms.ChoiceField(choices=[("", "Everything"), *Kind.choices], required=False)
    actor = forms.CharField(max_length=120, required=False, help_text="E-mail address or pseudonym")
    object = forms.CharField(
        max_length=40, required=False, help_text="Id of a video, consent or account, or a mark"
    )
    since = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}), error_messages=A_DAY)
    until = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}), error_messages=A_DAY)
    text = forms.CharField(max_length=80, required=False, help_text="In what happened or in the recorded data")

    def found(self) -> QuerySet[LedgerEntry]:
        """Entries that match, newest first."""
        rows = LedgerEntry.objects.order_by("-index")
        if not self.is_valid():
            return rows.none()
        said = self.cleaned_data
        if said["kind"]:
            rows = rows.filter(kind=said["kind"])
        if said["actor"]:
            rows = rows.filter(actor__in=_pseudonyms(said["actor"]))
        if said["object"]:
            rows = rows.filter(Q(object=_normal(said["object"])) | Q(data__code=said["object"].upper()))
        if said["since"]:
            rows = rows.filter(created_at__date__gte=said["since"])
        if said["until"]:
            rows = rows.filter(created_at__date__lt=said["until"] + timedelta(days=1))
        if said["text"]:
            written = Q(data__icontains=said["text"]) | Q(object__icontains=said["text"])
            rows = rows.filter(written | Q(kind__in=_kinds(said["text"])))
        return rows


def _kinds(words: str) -> list[str]:
    """Kinds of acts whose names hold these words, as an auditor reads them in the list."""
    return [kind for kind, name in Kind.choices if words.strip().lower() in f"{kind} {name}".lower()]


def _pseudonyms(who: str) -> list[str]:
    users = User.objects.filter(Q(email__icontains=who) | Q(pseudonym=who.lower()))
    return [*users.values_list("pseudonym", flat=True), who.lower()]


def _normal(object_id: str) -> str:
    try:
        return str(uuid.UUID(object_id))
    except ValueError:
        return object_id.lower()
