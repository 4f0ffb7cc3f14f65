"""How often one place on the network may ask the public log."""

from __future__ import annotations

import time

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest

PER_MINUTE = 600  # requests; a new witness reads a million entries in two minutes
WINDOW_S = 60


def wait_s(request: HttpRequest) -> int:
    """Count this request; 0 where it may be answered, else the seconds until the next one may."""
    now = int(time.time())
    key = f"log:{ratelimit.get_ip(request)}:{now // WINDOW_S}"
    cache.add(key, 0, 2 * WINDOW_S)
    return 0 if cache.incr(key) <= PER_MINUTE else WINDOW_S - now % WINDOW_S
