"""The prints of every sealed video, as this process last read them."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import numpy as np
from django.db.models import QuerySet
from django.utils import timezone

from provenance.fingerprints import Index, Match, Prints, nearest
from provenance.fingerprints.picture import BYTES
from webapp.lookup.models import Trace

OVERLAP = timedelta(minutes=10)  # a transaction may end that much later than its rows say
MANY, MANY_SHARE = 200, 0.1  # new videos, and share of the index, above which all of it is built again
READ_AT_ONCE = 2000  # rows


class Catalogue:
    """A large index that is seldom built, and a small one of what came since."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._built_at: datetime | None = None
        self._codes: list[int] = []  # in the order of the index
        self._index = Index.of([])

    def nearest(self, suspect: Prints) -> Match | None:
        """The sealed video that a suspect is nearest to."""
        with self._turn:
            self._renew()
            fresh_codes, fresh = _build(self._since_built())
            codes = {self._codes[found.number] for found in self._index.candidates(suspect)}
        codes |= {fresh_codes[found.number] for found in fresh.candidates(suspect)}
        rows = Trace.objects.filter(job__code__in=codes).values_list("job__code", "prints")
        return nearest(suspect, ((code, Prints.from_bytes(bytes(prints))) for code, prints in rows))

    def _since_built(self) -> QuerySet[Trace]:
        assert self._built_at is not None
        return Trace.objects.filter(created_at__gte=self._built_at - OVERLAP)

    def _renew(self) -> None:
        if self._built_at and self._since_built().count() <= max(MANY, MANY_SHARE * len(self._codes)):
            return
        self._built_at = timezone.now()
        self._codes, self._index = _build(Trace.objects.all())


def _build(traces: QuerySet[Trace]) -> tuple[list[int], Index]:
    codes: list[int] = []
    pictures, words, owners = [], [], []
    rows = traces.values_list("job__code", "typical_picture", "key_words").iterator(READ_AT_ONCE)
    for number, (code, picture, heard) in enumerate(rows):
        codes.append(code)
        pictures.append(np.frombuffer(bytes(picture), np.uint8))
        words.append(np.frombuffer(bytes(heard), np.uint32))
        owners.append(np.full(len(words[-1]), number, np.uint32))
    if not codes:
        return [], Index.of([])
    hashes = np.array(pictures, np.uint8).reshape(-1, BYTES)
    return codes, Index(hashes, np.concatenate(words), np.concatenate(owners))
