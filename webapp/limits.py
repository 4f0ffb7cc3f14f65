"""How often one place on the network asks for something, in windows of fixed length; counted in the cache."""

from __future__ import annotations

import time

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest


def times_asked(request: HttpRequest, what: str, *, window_s: int) -> int:
    """Count this request for `what`: how many this place has made in the present window, this one included."""
    key = f"{what}:{ratelimit.get_ip(request)}:{int(time.time()) // window_s}"
    cache.add(key, 0, 2 * window_s)
    return int(cache.incr(key))
