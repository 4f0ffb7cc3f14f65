"""The public log: read-only JSON for anyone, and a page that says what it is. docs/ledger.md is the reference.

Everything here speaks of what a signed head covers, and of nothing later. An entry shows its number, time and kind;
people, videos and reasons are bound by salted hashes that nobody can open without us.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.cache import cache
from django.db.models import Min
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from provenance import ledger
from webapp.audit import heads, limits, tree
from webapp.audit.models import LedgerEntry, SignedTreeHead

PAGE = 1000  # entries in one answer
SETTLED_S, FRESH_S = 3600, 5  # s that caches may keep what never changes, and what does
KEYS_S = 60  # s that the list of keys is kept
MAX_DIGITS = 15
HASH = re.compile(r"[0-9a-f]{64}")


class _Wrong(Exception):
    """A request that has no answer."""

    def __init__(self, code: str, message: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message)
        self.code, self.status = code, status


Answer = tuple[dict[str, Any], int]  # JSON, and seconds that caches may keep it


def _public(view: Callable[[HttpRequest], Answer]) -> Callable[[HttpRequest], HttpResponse]:
    """JSON for programs of any origin, counted per place on the network, errors in words."""

    @require_safe
    @wraps(view)
    def answered(request: HttpRequest) -> HttpResponse:
        wait = limits.wait_s(request)
        if wait:
            response = _error("too_many_requests", "Please ask less often.", HTTPStatus.TOO_MANY_REQUESTS)
            response["Retry-After"] = str(wait)
        else:
            try:
                said, keep_s = view(request)
                response = JsonResponse(said)
                response["Cache-Control"] = f"public, max-age={keep_s}"
            except _Wrong as wrong:
                response = _error(wrong.code, str(wrong), wrong.status)
            except KeyError:  # a stored node is gone; `heads` and `check_ledger` tell the operator
                text = "The log is damaged: parts of its tree are missing."
                response = _error("log_damaged", text, HTTPStatus.SERVICE_UNAVAILABLE)
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return answered


def _error(code: str, message: str, status: int) -> JsonResponse:
    response = JsonResponse({"error": {"code": code, "message": message}}, status=status)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What the log is, how large it is, and how to watch it."""
    newest = heads.latest()
    context = {
        "head": newest,
        "key": base64.b64encode(bytes(newest.key)).decode() if newest else "",
        "example": LedgerEntry.objects.filter(index__lt=newest.tree_size).first() if newest else None,
        "address": request.build_absolute_uri(request.path),
    }
    return render(request, "log/page.html", context)


@_public
def head(request: HttpRequest) -> Answer:
    """The newest signed head, or the one signed at `tree_size`."""
    if "tree_size" not in request.GET:
        return _newest().as_signed().as_json(), FRESH_S
    size = _number(request, "tree_size")
    signed = SignedTreeHead.objects.filter(tree_size=size).first()
    if signed is None:
        raise _Wrong("no_such_head", f"No head was signed at {size} entries.", HTTPStatus.NOT_FOUND)
    return signed.as_signed().as_json(), FRESH_S


@_public
def entries(request: HttpRequest) -> Answer:
    """Entries `start` to `end`, both included, at most PAGE of them: the bytes that are hashed, as text."""
    size = _newest().tree_size
    start = _number(request, "start", 0)
    if start >= size:
        raise _Wrong("outside", f"The newest signed head covers {size} entries.", HTTPStatus.NOT_FOUND)
    end = _number(request, "end", start + PAGE - 1)
    if end < start:
        raise _Wrong("outside", "end comes before start.")
    last = min(end, start + PAGE - 1, size - 1)
    rows = LedgerEntry.objects.filter(index__range=(start, last)).order_by("index").values("index", "leaf")
    return {"entries": list(rows)}, SETTLED_S if last == end else FRESH_S


@_public
def inclusion(request: HttpRequest) -> Answer:
    """The proof of the entry at `index`, or with leaf hash `hash`, in the tree of `tree_size` entries."""
    size = _signed_size(request, "tree_size")
    if "hash" in request.GET:
        wanted = request.GET["hash"].lower()
        if not HASH.fullmatch(wanted):
            raise _Wrong("no_hash", "hash must be 64 hexadecimal digits.")
        entry = LedgerEntry.objects.filter(leaf_hash=wanted, index__lt=size).first()
    else:
        entry = LedgerEntry.objects.filter(index=_number(request, "index"), index__lt=size).first()
    if entry is None:
        raise _Wrong("no_such_entry", f"There is no such entry among {size}.", HTTPStatus.NOT_FOUND)
    path = [step.hex() for step in ledger.inclusion_proof(entry.index, size, tree.read)]
    return {"index": entry.index, "tree_size": size, "leaf_hash": entry.leaf_hash, "path": path}, SETTLED_S


@_public
def consistency(request: HttpRequest) -> Answer:
    """The proof that the tree of `second` entries continues the one of `first`."""
    first, second = _number(request, "first"), _signed_size(request, "second")
    if not 0 < first <= second:
        raise _Wrong("outside", "first must be at least 1 and not above second.")
    path = [step.hex() for step in ledger.consistency_proof(first, second, tree.read)]
    return {"first": first, "second": second, "path": path}, SETTLED_S


@_public
def key(request: HttpRequest) -> Answer:
    """Every key that has signed heads, newest first, with the first size it signed."""
    _newest()
    return {"keys": cache.get_or_set("log:keys", _keys, KEYS_S)}, KEYS_S


def _keys() -> list[dict[str, Any]]:
    used = SignedTreeHead.objects.order_by().values("key").annotate(since=Min("tree_size")).order_by("-since")
    return [_as_json(bytes(row["key"]), row["since"]) for row in used]


def _as_json(raw: bytes, since: int) -> dict[str, Any]:
    form = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    pem = Ed25519PublicKey.from_public_bytes(raw).public_bytes(*form).decode()
    return {"algorithm": "Ed25519", "key": base64.b64encode(raw).decode(), "pem": pem, "first_tree_size": since}


def _newest() -> SignedTreeHead:
    newest = heads.latest()
    if newest is None:
        raise _Wrong("no_head_yet", "Nothing has been signed yet.", HTTPStatus.NOT_FOUND)
    return newest


def _signed_size(request: HttpRequest, name: str) -> int:
    newest = _newest().tree_size
    size = _number(request, name, newest)
    if size > newest:
        raise _Wrong("outside", f"The newest signed head covers {newest} entries.")
    return size


def _number(request: HttpRequest, name: str, default: int | None = None) -> int:
    text = request.GET.get(name)
    if text is None and default is not None:
        return default
    if text is None or not (text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS):
        raise _Wrong("no_number", f"{name} must be a whole number of at most {MAX_DIGITS} digits.")
    return int(text)
