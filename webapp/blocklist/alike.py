"""How alike is a portrait to the faces that are blocked? Both thresholds stand here, their errors in docs/faces.md.

SFace's cosine of two photographs of one person is 0.67 to 0.76, of two persons at most 0.27 (six photographs). It
finds rendered heads alike (two of ours: 0.78), so a portrait brings its own limit, the cosine that the nearest
known stranger has with it (generation.presence.strangers).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db.models import Count, Max

from webapp.blocklist.models import BlockedFace
from webapp.uploads.models import Portrait

Outcome = Literal["free", "near", "blocked"]
Faces = npt.NDArray[np.float32]  # (n, 128), each of length 1

BLOCKED = (0.60, 0.12)  # cosine from which a face is the blocked one; and how much more than the stranger's that is
NEAR = (0.45, 0.05)  # from which a reviewer compares


def outcome(cosine: float, stranger: float) -> Outcome:
    """By the cosine of a portrait with a blocked face, and the one that the nearest known stranger has with it."""
    if cosine >= max(BLOCKED[0], stranger + BLOCKED[1]):
        return "blocked"
    return "near" if cosine >= max(NEAR[0], stranger + NEAR[1]) else "free"


def nearest(embedding: bytes | memoryview[int]) -> float:
    """The cosine of the blocked face that is most alike; −1 where none is blocked."""
    return float((_blocked() @ np.frombuffer(embedding, np.float32)).max(initial=-1.0))


def portraits_of(embedding: bytes) -> Iterator[UUID]:
    """Ids of all portraits that clearly show this face."""
    wanted = np.frombuffer(embedding, np.float32)
    known = Portrait.objects.exclude(embedding=b"").values_list("pk", "embedding", "stranger")
    for key, face, stranger in known.iterator():
        if outcome(float(np.frombuffer(face, np.float32) @ wanted), stranger) == "blocked":
            yield key


_known: tuple[dict[str, Any], Faces] = {}, np.empty((0, 128), np.float32)


def _blocked() -> Faces:
    """All faces blocked now; read again when one was added or lifted."""
    global _known
    faces = BlockedFace.objects.filter(taken_at__isnull=False)
    state = BlockedFace.objects.aggregate(Count("taken_at"), Max("taken_at"), Count("lifted_at"), Max("lifted_at"))
    if _known[0] != state:
        rows = faces.filter(lifted_at=None).values_list("embedding", flat=True)
        _known = state, np.frombuffer(b"".join(map(bytes, rows.iterator())), np.float32).reshape(-1, 128)
    return _known[1]
