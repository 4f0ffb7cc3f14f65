"""Signed tree heads: made by the one process that has the log's key, after it has looked at what it signs."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from provenance import ledger
from provenance.errors import ProvenanceError
from provenance.ledger import Frontier, peaks
from provenance.ledger.log_key import load_head_signer
from webapp.audit import tree
from webapp.audit.models import LedgerEntry, SignedTreeHead, to_second

log = logging.getLogger(__name__)
RENEW = timedelta(hours=1)  # a head this old is signed again though nothing changed: the log lives
CHUNK = 2000  # entries read at a time


class LedgerBroken(ProvenanceError):
    """The ledger is not what was signed before, so that nothing is signed now."""


def latest() -> SignedTreeHead | None:
    """The newest signed head, or None before the first."""
    return SignedTreeHead.objects.first()


def sign_head(keys: Path) -> SignedTreeHead | None:
    """Sign the present tree if it has grown or its head is old; the newest head, None while the ledger is empty.

    KeyMissing without the log's key in `keys`; LedgerBroken where the tree does not continue what was signed last.
    """
    last = latest()
    size, root = tree.state()
    now = timezone.now().replace(microsecond=0)
    if not size or (last and size == last.tree_size and now - last.timestamp < RENEW):
        return last
    _require_continuation(last, size, root)
    signed = load_head_signer(keys).signed(ledger.TreeHead(size, root, to_second(now)))
    return SignedTreeHead.objects.create(
        tree_size=size, root=root.hex(), timestamp=now, key=signed.key, signature=signed.signature
    )


def _require_continuation(last: SignedTreeHead | None, size: int, root: bytes) -> None:
    """Build `root` again from the last signed head and the bytes of every entry since."""
    start = last.tree_size if last else 0
    if last and size < start:
        raise _broken(f"it has {size} entries and had {start} when its last head was signed")
    try:
        known = tree.read(set(peaks(start)))
        edge = Frontier(start, [known[node] for node in peaks(start)])
    except KeyError as error:
        raise _broken("nodes of its tree are missing") from error
    if last and edge.root().hex() != last.root:
        raise _broken(f"its first {start} entries are no longer those that were signed")
    for index, leaf in (
        LedgerEntry.objects.filter(index__gte=start, index__lt=size)
        .order_by("index")
        .values_list("index", "leaf")
        .iterator(CHUNK)
    ):
        if index != edge.size:
            break
        edge.append(ledger.leaf_hash(leaf.encode()))
    if (edge.size, edge.root()) != (size, root):
        raise _broken(f"its entries from {start} on do not make up its tree")


def _broken(why: str) -> LedgerBroken:
    log.error("the ledger is broken: %s", why)
    return LedgerBroken(
        "ledger_broken",
        f"The ledger was changed behind its back: {why}.",
        "Nothing was signed. python manage.py check_ledger says what is wrong; compare with your newest backup.",
    )
