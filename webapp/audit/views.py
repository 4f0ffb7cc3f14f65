"""Pages of auditors."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from webapp.accounts.models import User
from webapp.accounts.permissions import auditor_required, user_of
from webapp.audit import heads, tree
from webapp.audit.erasure import erase_person
from webapp.audit.forms import ErasureForm, SearchForm
from webapp.audit.models import Field, LedgerEntry
from webapp.audit.services import record_export, spreadsheet_safe
from webapp.errors_text import Refused

PAGE = 100  # entries
CHUNK = 2000  # entries read at a time for a file
ERASED = "(erased)"
COLUMNS = (
    "index",
    "created_at",
    "kind",
    "actor",
    "actor_email",
    "object",
    "subject",
    "reason",
    "data",
    "leaf_hash",
)
PEOPLE = (Field.ACTOR, Field.SUBJECT)


@auditor_required
@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """Everything that happened, newest first."""
    form = SearchForm(request.GET)
    page = Paginator(form.found(), PAGE).get_page(request.GET.get("page"))
    told = [entry.told for entry in page]
    people = _people(told)
    rows = [
        {"entry": entry, "reason": said.get(Field.REASON, "")}
        | {str(field): _person(field, said, people) for field in PEOPLE}
        for entry, said in zip(page, told, strict=True)
    ]
    size, root = tree.state()
    context = {"form": form, "page": page, "rows": rows, "tree": {"size": size, "root": root.hex()}}
    return render(request, "audit/list.html", context | {"head": heads.latest()})


def _person(field: Field, said: Mapping[str, str | None], people: Mapping[str, str]) -> dict[str, object]:
    pseudonym = said.get(field, "")
    return {"pseudonym": pseudonym or "", "email": people.get(pseudonym or "", ""), "erased": pseudonym is None}


def _people(told: Iterable[Mapping[str, str | None]]) -> dict[str, str]:
    """Pseudonym → address of everybody who is named."""
    named = {said[field] for said in told for field in PEOPLE if said.get(field)}
    return dict(User.objects.filter(pseudonym__in=named).values_list("pseudonym", "email"))


@auditor_required
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The same search as a file that a spreadsheet opens without running anything in it; itself an act."""
    form = SearchForm(request.GET)
    if not form.is_valid():  # the page says what is wrong
        return redirect(f"{reverse('audit:list')}?{request.GET.urlencode()}")
    lines = _lines(form)
    record_export(by=user_of(request))
    headers = {
        "Content-Disposition": 'attachment; filename="sitter-ledger.csv"',
        "Cache-Control": "private, no-store",
    }
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


@auditor_required
@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Erase what the ledger tells of a person; that it was done is an entry too."""
    form = ErasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            gone = erase_person(
                person=form.cleaned_data["who"], by=user_of(request), reason=form.cleaned_data["reason"]
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"Erased {gone} facts. The chain is whole, and every proof still holds.")
            return redirect("audit:list")
    return render(request, "audit/erase.html", {"form": form})


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def _lines(form: SearchForm) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    people = dict(User.objects.values_list("pseudonym", "email"))
    for entry in form.found().iterator(CHUNK):
        yield writer.writerow([spreadsheet_safe(value) for value in _row(entry, people)])


def _row(entry: LedgerEntry, people: dict[str, str]) -> tuple[object, ...]:
    when, data = entry.created_at.isoformat(), json.dumps(entry.data, sort_keys=True)
    said = {field: ERASED if value is None else value for field, value in entry.told.items()}
    actor, subject, reason = (said.get(field, "") for field in (*PEOPLE, Field.REASON))
    about = (actor, people.get(actor, ""), entry.object, subject, reason)
    return entry.index, when, entry.kind, *about, data, entry.leaf_hash
