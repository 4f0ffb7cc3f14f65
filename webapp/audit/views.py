"""Pages of auditors."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from webapp.accounts.models import User
from webapp.accounts.permissions import auditor_required
from webapp.audit.forms import SearchForm
from webapp.audit.models import LedgerEntry
from webapp.audit.services import leaf_hashes, spreadsheet_safe, tree_root

PAGE = 100  # entries
COLUMNS = ("index", "created_at", "kind", "actor", "actor_email", "object", "data", "leaf_hash")


@auditor_required
@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """Everything that happened, newest first."""
    form = SearchForm(request.GET)
    page = Paginator(form.found(), PAGE).get_page(request.GET.get("page"))
    people = _people({entry.actor for entry in page})
    rows = [{"entry": entry, "person": people.get(entry.actor, "")} for entry in page]
    leaves = leaf_hashes()
    tree = {"size": len(leaves), "root": tree_root(leaves)}
    return render(request, "audit/list.html", {"form": form, "page": page, "rows": rows, "tree": tree})


@auditor_required
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The same search as a file that a spreadsheet opens without running anything in it."""
    form = SearchForm(request.GET)
    if not form.is_valid():  # the page says what is wrong
        return redirect(f"{reverse('audit:list')}?{request.GET.urlencode()}")
    lines = _lines(form)
    headers = {
        "Content-Disposition": 'attachment; filename="sitter-ledger.csv"',
        "Cache-Control": "private, no-store",
    }
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line


def _lines(form: SearchForm) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    people = dict(User.objects.values_list("pseudonym", "email"))
    for entry in form.found().iterator():
        yield writer.writerow([spreadsheet_safe(value) for value in _row(entry, people)])


def _row(entry: LedgerEntry, people: dict[str, str]) -> tuple[object, ...]:
    when, data = entry.created_at.isoformat(), json.dumps(entry.data, sort_keys=True)
    person = people.get(entry.actor, "")
    return entry.index, when, entry.kind, entry.actor, person, entry.object, data, entry.leaf_hash


def _people(pseudonyms: set[str]) -> dict[str, str]:
    return dict(User.objects.filter(pseudonym__in=pseudonyms).values_list("pseudonym", "email"))
