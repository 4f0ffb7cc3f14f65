"""How auditors search."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django import forms
from django.db.models import Q, QuerySet

from webapp.accounts.models import User
from webapp.audit.erasure import find_person
from webapp.audit.models import Disclosure, Field, Kind, LedgerEntry
from webapp.errors_text import Refused

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
        rows = LedgerEntry.objects.order_by("-index").prefetch_related("disclosures")
        if not self.is_valid():
            return rows.none()
        said = self.cleaned_data
        if said["kind"]:
            rows = rows.filter(kind=said["kind"])
        if said["actor"]:
            rows = rows.filter(_acts_of(_pseudonyms(said["actor"]), Field.ACTOR))
        if said["object"]:
            what = _normal(said["object"])
            file = Q(object=what) | Q(data__code=said["object"].upper())
            rows = rows.filter(file | _acts_of([what], Field.SUBJECT))
        if said["since"]:
            rows = rows.filter(created_at__date__gte=said["since"])
        if said["until"]:
            rows = rows.filter(created_at__date__lt=said["until"] + timedelta(days=1))
        if said["text"]:
            written = Q(data__icontains=said["text"]) | Q(object__icontains=said["text"])
            written |= _told(field=Field.REASON, value__icontains=said["text"])
            rows = rows.filter(written | Q(kind__in=_kinds(said["text"])))
        return rows


def _kinds(words: str) -> list[str]:
    """Kinds of acts whose names hold these words, as an auditor reads them in the list."""
    return [kind for kind, name in Kind.choices if words.strip().lower() in f"{kind} {name}".lower()]


class ErasureForm(forms.Form):
    """Whose personal data, and why; twice asked, since it can't be undone."""

    who = forms.CharField(
        label="Account", max_length=254, help_text="E-mail address or pseudonym of the person to forget"
    )
    reason = forms.CharField(
        max_length=300,
        help_text="Such as the number of their request. It stays in the ledger: do not name the person.",
    )
    confirm = forms.BooleanField(label="I understand that nobody can bring it back")

    def clean_who(self) -> User:
        """The account."""
        try:
            return find_person(self.cleaned_data["who"])
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from refused


def _told(**what: object) -> Q:
    return Q(pk__in=Disclosure.objects.filter(**what).values("entry_id"))


def _acts_of(pseudonyms: list[str], field: Field) -> Q:
    """Entries that name one of these people."""
    return _told(field=field, value__in=pseudonyms)


def _pseudonyms(who: str) -> list[str]:
    users = User.objects.filter(Q(email__icontains=who) | Q(pseudonym=who.lower()))
    return [*users.values_list("pseudonym", flat=True), who.lower()]


def _normal(object_id: str) -> str:
    try:
        return str(uuid.UUID(object_id))
    except ValueError:
        return object_id.lower()
