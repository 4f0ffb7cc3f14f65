"""Which videos have come to a reviewer."""

from __future__ import annotations

from django.db.models import Q


def came_to_review(jobs: str) -> Q:
    """Rows with such a video, finished or held before it was made; `jobs` is the path from a row to its videos."""
    return Q(**{f"{jobs}__sealed_at__isnull": False}) | Q(**{f"{jobs}__holds__isnull": False})
