"""One-time codes: six digits by mail, where a private link is opened in a browser that has not shown one yet.

They live in the cache alone: nothing of them is in the database, a backup or a log.
"""

from __future__ import annotations

import secrets

from django.core.cache import cache
from django.utils.crypto import constant_time_compare, salted_hmac

from webapp.consent.letters import send_code
from webapp.consent.models import Sitter
from webapp.errors_text import Refused

DIGITS, TRIES = 6, 5
VALID_S, AGAIN_AFTER_S = 600, 60
PER_HOUR, HOUR_S = 5, 3600  # letters to one sitter: so 25 guesses of a million, for somebody who has the link


def send(sitter: Sitter) -> None:
    """Send a fresh code, unless one has just been sent; older ones no longer work. Refused after five an hour."""
    if not cache.add(_key(sitter, "fresh"), True, AGAIN_AFTER_S):
        return
    cache.add(_key(sitter, "letters"), 0, HOUR_S)
    if cache.incr(_key(sitter, "letters")) > PER_HOUR:
        raise Refused("code_too_often")
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    cache.set(_key(sitter, "tries"), 0, 2 * VALID_S)
    cache.set(_key(sitter, "code"), _hash(sitter, digits), VALID_S)
    send_code(to=sitter.email, digits=digits)


def accept(sitter: Sitter, said: str) -> bool:
    """Whether `said` is the code that was sent last; a right one counts once, and five wrong ones end it."""
    code = _key(sitter, "code")
    kept = cache.get(code)
    if kept is None:
        return False
    tries = cache.incr(_key(sitter, "tries"))
    if constant_time_compare(kept, _hash(sitter, said)) and tries <= TRIES:
        return bool(cache.delete(code))  # of two answers at once one counts
    if tries >= TRIES:
        cache.delete_many([code, _key(sitter, "fresh")])
    return False


def _key(sitter: Sitter, what: str) -> str:
    return f"sitter-code:{what}:{sitter.pk}"


def _hash(sitter: Sitter, digits: str) -> str:
    """With the site's secret, since a million plain hashes are tried in no time."""
    return salted_hmac(f"sitter-code:{sitter.pk}", digits, algorithm="sha256").hexdigest()
