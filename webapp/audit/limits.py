"""How often one place on the network may ask the public log."""

from __future__ import annotations

import time

from django.http import HttpRequest

from webapp.limits import times_asked

PER_MINUTE = 600  # requests; a new witness reads a million entries in two minutes
WINDOW_S = 60


def wait_s(request: HttpRequest) -> int:
    """Count this request; 0 where it may be answered, else the seconds until the next one may."""
    if times_asked(request, "log", window_s=WINDOW_S) <= PER_MINUTE:
        return 0
    return WINDOW_S - int(time.time()) % WINDOW_S
