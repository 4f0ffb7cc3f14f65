"""That a video's seal is in the ledger, for whoever wants to check it without us."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from webapp.audit.services import prove_inclusion
from webapp.videos.views import own_jobs


@login_required
@require_safe
def proof(request: HttpRequest, job_id: UUID) -> JsonResponse:
    """The entry's bytes, its audit path and the root (RFC 9162); `provenance.ledger.verify_inclusion` checks it.

    404 until the video is sealed.
    """
    job = get_object_or_404(own_jobs(request).select_related("ledger_entry"), pk=job_id)
    if job.ledger_entry is None:
        raise Http404
    shown = prove_inclusion(job.ledger_entry)
    return JsonResponse(
        {
            "leaf": job.ledger_entry.leaf().decode(),
            "leaf_hash": job.ledger_entry.leaf_hash,
            "index": shown.index,
            "tree_size": shown.tree_size,
            "root": shown.root,
            "path": list(shown.path),
        }
    )
