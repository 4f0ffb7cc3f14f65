"""What anyone may fetch to check a consent receipt."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from webapp.consent.receipts import public_keys


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The public keys by which receipts are checked, newest first, PEM; 404 before the first receipt."""
    pem = public_keys()
    if not pem:
        raise Http404
    disposition = {"Content-Disposition": 'inline; filename="consent.pem"'}
    return HttpResponse(pem, content_type="application/x-pem-file", headers=disposition)
