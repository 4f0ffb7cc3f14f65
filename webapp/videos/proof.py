"""That a video's seal is in the ledger, for whoever wants to check it without us."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from webapp.audit.services import prove_inclusion
from webapp.videos.models import Job
from webapp.videos.views import own_jobs


@login_required
@require_safe
@vary_on_headers("Accept")
def proof(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The seal's entry with what it binds, its audit path and the signed head; JSON for scripts that ask for it.

    404 until the video is sealed.
    """
    job = get_object_or_404(own_jobs(request).select_related("ledger_entry"), pk=job_id)
    if job.ledger_entry is None:
        raise Http404
    shown = _shown(job)
    if request.accepts("text/html"):
        return render(request, "videos/proof.html", {"job": job, "proof": shown})
    return JsonResponse(shown)


def _shown(job: Job) -> dict[str, Any]:
    entry = job.ledger_entry
    assert entry is not None
    found = prove_inclusion(entry)
    return {
        "state": job.status,
        "leaf": entry.leaf,
        "leaf_hash": entry.leaf_hash,
        "facts": {"salt": bytes(entry.salt).hex(), "value": entry.facts},
        "index": found.index,
        "tree_size": found.tree_size,
        "root": found.root,
        "path": list(found.path),
        "head": found.head.as_signed().as_json() if found.head else None,
    }
