"""When the signer's certificate ends: the seal worker alone can read it, and tells the pages of reviewers."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from django.core.cache import cache

log = logging.getLogger(__name__)
KEY = "signer-ends"
DAY_S = 24 * 3600.0


def look(keys: Path) -> datetime:
    """Read when the certificate in `keys` ends, remember it for two days, and warn in the log when that is near."""
    from provenance import signers
    from provenance.keys import load_identity

    ends = load_identity(keys).ends_at
    cache.set(KEY, ends, timeout=round(2 * DAY_S))
    if signers.ends_soon(ends):
        log.warning("the signer's certificate ends on %s: put a new one in its place", ends.date())
    return ends


def ending() -> datetime | None:
    """When it ends, if that is within a month; None otherwise, and where the seal worker has not looked yet."""
    from provenance import signers

    ends: datetime | None = cache.get(KEY)
    return ends if ends and signers.ends_soon(ends) else None
