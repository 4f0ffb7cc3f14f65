"""How a private link opens a page: its secret is exchanged for the browser's session and leaves the address bar.

So the secret is in no address that a page could pass on, and in no later line of a log.
"""

from __future__ import annotations

import time

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from webapp.limits import times_asked

SITTER = "sitter"  # in the session: whose private page is open
KNOWN = "known"  # in the session: for whom no code is asked
STAYS_S = 3600  # that a page stays open without the link
PER_WINDOW, WINDOW_S = 60, 3600  # openings of links from one place on the network


def open_for(request: HttpRequest, kind: str, object_id: object | None, *, then: str) -> HttpResponseBase:
    """Remember (or forget) in the session what a link opened and go on to the page without the secret."""
    if object_id is None:
        request.session.pop(kind, None)
    else:
        remember(request, kind, object_id)
    answer = redirect(then)
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "no-store"
    return answer


def remember(request: HttpRequest, kind: str, object_id: object, *, for_s: float = STAYS_S) -> None:
    """Let this browser see `object_id` for an hour, or for as long as is said."""
    request.session[kind] = {"id": str(object_id), "until": time.time() + for_s}


def opened(request: HttpRequest, kind: str) -> str | None:
    """The id of what this browser may see, or None."""
    kept = request.session.get(kind)
    return kept["id"] if kept and time.time() < kept["until"] else None


def know(request: HttpRequest, object_id: object) -> None:
    """Ask for no further code in this browser, as long as its session lasts."""
    request.session[KNOWN] = str(object_id)


def knows(request: HttpRequest, object_id: object) -> bool:
    """Whether this browser has shown a code, or is the one in which the link was made."""
    return bool(request.session.get(KNOWN) == str(object_id))


def too_often(request: HttpRequest) -> bool:
    """Count one opening of a private link; True where this place on the network has opened too many."""
    return times_asked(request, "private-link", window_s=WINDOW_S) > PER_WINDOW
