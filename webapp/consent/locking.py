"""Locking what is not, or not with the newest key: recordings from before statements were encrypted, and after a
rotation of their key.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.core.files.base import File
from django.db.models import Model
from django.db.models.fields.files import FieldFile

from webapp.consent.live.models import Challenge
from webapp.uploads.models import Recording, RecordingUse


def lock_all() -> int:
    """Lock every recording of a statement and every film of a live check with the newest key; how many."""
    return sum(_locked_anew(row, column) for row, column in _stored())


def _stored() -> Iterator[tuple[Model, str]]:
    statements = Recording.objects.filter(use=RecordingUse.STATEMENT)
    for rows, column in (
        (statements, "quarantined"),
        (statements, "file"),
        (Challenge.objects.all(), "clip"),
    ):
        for row in rows.exclude(**{column: ""}).iterator():
            yield row, column


def _locked_anew(row: Model, column: str) -> bool:
    file: FieldFile = getattr(row, column)
    storage, before = file.storage, str(file.name)
    if not storage.exists(before) or not storage.needs_lock(before):  # type: ignore[attr-defined]
        return False
    with storage.open(before, "rb") as plain:
        file.save(before.rpartition("/")[2], File(plain), save=False)
    now = str(file.name)
    taken = type(row)._default_manager.filter(**{"pk": row.pk, column: before}).update(**{column: now})
    storage.delete(before if taken else now)
    return bool(taken)
